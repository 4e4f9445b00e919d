/** `pointwise sizes`: which heights and widths a target takes, and where another does not fit. */
import type { Misfit } from '../graph/sizes/follow.ts';
import { nearestTo, type Sizes } from '../graph/sizes/solve.ts';
import { misfitText, sizesText } from '../graph/sizes/text.ts';
import { onInput } from '../language/analysis/on-input.ts';
import { callTexts, type TargetSizes, targetSizes } from '../language/analysis/sizes.ts';
import type { Target } from '../language/elaborate/targets.ts';
import type { Code } from '../language/syntax/codes/index.ts';
import { type FeatureMap, showShape } from '../layers/shape.ts';
import { Failure } from './errors.ts';
import { type OpenFile, openTarget } from './open.ts';

export interface SizesOptions {
  readonly target?: string;
  readonly size?: string;
  readonly json?: boolean;
}

/** Problems that another input may not have: that the target's own does is no reason to keep silent. */
const OF_SIZE: ReadonlySet<string> = new Set<Code>([
  'branches-disagree',
  'crop-too-large',
  'expectation-broken',
  'kernel-too-large',
  'pad-too-large',
  'size-does-not-divide',
]);

const AXES = ['height', 'width'] as const;

/** `350x525`, or `350` for both. */
function parseSize(text: string): readonly [number, number] {
  const dims = text.split(/[x×]/).map(Number);
  const [h = 0, w = h] = dims;
  if (dims.length <= 2 && [h, w].every((d) => Number.isInteger(d) && d > 0 && d < 2 ** 31)) return [h, w];
  throw new Failure(`--size takes a height and a width such as 350x525, not ${text}.`, 2);
}

interface Fault {
  readonly axis: (typeof AXES)[number];
  /** The path and kind of the layer. */
  readonly name: string;
  readonly kind: string;
  /** The call in which it stands, `Level(512, 1)`. */
  readonly in: string;
  readonly message: string;
}

interface Tried {
  readonly size: readonly [number, number];
  readonly fits: boolean;
  readonly faults: readonly Fault[];
  /** What elaborating the target on this input says, where that is an error. */
  readonly message?: string;
  readonly nearest: Readonly<Record<(typeof AXES)[number], readonly number[]>>;
}

class Answer {
  private readonly file: OpenFile;
  private readonly target: Target;
  private readonly found: TargetSizes;
  constructor(file: OpenFile, target: Target, found: TargetSizes) {
    this.file = file;
    this.target = target;
    this.found = found;
  }

  /** What elaborating the target on an input says against it. */
  wrong(input: FeatureMap): string | undefined {
    const { wrong, noted, graph } = onInput(this.file.analysis, this.file.services.shared, this.target, [input]);
    return (wrong ?? noted[0])?.message ?? (graph ? undefined : 'It exceeds a limit.');
  }

  try(size: readonly [number, number]): Tried {
    const { sizes, graph } = this.found;
    const near = (s: Sizes, n: number): readonly number[] => {
      const { below, above } = nearestTo(s, n);
      return [...new Set([below, above].filter((x) => x !== undefined))];
    };
    const message = this.wrong([graph.nodes[0]?.shape[0] ?? 1, ...size]);
    const faults = AXES.flatMap((axis, i) => {
      const m = sizes.misfit(axis, size[i] as number);
      return m ? [this.fault(axis, m)] : [];
    });
    return {
      size,
      fits: message === undefined,
      faults: message === undefined ? [] : faults,
      ...(message === undefined ? {} : { message }),
      nearest: { height: near(sizes.height, size[0]), width: near(sizes.width, size[1]) },
    };
  }

  private fault(axis: (typeof AXES)[number], m: Misfit): Fault {
    const node = this.found.graph.nodes[m.node];
    const call = callTexts(this.target)[node?.scope ?? 0] ?? this.target.name;
    return { axis, name: node?.path ?? '', kind: node?.kind ?? '', in: call, message: misfitText(axis, m) };
  }
}

const axisData = ({ small, from, divisor, remainders, sure }: Sizes): unknown => ({
  least: small[0] ?? (remainders.length > 0 ? from : null),
  divisor,
  remainders,
  from,
  ...(small.length > 0 ? { small } : {}),
  sure,
});

function triedText({ size, fits, faults, message, nearest }: Tried): string {
  const shown = size.join('×');
  if (fits) return `${shown} fits`;
  const places = [...new Set(faults.map((f) => f.name))].map((name) => faults.filter((f) => f.name === name));
  const why = places.flatMap(([first, second]) =>
    first ? [`\`${first.in}\`: ${first.message}${second ? `, ${second.message}` : ''} at \`${first.kind}\` (${first.name})`] : [],
  );
  const near = AXES.filter((axis, i) => !nearest[axis].includes(size[i] as number) && nearest[axis].length > 0).map(
    (axis) => `${axis} ${nearest[axis].join(' or ')}`,
  );
  return [
    why.length > 0 ? `${shown} fails in ${why.join('; in ')}` : `${shown} fails: ${message}`,
    ...(near.length > 0 ? [`nearest  ${near.join(', ')}`] : []),
  ].join('\n');
}

/** What the command prints. */
export async function sizes(path: string, o: SizesOptions): Promise<string> {
  const size = o.size === undefined ? undefined : parseSize(o.size);
  const { file, target } = await openTarget(path, o.target, (p) => OF_SIZE.has(p.code));
  const found = targetSizes(file.analysis, file.services.shared, target);
  if (!found)
    throw new Failure(
      `${target.name} takes ${target.instance?.moreInputs.length ? 'several inputs: sizes are solved for one' : 'a vector, which has no height and width'}.`,
    );
  const answer = new Answer(file, target, found);
  const { least } = found;
  const wrong = least && answer.wrong(least);
  const tried = size && answer.try(size);
  const input = target.instance?.input ?? [];
  const { height, width } = found.sizes;
  if (o.json)
    return JSON.stringify(
      {
        target: target.name,
        input,
        least: least ? least.slice(1) : null,
        divisor: [height.divisor, width.divisor],
        verified: least !== undefined && wrong === undefined,
        ...(wrong === undefined ? {} : { message: wrong }),
        height: axisData(height),
        width: axisData(width),
        ...(tried ? { size: tried } : {}),
      },
      null,
      2,
    );
  return [
    `${target.name}  ${input.join('×')}`,
    `height   ${sizesText(height)}`,
    `width    ${sizesText(width)}`,
    `divisor  ${height.divisor}×${width.divisor}`,
    `least    ${least ? showShape(least) : 'none'}${wrong === undefined ? '' : `, which fails all the same: ${wrong}`}`,
    ...(tried ? ['', triedText(tried)] : []),
  ].join('\n');
}
