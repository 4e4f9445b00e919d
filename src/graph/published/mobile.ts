/** The keys of torchvision's inverted residuals: MobileNet V2 and V3, MNASNet, EfficientNet and its second version. */
import { type Cursor, OtherFamily } from './cursor.ts';

const isLast = (c: Cursor): boolean => c.are('conv', 'bn', 'linear');

export function mobilenetV2(c: Cursor): void {
  c.both('features.0');
  let i = 1;
  for (; !isLast(c); i++) {
    const block = `features.${i}.conv`;
    let n = 0;
    if (!c.at()?.depthwise) c.both(`${block}.${n++}`);
    if (!c.at()?.depthwise) throw new OtherFamily('no depthwise convolution');
    c.both(`${block}.${n++}`);
    c.pair(`${block}.${n}`, `${block}.${n + 1}`);
  }
  c.both(`features.${i}`);
  c.take('linear', 'classifier.1');
}

/** The layers of a block as entries of a Sequential; with whether its shape changes, which opens a stage. */
function inverted(c: Cursor, block: string): void {
  let n = 0;
  if (!c.at()?.depthwise) c.both(`${block}.${n++}`);
  if (!c.at()?.depthwise) throw new OtherFamily('no depthwise convolution');
  c.both(`${block}.${n++}`);
  if (c.are('conv', 'conv')) {
    for (const part of ['fc1', 'fc2']) c.take('conv', `${block}.${n}.${part}`);
    n++;
  }
  c.both(`${block}.${n}`);
}

export function mobilenetV3(c: Cursor): void {
  c.both('features.0');
  let i = 1;
  for (; !isLast(c); i++) inverted(c, `features.${i}.block`);
  c.both(`features.${i}`);
  for (const n of [0, 3]) c.take('linear', `classifier.${n}`);
}

/** Where a block ends, from its first layer, and what leaves it. */
function changes(c: Cursor): boolean {
  const start = c.at();
  const isFused = start?.kind === 'conv' && !start.depthwise && start.kernel > 1;
  if (isFused) {
    const alone = !isFusedPair(c);
    return start.stride > 1 || start.in !== (alone ? start.out : c.at(2)?.out);
  }
  const wide = start?.depthwise ? 0 : 2;
  const se = c.is('conv', wide + 2) && c.is('conv', wide + 3) ? 2 : 0;
  return (c.at(wide)?.stride ?? 1) > 1 || start?.in !== c.at(wide + 2 + se)?.out;
}

/** A k×k that widens and a 1×1 that narrows, rather than a k×k before a block of another kind. */
const isFusedPair = (c: Cursor): boolean =>
  c.are('conv', 'bn', 'conv', 'bn') && c.at(2)?.kernel === 1 && !c.at(2)?.depthwise && !c.at(4)?.depthwise;

export function efficientnet(c: Cursor): void {
  c.both('features.0');
  let stage = 0;
  for (let i = 0; !isLast(c); i++) {
    if (changes(c) || stage === 0) [stage, i] = [stage + 1, 0];
    const block = `features.${stage}.${i}.block`;
    const start = c.at();
    if (start && !start.depthwise && start.kernel > 1) {
      const pair = isFusedPair(c);
      c.both(`${block}.0`);
      if (pair) c.both(`${block}.1`);
    } else inverted(c, block);
  }
  c.both(`features.${stage + 1}`);
  c.take('linear', 'classifier.1');
}

export function mnasnet(c: Cursor): void {
  const flat = (base: string): void => {
    for (const n of [0, 3, 6]) c.pair(`${base}.${n}`, `${base}.${n + 1}`);
  };
  if (!c.graph.nodes.some((n) => n.kind === 'dwconv' && String(n.params.kernel) === '5,5')) throw new OtherFamily('no 5×5');
  if (!c.at(2)?.depthwise || c.at(6)?.depthwise || !c.at(8)?.depthwise) throw new OtherFamily('no depthwise convolution');
  flat('layers');
  let stage = 7;
  for (let i = 0; !isLast(c); i++) {
    if (changes(c)) [stage, i] = [stage + 1, 0];
    if (!c.at(2)?.depthwise) throw new OtherFamily('no depthwise convolution');
    flat(`layers.${stage}.${i}.layers`);
  }
  if (stage !== 13) throw new OtherFamily('another number of stages');
  c.pair('layers.14', 'layers.15');
  c.take('linear', 'classifier.1');
}
