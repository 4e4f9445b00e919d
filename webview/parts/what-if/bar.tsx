/** What if: other values for the parameters of the target, its input and constants; what is shown is of them, and the text stays as it is until they are applied. */
import type { JSX } from 'preact';
import '../elements.ts';
import { bytes, count, short } from '../../../src/graph/figures.ts';
import type { FromPage } from '../../../src/protocol/page.ts';
import type { Location, TargetView, Tried } from '../../../src/protocol/server.ts';
import { type Action, type State, says, textOf, triedOn } from '../../state.ts';
import { Prose, Show } from '../empty.tsx';
import { KnobLine } from './knob.tsx';
import { changeText, triedText } from './says.ts';

export interface WhatIfProps {
  readonly state: State;
  readonly view: TargetView;
  /** Whether the pane in front is of the text all the same. */
  readonly ofText: boolean;
  dispatch(action: Action): void;
  post(message: FromPage): void;
  onCompare(): void;
  onReveal(location: Location): void;
}

/** The totals that follow, as they are and by how much they are other than the text's. */
function Changes({ view }: Pick<WhatIfProps, 'view'>): JSX.Element | null {
  const before = view.trying?.text;
  if (!before) return null;
  const { totals } = view.facts;
  const change = (name: string, of: 'params' | 'macs' | 'memory', show: (n: number) => string): JSX.Element => {
    const by = changeText(before[of], totals[of], show);
    return (
      <span class={`change ${of}`} title={`${name}: ${show(before[of])} in the text, ${show(totals[of])} here`}>
        <span class="dim">{name}</span> {show(totals[of])} {by ? <b>{by}</b> : <span class="dim">=</span>}
      </span>
    );
  };
  return (
    <span class="changes">
      {change('params', 'params', count)}
      {change('MACs', 'macs', short)}
      {change('peak', 'memory', bytes)}
    </span>
  );
}

/** What is to be known about the values: why they cannot be, what they break, what is gone. */
function Notes({ state, view, ofText, onReveal }: WhatIfProps): JSX.Element {
  const { trying } = view;
  const gone = triedText(state.dropped);
  const at = trying?.wrong?.at;
  const stays = trying && Object.keys(trying.shown).length > 0 ? triedText(trying.shown) : 'what the text has';
  return (
    <>
      {trying?.wrong && (
        <p class="wrong" role="alert">
          <span class="codicon codicon-error" aria-hidden="true" />
          <span>
            <Prose text={trying.wrong.message} /> <span class="dim">What is shown is still {stays}.</span>
          </span>
          {at && <Show at={at} onReveal={onReveal} />}
        </p>
      )}
      {trying?.breaks.map((text) => (
        <p class="breaks" key={text}>
          <span class="codicon codicon-warning" aria-hidden="true" />
          <Prose text={text} />
        </p>
      ))}
      {gone !== '' && (
        <p class="breaks" role="status">
          <span class="codicon codicon-info" aria-hidden="true" />
          <span>
            No longer tried, since the text no longer has it: <code>{gone}</code>
          </span>
        </p>
      )}
      {trying && ofText && (
        <p class="breaks" role="status">
          <span class="codicon codicon-info" aria-hidden="true" />
          <span>This tab is of the text, without what is tried.</span>
        </p>
      )}
    </>
  );
}

export function WhatIf(p: WhatIfProps): JSX.Element | null {
  const { state, view, dispatch, post } = p;
  const { uri, target, knobs, trying } = view;
  const tried = triedOn(state, view);
  const isTrying = Object.keys(tried).length > 0;
  const isOpen = state.kept.whatIf;
  if (!isOpen && !isTrying && Object.keys(state.dropped).length === 0) return null;
  const change = (key: string, text: string | undefined): void => {
    const { [key]: _old, ...others } = tried;
    const knob = knobs.find((k) => k.key === key);
    const isText = text === undefined || (knob !== undefined && says(knob, text));
    dispatch({ type: 'try', tried: isText ? others : { ...others, [key]: text } });
  };
  const isFresh = state.freshness.status === 'fresh';
  const cannot = !isFresh
    ? 'The text has errors: correct them first.'
    : trying?.wrong
      ? 'These values cannot be.'
      : isTrying
        ? undefined
        : 'Nothing else is tried.';
  const wrong = wrongOf(tried, trying);
  return (
    <section class={`what-if${isTrying ? ' trying' : ''}`} aria-label="What if">
      <div class="status">
        {isTrying ? (
          <>
            <span class="is" title="Tried in this panel alone">
              <span class="codicon codicon-beaker" aria-hidden="true" />
              <b>Not the text:</b> <code>{triedText(tried)}</code>
            </span>
            <Changes view={view} />
          </>
        ) : (
          <span class="is dim">Figures and picture follow what you try here. The text stays as it is until you apply it.</span>
        )}
        <div class="acts">
          {isTrying && (
            <button
              type="button"
              class="as-link"
              onClick={() => {
                dispatch({ type: 'ask', asked: textOf(view) });
                p.onCompare();
              }}
            >
              Compare with text
            </button>
          )}
          {isTrying && !isOpen && (
            <button type="button" class="as-link" onClick={() => dispatch({ type: 'what-if', open: true })}>
              Change …
            </button>
          )}
          <vscode-button
            disabled={cannot !== undefined}
            title={cannot ?? `Writes ${triedText(tried)} into the text`}
            onClick={() => cannot === undefined && post({ type: 'apply', uri, target, tried })}
          >
            Apply
          </vscode-button>
          <vscode-button
            secondary
            disabled={!isTrying}
            title="Back to the text"
            onClick={() => isTrying && dispatch({ type: 'try', tried: {} })}
          >
            Reset
          </vscode-button>
        </div>
      </div>
      <Notes {...p} />
      {isOpen && (
        <div class="knobs">
          <div class="columns">
            {knobs.map((k) => (
              <KnobLine
                key={k.key}
                knob={k}
                now={trying?.values[k.key]}
                tried={tried[k.key]}
                isWrong={wrong.has(k.key)}
                onTry={(text) => change(k.key, text)}
              />
            ))}
          </div>
        </div>
      )}
    </section>
  );
}

/** The values that are wrong: the one whose text it is, else those that are other than what could be. */
function wrongOf(tried: Tried, trying: TargetView['trying']): ReadonlySet<string> {
  if (!trying?.wrong) return new Set();
  const { key } = trying.wrong;
  if (key !== undefined) return new Set([key]);
  return new Set(Object.keys(tried).filter((k) => tried[k] !== trying.shown[k]));
}
