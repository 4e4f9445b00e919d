/** The text and its code side by side: `.cnn`, PyTorch, Keras, Paddle. A statement that is marked in one is marked in the other. */
import type { JSX } from 'preact';
import { useEffect, useMemo, useRef, useState } from 'preact/hooks';
import type { ToPage } from '../../../src/protocol/page.ts';
import type { CodeLine } from '../../../src/protocol/server.ts';
import { Switch } from '../../parts/switches.tsx';
import type { Pane, PaneProps } from '../pane.ts';
import { firstUnseen, linesFrom, placeOf } from './together.ts';

const WRITTEN = { cnn: '.cnn', pytorch: 'PyTorch', keras: 'Keras', paddle: 'Paddle' } as const;
type As = keyof typeof WRITTEN;
type Told = Extract<ToPage, { readonly type: 'code' }>;
/** Milliseconds without an edit after which code is asked for anew. */
const IDLE = 300;
const NONE: readonly CodeLine[] = [];

interface SideProps {
  readonly name: string;
  readonly as: As;
  readonly told: Told | undefined;
  readonly marked: ReadonlySet<string>;
  onAs(as: As): void;
  onMark(at: readonly string[], isText: boolean): void;
  onCopy(text: string, as: As): void;
}

function Side({ name, as, told, marked, onAs, onMark, onCopy }: SideProps): JSX.Element {
  const list = useRef<HTMLDivElement>(null);
  const lines = told && 'lines' in told ? told.lines : NONE;
  const lit = useMemo(() => linesFrom(lines, marked), [lines, marked]);
  useEffect(() => {
    const el = list.current;
    const height = el?.firstElementChild?.clientHeight ?? 0;
    if (!el || height === 0) return;
    const to = firstUnseen(lit, Math.ceil(el.scrollTop / height), Math.floor((el.scrollTop + el.clientHeight) / height));
    if (to !== undefined) el.scrollTop = Math.max(0, (to - 3) * height);
  }, [lit]);
  return (
    <section class="code-side" aria-label={name}>
      <header>
        <Switch name={name} title="What stands there." value={as} values={Object.entries(WRITTEN) as [As, string][]} onChoose={onAs} />
        <span class="dim">{lines.length > 0 ? `${lines.length} lines` : ''}</span>
        <button
          type="button"
          class="quiet"
          title={`Copy as ${WRITTEN[as]}`}
          disabled={lines.length === 0}
          onClick={() => onCopy(`${lines.map((l) => l.text).join('\n')}\n`, as)}
        >
          <span class="codicon codicon-copy" aria-hidden="true" />
          <span>Copy</span>
        </button>
      </header>
      {told && 'refused' in told ? (
        <p class="dim">{told.refused}</p>
      ) : (
        <div
          class="code-lines"
          ref={list}
          role="listbox"
          aria-label={`${WRITTEN[as]}, line by line`}
          tabIndex={0}
          onKeyDown={(e) => stepTo(e, lines, lit, as, onMark)}
          onClick={(e) => {
            const at = (e.target as HTMLElement).closest<HTMLElement>('[data-line]')?.dataset.line;
            if (at !== undefined) onMark(lines[Number(at)]?.at ?? [], as === 'cnn');
          }}
        >
          {lines.map((l, i) => (
            <div
              key={i}
              role="option"
              tabIndex={-1}
              aria-selected={lit.has(i)}
              data-line={i}
              class={lit.has(i) ? 'lit' : l.at.length > 0 ? 'from' : ''}
            >
              {l.text === '' ? ' ' : l.text}
            </div>
          ))}
        </div>
      )}
    </section>
  );
}

/** The arrows go from statement to statement. */
function stepTo(e: KeyboardEvent, lines: readonly CodeLine[], lit: ReadonlySet<number>, as: As, onMark: SideProps['onMark']): void {
  const by = e.key === 'ArrowDown' ? 1 : e.key === 'ArrowUp' ? -1 : 0;
  if (by === 0) return;
  e.preventDefault();
  const here = [...lit];
  const now = here.length === 0 ? (by > 0 ? -1 : lines.length) : by > 0 ? Math.max(...here) : Math.min(...here);
  for (let i = now + by; i >= 0 && i < lines.length; i += by) {
    const at = lines[i]?.at ?? [];
    if (at.length === 0 || lit.has(i)) continue;
    onMark(at, as === 'cnn');
    return;
  }
}

function Body({ state, view, post, onReveal }: PaneProps): JSX.Element {
  const [sides, onSides] = useState<readonly [As, As]>(['cnn', 'pytorch']);
  const [told, onTold] = useState<Readonly<Partial<Record<As, Told>>>>({});
  const [marked, onMarked] = useState<ReadonlySet<string>>(new Set());
  const { uri, target } = view;
  useEffect(() => {
    const onMessage = ({ data }: MessageEvent<ToPage>): void => {
      if (data?.type === 'code') onTold((old) => ({ ...old, [data.to]: data }));
    };
    window.addEventListener('message', onMessage);
    return () => window.removeEventListener('message', onMessage);
  }, []);
  const [left, right] = sides;
  const isFor = (t: Told | undefined): boolean => t?.uri === uri && t.target === target;
  const known = isFor(told[left]) && isFor(told[right]);
  useEffect(() => {
    const ask = (): void => {
      for (const to of new Set([left, right])) post({ type: 'code', uri, target, to });
    };
    const timer = setTimeout(ask, known ? IDLE : 0);
    return () => clearTimeout(timer);
  }, [post, view, left, right]);
  // The statement at the cursor of the editor.
  const { cursor } = state;
  useEffect(() => {
    if (cursor) onMarked(new Set([`${cursor.uri}:${cursor.range.start.line}`]));
  }, [cursor]);
  const onMark = (at: readonly string[], isText: boolean): void => {
    if (at.length === 0) return;
    onMarked(new Set(at));
    const { uri: file, line } = placeOf(at[0] as string);
    if (!isText) onReveal({ uri: file, range: { start: { line, character: 0 }, end: { line, character: 0 } } });
  };
  const side = (i: 0 | 1): JSX.Element => {
    const as = sides[i];
    return (
      <Side
        name={i === 0 ? 'Left' : 'Right'}
        as={as}
        told={isFor(told[as]) ? told[as] : undefined}
        marked={marked}
        onAs={(next) => onSides(i === 0 ? [next, right] : [left, next])}
        onMark={onMark}
        onCopy={(text, of) => post({ type: 'copy', text, what: `${target} as ${WRITTEN[of]}` })}
      />
    );
  };
  return (
    <div class="code-pane">
      {side(0)}
      {side(1)}
    </div>
  );
}

export const code: Pane = {
  title: 'Code',
  ofText: true,
  run: 'Run',
  obstacle: () => 'Code is not run: choose another tab.',
  isAwaited: () => false,
  jobs: () => [],
  Body,
};
