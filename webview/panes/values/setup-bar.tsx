/** What the next run is made with: input, weights, statistics of batch norm, and whether an edit runs again. */
import type { JSX } from 'preact';
import { useEffect, useMemo } from 'preact/hooks';
import '../../parts/elements.ts';
import { inputsOf } from '../../../src/graph/graph.ts';
import { type GivenFile, INPUT_SAYS, INPUTS, WEIGHT_SAYS, WEIGHTS } from '../../../src/run/spec.ts';
import { isCalibrating } from '../../setup.ts';
import type { PaneProps } from '../pane.ts';

/** The choice that opens a dialog, and the one that a file given stands for. */
const FILE = 'file';
const GIVEN = 'given';
const INPUT_NAMES = {
  normal: 'normal',
  uniform: 'uniform',
  impulse: 'impulse',
  checkerboard: 'checkerboard',
  gradient: 'gradient',
} as const;
const WEIGHT_NAMES = { he: 'He', xavier: 'Xavier', constant: 'constant' } as const;

interface ChoiceProps<T extends string> {
  readonly label: string;
  readonly names: Readonly<Record<T, string>>;
  readonly says: Readonly<Record<T, string>>;
  readonly made: T;
  readonly among: readonly T[];
  /** The names of files that stand in its place. */
  readonly given: string | undefined;
  /** What the files are, for the choice that opens a dialog. */
  readonly file: string;
  onMade(made: T): void;
  onFile(): void;
}

function Choice<T extends string>(p: ChoiceProps<T>): JSX.Element {
  const value = p.given === undefined ? p.made : GIVEN;
  const change = (e: Event): void => {
    const select = e.target as HTMLSelectElement;
    const chosen = p.among.find((m) => m === select.value);
    if (chosen) p.onMade(chosen);
    else if (select.value === FILE) {
      p.onFile();
      // Until a file has come, what was chosen stands.
      select.value = value;
    }
  };
  return (
    <span class="choice" title={p.given ?? p.says[p.made]}>
      <span class="dim">{p.label}</span>
      <vscode-single-select label={p.label} value={value} onChange={change}>
        {p.among.map((m) => (
          <vscode-option key={m} value={m} selected={value === m}>
            {p.names[m]}
          </vscode-option>
        ))}
        {p.given !== undefined && (
          <vscode-option value={GIVEN} selected>
            {p.given}
          </vscode-option>
        )}
        <vscode-option value={FILE}>{p.file}</vscode-option>
      </vscode-single-select>
    </span>
  );
}

/** What a browser can draw; a TIFF it cannot. */
const DRAWN = /\.(png|jpe?g|bmp)$/i;

/** An image that was given, its middle cropped as the run has it. */
function Given({ file: { name, bytes } }: { readonly file: GivenFile }): JSX.Element {
  const address = useMemo(() => URL.createObjectURL(new Blob([new Uint8Array(bytes)])), [bytes]);
  useEffect(() => () => URL.revokeObjectURL(address), [address]);
  return (
    <img
      class="given"
      src={address}
      alt={`The input ${name}`}
      title={`${name}: scaled, its middle cropped, and normalised as ImageNet’s images are`}
    />
  );
}

export function SetupBar({ state, view, dispatch, post }: PaneProps): JSX.Element {
  const { given, kept } = state;
  const { setup } = kept;
  const inputs = inputsOf(view.graph).length;
  const hasNorm = view.graph.nodes.some((n) => n.kind === 'bn');
  const calibrates = isCalibrating(setup, given);
  return (
    <div class="setup">
      <Choice
        label="input"
        names={INPUT_NAMES}
        says={INPUT_SAYS}
        among={INPUTS}
        made={setup.input}
        given={given.input?.map((f) => f.name).join(', ')}
        file="image or .npy …"
        onMade={(input) => {
          dispatch({ type: 'made', what: 'input' });
          dispatch({ type: 'setup', change: { input } });
        }}
        onFile={() => post({ type: 'pick', what: 'input', count: inputs })}
      />
      {given.input
        ?.filter((f) => DRAWN.test(f.name))
        .map((f) => (
          <Given key={f.name} file={f} />
        ))}
      <Choice
        label="weights"
        names={WEIGHT_NAMES}
        says={WEIGHT_SAYS}
        among={WEIGHTS}
        made={setup.weights}
        given={given.weights?.name}
        file="file …"
        onMade={(weights) => {
          dispatch({ type: 'made', what: 'weights' });
          dispatch({ type: 'setup', change: { weights } });
        }}
        onFile={() => post({ type: 'pick', what: 'weights', count: 1 })}
      />
      {hasNorm && (
        <label title="Batch norm takes the mean and variance of each channel from this input, in one pass before the run. With random weights, numbers would otherwise grow from block to block.">
          <input type="checkbox" checked={calibrates} onChange={() => dispatch({ type: 'setup', change: { calibrate: !calibrates } })} />
          calibrate batch norm
        </label>
      )}
      <label title="Every edit that leaves no error runs again.">
        <input type="checkbox" checked={setup.again} onChange={() => dispatch({ type: 'setup', change: { again: !setup.again } })} />
        run on edit
      </label>
    </div>
  );
}
