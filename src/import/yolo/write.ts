/** A YOLO model → `.cnn`: a line a layer, in the file's order, below the blocks that it calls. */
import { ImportFault } from '../fault.ts';
import { activationOf, BLOCKS, type BlockName, KEEPING, REPEATS, SCALED, scaled, Unsayable } from './modules.ts';
import { readYolo, type YoloLayer, type YoloModel } from './read.ts';

export interface YoloText {
  readonly text: string;
  readonly remarks: readonly string[];
  /** Which layer of the file each line of the text is, by the line's number from 0. */
  readonly layers: ReadonlyMap<number, YoloLayer>;
}
export interface YoloOptions {
  /** What the network is called. */
  readonly name: string;
  /** One of the file's scales. */
  readonly scale?: string;
  /** The scale that the file's name says. */
  readonly named?: string;
  readonly input?: readonly number[];
}

/** The heads that are written; what the others predict is no map. */
const HEADS = new Set(['Detect', 'Classify']);
/** How many bins tell each side's distance since version 8. */
const BINS = 16;

interface Line {
  readonly text: string;
  readonly layer?: YoloLayer;
}

/** What the layers are, one by one: their lines, and what they need. */
class Writer {
  readonly lines: Line[] = [];
  readonly blocks = new Set<BlockName>();
  readonly remarks: string[] = [];
  readonly unsaid: { readonly layer: YoloLayer; readonly why: string }[] = [];
  /** By layer, the channels that leave it. */
  private readonly channels: number[] = [];
  /** Whether boxes and classes have blocks of their own. */
  detects = false;
  private readonly model: YoloModel;
  constructor(model: YoloModel) {
    this.model = model;
  }

  private of(from: number): number {
    return from < 0 ? this.model.channels : (this.channels[from] ?? 0);
  }
  /** A layer's value: those that others than the next one read have a name. */
  private value(from: number, layer: YoloLayer): string {
    return from === layer.index - 1 ? 'identity' : from < 0 ? 'image' : `layer${from}`;
  }

  layer(layer: YoloLayer, isNamed: boolean): void {
    try {
      const said = this.stage(layer);
      const [from = -1] = layer.from;
      const start = layer.from.length === 1 && from !== layer.index - 1 ? `${this.value(from, layer)} -> ` : '';
      const times = layer.repeats > 1 && !REPEATS.has(layer.module) ? `repeat ${layer.repeats} { ${said.stage} }` : undefined;
      const name = isNamed ? `layer${layer.index}: ` : '';
      if (said.stage !== '')
        this.lines.push({
          layer,
          text: times ? `${start}${times}${isNamed ? ` -> ${name}identity` : ''}` : `${start}${name}${said.stage}`,
        });
      this.channels.push(said.channels);
      for (const b of said.blocks) this.blocks.add(b);
    } catch (e) {
      if (!(e instanceof Unsayable)) throw e;
      this.unsaid.push({ layer, why: e.message });
      // So that what follows can be looked at too: most modules say their channels first.
      const [c] = layer.args;
      this.channels.push(typeof c === 'number' ? scaled(c, this.model) : this.of(layer.from[0] ?? -1));
    }
  }

  private stage(layer: YoloLayer): { readonly stage: string; readonly channels: number; readonly blocks: readonly BlockName[] } {
    const { module, args, from } = layer;
    const [first = -1] = from;
    if (module === 'Concat') {
      const channels = from.reduce((sum, f) => sum + this.of(f), 0);
      return { stage: `concat { ${from.map((f) => `| ${this.value(f, layer)}`).join(' ')} }`, channels, blocks: [] };
    }
    if (module === 'Detect') return this.detect(layer);
    if (from.length !== 1) throw new Unsayable(`it reads ${from.length} layers`);
    if (module === 'Classify') return { stage: `Classify(classes)`, channels: this.model.classes, blocks: ['Classify'] };
    const keeps = KEEPING[module];
    if (keeps) return { stage: keeps(args), channels: this.of(first), blocks: [] };
    const rule = SCALED[module];
    if (!rule) throw new Unsayable('no block stands for this module');
    const [given, ...rest] = args;
    const { classes, anchors } = this.model;
    const wanted = given === 'nc' ? classes : given;
    if (typeof wanted !== 'number') throw new Unsayable(`its channels are ${JSON.stringify(given)}`);
    const isClasses = wanted === (anchors === undefined ? classes : anchors * (classes + 5));
    const c = isClasses ? wanted : scaled(wanted, this.model);
    return rule(rest, { c, from: this.of(first), n: layer.repeats, isFive: anchors !== undefined });
  }

  private detect(layer: YoloLayer): { readonly stage: string; readonly channels: number; readonly blocks: readonly BlockName[] } {
    const { from } = layer;
    const { anchors, classes } = this.model;
    const level = (f: number): string => (f === layer.index - 1 ? '' : `${this.value(f, layer)} -> `);
    const lines: string[] = [];
    // What flows there comes last, so that the flow is still what it was.
    const last = from.length - 1;
    if (anchors !== undefined) {
      const head = `conv(${anchors} * (5 + classes), 1x1)`;
      for (const [i, f] of from.entries()) lines.push(i < last ? `output level${i} = ${level(f)}${head}` : `${level(f)}${head}`);
      lines.push(`output level${last}`);
      this.remarks.push(
        `Detect gives, for each level, the map that it predicts from: ${anchors} boxes of 5 + ${classes} numbers at each pixel. Their decoding by anchors and strides, and the boxes of all levels in one list, are left to who reads them.`,
      );
    } else {
      const c = this.of(from[0] ?? -1);
      const boxes = Math.max(BINS, Math.floor(c / 4), 4 * BINS);
      const wide = Math.max(c, Math.min(classes, 100));
      this.detects = true;
      this.blocks.add('Conv');
      lines.push(`shared mean = conv(1, 1x1, bias=false)`);
      for (const [i, f] of from.entries()) {
        lines.push(`output boxes${i} = ${level(f)}Boxes(${boxes}) -> Distances(mean)`);
        lines.push(i < last ? `output classes${i} = ${level(f)}Classes(${wide}, classes)` : `${level(f)}Classes(${wide}, classes)`);
      }
      lines.push(`output classes${last}`);
      this.remarks.push(
        'Detect gives, for each level, the distances of each pixel from the four sides of its box, and its classes. Their decoding by strides, and the boxes of all levels in one list, are left to who reads them.',
      );
    }
    for (const text of lines) this.lines.push({ layer, text });
    return { stage: '', channels: this.of(from[last] ?? -1), blocks: [] };
  }
}

const HEAD_BLOCKS = `# The distances of each pixel from the four sides of its box, each by the shares of ${BINS} bins (Li et al. 2020).
block Boxes(c) {
  Conv(c, 3x3) -> Conv(c, 3x3) -> conv(4 * ${BINS}, 1x1)
}

# The mean of the bins by their shares: the weights of \`mean\` are 0 to ${BINS - 1}, and are not trained.
block Distances(mean) {
  reshape(size(4, ${BINS}, here.h * here.w)) -> transpose("hcw") -> softmax -> mean
}

block Classes(c, classes) {
  Conv(c, 3x3) -> Conv(c, 3x3) -> conv(classes, 1x1) -> sigmoid
}`;

/** Blocks and all that they call, in the order of the list. */
function withCalls(names: ReadonlySet<BlockName>): readonly BlockName[] {
  const all = new Set<BlockName>();
  const add = (name: BlockName): void => {
    if (all.has(name)) return;
    all.add(name);
    BLOCKS[name].calls.forEach(add);
  };
  names.forEach(add);
  return (Object.keys(BLOCKS) as BlockName[]).filter((b) => all.has(b));
}

/** The modules that cannot be said, kind by kind, with the lines of the file. */
function listed(unsaid: Writer['unsaid']): string {
  const kinds = Map.groupBy(unsaid, (u) => `${u.layer.module}: ${u.why}`);
  return [...kinds].map(([what, all]) => `  ${all.length}× ${what} (line ${all.map((u) => u.layer.line).join(', ')})`).join('\n');
}

/** Writes a model. Throws `ImportFault` where it is none, or where a module cannot be said. */
export function yoloToCnn(yaml: string, o: YoloOptions): YoloText {
  const model = readYolo(yaml, o);
  const writer = new Writer(model);
  const { layers } = model;
  const read = new Set(layers.flatMap((l) => l.from.filter((f) => f !== l.index - 1)));
  for (const l of layers) writer.layer(l, read.has(l.index));
  let act = 'silu';
  const others: string[] = [];
  try {
    act = activationOf(model);
  } catch (e) {
    if (!(e instanceof Unsayable)) throw e;
    others.push(`  ${e.message}`);
  }
  if (writer.unsaid.length + others.length > 0)
    throw new ImportFault(
      'unsupported',
      `.cnn cannot say all of this model:\n${[listed(writer.unsaid), ...others].filter((l) => l !== '').join('\n')}`,
    );
  const side = layers.at(-1)?.module === 'Classify' ? 224 : 640;
  const input = o.input ?? [model.channels, side, side];
  const head = layers.at(-1)?.module;
  const uses = (name: string): boolean => writer.lines.some((l) => l.text.includes(`, ${name}=`));
  const blocks = withCalls(writer.blocks)
    .map((b) => BLOCKS[b].text.replaceAll('ACT', act))
    // What no layer asks for need not be there.
    .map((text) => (uses('p') ? text : text.replace(', p=same', '').replace(' pad=p,', '')))
    .map((text) => (uses('d') ? text : text.replace(', d=1', '').replace(' dilation=d,', '')));
  const heads = writer.detects ? [HEAD_BLOCKS] : [];
  const parameter = head !== undefined && HEADS.has(head) ? `(classes=${model.classes})` : '';
  const before = `${[...blocks, ...heads].join('\n\n')}\n\nnetwork ${o.name}${parameter} on ${input.join('x')} {\n`;
  const image = read.has(-1) ? '  image: identity\n' : '';
  const first = (before + image).split('\n').length - 1;
  const remarks = [
    ...(model.scales.length > 1 && o.scale === undefined && o.named !== model.scale
      ? [`Its scale is ${model.scale}, the first of ${model.scales.join(', ')}: --scale chooses another.`]
      : []),
    ...writer.remarks,
  ];
  return {
    text: `${before}${image}${writer.lines.map((l) => `  ${l.text}\n`).join('')}}\n`,
    layers: new Map(writer.lines.flatMap((l, i) => (l.layer ? [[first + i, l.layer] as const] : []))),
    remarks,
  };
}
