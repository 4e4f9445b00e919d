/** A value that one may try another for: its name, a slider and a field for each of its numbers, what the text has, and the way back to it. */
import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import '../elements.ts';
import type { Knob, Slider } from '../../../src/protocol/server.ts';
import { Tool } from '../menu.tsx';
import { isNumber, numbersOf, writtenNumbers } from './numbers.ts';
import { saysOf } from './says.ts';

export interface KnobProps {
  readonly knob: Knob;
  /** What it is by now, where what else is tried changes it. */
  readonly now: string | undefined;
  /** What is tried; undefined for what the text has. */
  readonly tried: string | undefined;
  /** It cannot be, by itself or with the others. */
  readonly isWrong: boolean;
  /** Undefined goes back to the text. */
  onTry(text: string | undefined): void;
}

interface LineProps {
  readonly label: string;
  readonly slider: Slider;
  readonly value: string;
  readonly isWrong: boolean;
  onValue(value: string): void;
}

/** A slider, and a field for what it does not reach. */
const Line = ({ label, slider: { min, max, step }, value, isWrong, onValue }: LineProps): JSX.Element => (
  <>
    <input
      type="range"
      aria-label={label}
      {...{ min, max, step, value }}
      style={{ '--at': `${(100 * Math.min(1, Math.max(0, (Number(value) - min) / (max - min)))).toFixed(1)}%` }}
      onInput={(e) => onValue((e.target as HTMLInputElement).value)}
    />
    <vscode-textfield
      class="number"
      type="number"
      label={label}
      value={value}
      invalid={isWrong}
      {...{ step: Number.isInteger(step) ? 1 : step }}
      onInput={(e: Event) => {
        const field = e.target as HTMLInputElement;
        if (isNumber(field.value)) onValue(field.value);
      }}
      onChange={(e: Event) => {
        const field = e.target as HTMLInputElement;
        if (!isNumber(field.value)) field.value = value;
      }}
    />
  </>
);

/** Above several sliders, or beside one. */
const Name = ({ knob, isTried }: { readonly knob: Knob; readonly isTried: boolean }): JSX.Element => (
  <span class={`name${isTried ? ' tried' : ''}`} title={saysOf(knob)}>
    {knob.name}
  </span>
);

function Said({ knob, tried, onTry }: KnobProps): JSX.Element {
  return (
    <>
      <span class="said dim" title={saysOf(knob)}>
        {tried === undefined && knob.written === knob.value ? '' : knob.written}
      </span>
      <button
        type="button"
        class="tool"
        title={`Back to ${knob.written}, as the text has it`}
        aria-label={`Reset ${knob.name}`}
        disabled={tried === undefined}
        onClick={() => onTry(undefined)}
      >
        <span class="codicon codicon-discard" aria-hidden="true" />
      </button>
    </>
  );
}

export function KnobLine(p: KnobProps): JSX.Element {
  const { knob, tried, isWrong, onTry } = p;
  const { control } = knob;
  const value = tried ?? p.now ?? knob.value;
  const numbers = numbersOf(value, control);
  const name = <Name knob={knob} isTried={tried !== undefined} />;
  const group = (kind: string, children: JSX.Element): JSX.Element => (
    <fieldset class={`knob ${kind}`} aria-label={knob.name} data-key={knob.key}>
      {children}
    </fieldset>
  );
  if (control.kind === 'numbers' && numbers) {
    const { form, sliders } = control;
    if (sliders.length > 1) return <Several {...p} sliders={sliders} numbers={numbers} />;
    const [slider] = sliders;
    const change = (n: string): void => onTry(writtenNumbers([n], form));
    return group(
      'one',
      <>
        {name}
        {slider && <Line label={knob.name} slider={slider} value={numbers[0] ?? ''} isWrong={isWrong} onValue={change} />}
        <Said {...p} />
      </>,
    );
  }
  if (control.kind === 'flag')
    return group(
      'one',
      <>
        {name}
        <span class="wide">
          <input
            type="checkbox"
            aria-label={knob.name}
            checked={value === 'true'}
            onChange={(e) => onTry((e.target as HTMLInputElement).checked ? 'true' : 'false')}
          />
        </span>
        <Said {...p} />
      </>,
    );
  if (control.kind === 'choice') {
    const choices = [...new Set([knob.value, ...control.choices, value])];
    return group(
      'one',
      <>
        {name}
        <vscode-single-select
          class="wide"
          label={knob.name}
          value={value}
          onChange={(e: Event) => onTry((e.target as HTMLSelectElement).value)}
        >
          {choices.map((c) => (
            <vscode-option key={c} value={c} selected={c === value}>
              {c}
            </vscode-option>
          ))}
        </vscode-single-select>
        <Said {...p} />
      </>,
    );
  }
  return group(
    'one',
    <>
      {name}
      <vscode-textfield
        class="wide"
        label={knob.name}
        value={value}
        invalid={isWrong}
        onChange={(e: Event) => onTry((e.target as HTMLInputElement).value)}
      />
      <Said {...p} />
    </>,
  );
}

/** A list, or a shape, whose height and width go together as long as they are equal. */
function Several({
  sliders,
  numbers,
  ...p
}: KnobProps & { readonly sliders: readonly Slider[]; readonly numbers: readonly string[] }): JSX.Element {
  const { knob, onTry, isWrong } = p;
  const { control } = knob;
  const form = control.kind === 'numbers' ? control.form : 'list';
  const [, height, width] = numbers;
  const isShape = form === 'size' && numbers.length === 3;
  const [isSquare, setSquare] = useState(height === width);
  const change = (at: number, n: string): void => {
    const sides = isShape && isSquare && height === width && at > 0;
    onTry(
      writtenNumbers(
        numbers.map((old, i) => (i === at || (sides && i > 0) ? n : old)),
        form,
      ),
    );
  };
  return (
    <fieldset class="knob several" aria-label={knob.name} data-key={knob.key}>
      <Name knob={knob} isTried={p.tried !== undefined} />
      {isShape && height === width && (
        <Tool icon="link" title="Height and width together" pressed={isSquare} onClick={() => setSquare(!isSquare)} />
      )}
      <span class="space" />
      <Said {...p} />
      {sliders.map((slider, i) => (
        <div class="line" key={slider.name}>
          <span class="dim">{slider.name}</span>
          <Line
            label={`${knob.name} ${slider.name}`}
            slider={slider}
            value={numbers[i] ?? ''}
            isWrong={isWrong}
            onValue={(n) => change(i, n)}
          />
        </div>
      ))}
    </fieldset>
  );
}
