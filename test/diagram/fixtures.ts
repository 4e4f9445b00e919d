/** Graphs for the tests of diagram and page: a little builder over the layer registry, and networks that people know. */
import type { Facts, NodeFacts } from '../../src/graph/facts.ts';
import type { Graph, Location, Node, Scope } from '../../src/graph/graph.ts';
import { isFault } from '../../src/layers/fault.ts';
import { layerOf } from '../../src/layers/index.ts';
import type { ParamValue, Value } from '../../src/layers/params.ts';
import { ParamFault } from '../../src/layers/params.ts';
import { type Shape, shapeBytes } from '../../src/layers/shape.ts';

export const URI = 'file:///fixture.cnn';
type Args = Readonly<Record<string, Value>>;
/** `3x3` as the language gives it. */
/** The field of a pixel that sees itself; no diagram shows more of it. */
const PIXEL = { receptiveField: [1, 1], effectiveStride: [1, 1], effectivePadding: [0, 0], centre: [0, 0] } as const;

const square = (n: number): Value => ({ type: 'size', dims: [n, n] });

/** Builds a graph call by call; values are node ids. Each stage gets a line of its own. */
export class Builder {
  readonly nodes: Node[] = [];
  readonly scopes: Scope[] = [];
  readonly facts: NodeFacts[] = [];
  #path: string[] = [];
  #scope = 0;
  #line = 1;
  #groups = 0;
  readonly name: string;

  constructor(name: string, shape: Shape) {
    this.name = name;
    this.scopes.push({ id: 0, parent: undefined, name, path: '', from: 0, to: 0, input: 0, output: 0, source: this.#at(0) });
    this.#push('input', 'input', [], {}, shape, { weights: 0, biases: 0, params: 0, buffers: 0, macs: 0, formula: '' });
  }

  #at(line: number): Location {
    return { uri: URI, range: { start: { line, character: 2 }, end: { line, character: 20 } } };
  }

  #unique(name: string): string {
    const taken = (p: string): boolean => this.nodes.some((n) => n.path === p) || this.scopes.some((s) => s.path === p);
    const full = [...this.#path, name].join('/');
    if (!taken(full)) return full;
    for (let i = 2; ; i++) if (!taken(`${full}_${i}`)) return `${full}_${i}`;
  }

  #push(
    kind: string,
    label: string,
    inputs: readonly number[],
    params: Record<string, ParamValue>,
    shape: Shape,
    f: Pick<NodeFacts, 'weights' | 'biases' | 'params' | 'buffers' | 'macs' | 'formula'>,
    failed = false,
  ): number {
    const id = this.nodes.length;
    this.nodes.push({
      id,
      kind,
      path: this.#unique(label),
      inputs,
      params,
      shape,
      source: this.#at(this.#line++),
      scope: this.#scope,
      ...(failed ? { failed: true as const } : {}),
    });
    this.facts.push({ ...f, activationBytes: shapeBytes(shape), ...PIXEL });
    return id;
  }

  /** One layer. */
  layer(kind: string, inputs: readonly number[], args: Args = {}, label = kind): number {
    const spec = layerOf(kind);
    const params: Record<string, ParamValue> = {};
    for (const [name, p] of Object.entries(spec.params)) {
      const given = args[name];
      const value = given === undefined ? p.default : p.parse(given);
      if (value === undefined || value instanceof ParamFault) throw new Error(`${kind}.${name}: ${value?.message ?? 'missing'}`);
      params[name] = value;
    }
    const xs = inputs.map((i) => this.nodes[i]?.shape as Shape) as [Shape, ...Shape[]];
    const y = spec.shape(params as never, xs);
    const shape = isFault(y) ? (y.assume ?? xs[0]) : y;
    const weights = Object.values(spec.weights?.(params as never, xs) ?? {}).filter((w) => w !== undefined);
    const total = (role: string): number =>
      weights.filter((w) => w.role === role).reduce((s, w) => s + w.dims.reduce((a, b) => a * b, 1), 0);
    const kernel = weights.find((w) => w.role === 'kernel');
    return this.#push(
      kind,
      label,
      inputs,
      params,
      shape,
      {
        weights: total('kernel'),
        biases: total('bias'),
        params: total('kernel') + total('bias') + total('affine'),
        buffers: total('buffer'),
        macs: spec.macs?.(params as never, xs, shape) ?? 0,
        formula: kernel ? [...kernel.dims.slice(2), kernel.dims[1], kernel.dims[0]].join('×') : '',
      },
      isFault(y),
    );
  }

  conv(x: number, channels: number, kernel: number, args: Args = {}, label = 'conv'): number {
    return this.layer('conv', [x], { channels, kernel: square(kernel), ...args }, label);
  }
  pool(x: number, kernel: number, stride: number, pad: number, args: Args = {}, kind = 'maxpool'): number {
    return this.layer(kind, [x], { kernel: square(kernel), stride: square(stride), pad, ...args });
  }
  relu(x: number): number {
    return this.layer('relu', [x]);
  }

  /** A call of a block. */
  call(name: string, x: number, body: (x: number) => number, label = name, repeat?: Scope['repeat']): number {
    const path = this.#unique(label);
    const id = this.scopes.length;
    const before = { path: this.#path, scope: this.#scope };
    const from = this.nodes.length;
    this.scopes.push({ id, parent: this.#scope, name, path, from, to: from, input: x, output: x, source: this.#at(this.#line++) });
    this.#path = path.split('/');
    this.#scope = id;
    const output = body(x);
    this.#path = before.path;
    this.#scope = before.scope;
    this.scopes[id] = { ...(this.scopes[id] as Scope), to: this.nodes.length, output, ...(repeat ? { repeat } : {}) };
    return output;
  }

  /** A repeat: calls that share a group. Iterations stand on the same lines, as in a file. */
  repeat(count: number, name: string, x: number, body: (x: number, i: number) => number): number {
    const group = this.#groups++;
    let line = this.#line;
    let y = x;
    for (let index = 0; index < count; index++) {
      if (index > 1) this.#line = line;
      else line = this.#line;
      y = this.call(name, y, (v) => body(v, index), `${name}[${index}]`, { group, index, count });
    }
    return y;
  }

  /** A branch of a merge: its nodes' paths carry `branch1`. */
  branch(n: number, body: () => number): number {
    this.#path = [...this.#path, `branch${n}`];
    const y = body();
    this.#path = this.#path.slice(0, -1);
    return y;
  }

  done(output: number, more: Readonly<Record<string, number>> = {}): { readonly graph: Graph; readonly facts: Facts } {
    this.scopes[0] = { ...(this.scopes[0] as Scope), to: this.nodes.length, output };
    const sum = (pick: (f: NodeFacts) => number): number => this.facts.reduce((s, f) => s + pick(f), 0);
    return {
      graph: {
        name: this.name,
        nodes: this.nodes,
        scopes: this.scopes,
        outputs: [{ name: 'output', node: output }, ...Object.entries(more).map(([name, node]) => ({ name, node }))],
      },
      facts: {
        nodes: this.facts,
        totals: {
          weights: sum((f) => f.weights),
          params: sum((f) => f.params),
          buffers: sum((f) => f.buffers),
          macs: sum((f) => f.macs),
          totalMacs: 0,
          memory: Math.max(...this.facts.map((f) => f.activationBytes)) * 2,
          layers: this.facts.filter((f) => f.weights > 0).length,
          depth: 1,
        },
      },
    };
  }
}

export type Fixture = ReturnType<Builder['done']>;
type Widths = readonly [c1: number, r3: number, c3: number, r5: number, c5: number, pool: number];

/** GoogLeNet's module (Szegedy et al. 2014, figure 2b), or its naive form (figure 2a). */
export function inceptionBody(b: Builder, x: number, [c1, r3, c3, r5, c5, pool]: Widths, naive = false): number {
  const conv = (v: number, c: number, k: number): number => b.relu(b.conv(v, c, k));
  return b.layer('concat', [
    b.branch(1, () => conv(x, c1, 1)),
    b.branch(2, () => conv(naive ? x : conv(x, r3, 1), c3, 3)),
    b.branch(3, () => conv(naive ? x : conv(x, r5, 1), c5, 5)),
    b.branch(4, () => (naive ? b.pool(x, 3, 1, 1) : conv(b.pool(x, 3, 1, 1), pool, 1))),
  ]);
}

export function inception(naive = false): Fixture {
  const b = new Builder(naive ? 'naive' : 'Inception', [192, 28, 28]);
  return b.done(inceptionBody(b, 0, [64, 96, 128, 16, 32, 32], naive));
}

const convBn = (b: Builder, x: number, c: number, k: number, stride = 1, act = true, groups = 1): number =>
  b.call('ConvBN', x, (v) => {
    const y = b.layer('bn', [b.conv(v, c, k, { stride, bias: false, groups })]);
    return b.layer(act ? 'relu' : 'identity', [y]);
  });

export function bottleneckBody(b: Builder, x: number, width: number, stride = 1, groups = 1): number {
  const main = b.branch(1, () => convBn(b, convBn(b, convBn(b, x, width, 1), width, 3, stride, true, groups), 4 * width, 1, 1, false));
  const side = b.branch(2, () =>
    stride !== 1 || b.nodes[x]?.shape[0] !== 4 * width ? convBn(b, x, 4 * width, 1, stride, false) : b.layer('identity', [x]),
  );
  return b.relu(b.layer('add', [main, side]));
}

export function bottleneck(naive = false, groups = 1): Fixture {
  const b = new Builder(naive ? 'naive' : 'Bottleneck', [256, 56, 56]);
  if (!naive) return b.done(bottleneckBody(b, 0, 64, 1, groups));
  const main = b.branch(1, () => convBn(b, convBn(b, 0, 256, 3), 256, 3, 1, false));
  return b.done(b.relu(b.layer('add', [main, b.branch(2, () => b.layer('identity', [0]))])));
}

export function resnet50(): Fixture {
  const b = new Builder('ResNet50', [3, 224, 224]);
  let x = b.pool(convBn(b, 0, 64, 7, 2), 3, 2, 1);
  [3, 4, 6, 3].forEach((n, i) => {
    x = b.repeat(n, 'Bottleneck', x, (v, j) => bottleneckBody(b, v, 64 * 2 ** i, i > 0 && j === 0 ? 2 : 1));
  });
  return b.done(b.layer('linear', [b.layer('flatten', [b.layer('gap', [x])])], { features: 1000 }, 'fc'));
}

const INCEPTIONS: readonly (readonly [string, Widths])[] = [
  ['3a', [64, 96, 128, 16, 32, 32]],
  ['3b', [128, 128, 192, 32, 96, 64]],
  ['4a', [192, 96, 208, 16, 48, 64]],
  ['4b', [160, 112, 224, 24, 64, 64]],
  ['4c', [128, 128, 256, 24, 64, 64]],
  ['4d', [112, 144, 288, 32, 64, 64]],
  ['4e', [256, 160, 320, 32, 128, 128]],
  ['5a', [256, 160, 320, 32, 128, 128]],
  ['5b', [384, 192, 384, 48, 128, 128]],
];

/** GoogLeNet with its two auxiliary heads. */
export function googlenet(): Fixture {
  const b = new Builder('GoogLeNet', [3, 224, 224]);
  const pool = (x: number): number => b.pool(x, 3, 2, 0, { ceil: true });
  let x = b.layer('lrn', [pool(b.relu(b.conv(0, 64, 7, { stride: 2 })))]);
  x = pool(b.layer('lrn', [b.relu(b.conv(b.relu(b.conv(x, 64, 1)), 192, 3))]));
  const aux: Record<string, number> = {};
  for (const [name, widths] of INCEPTIONS) {
    x = b.call('Inception', x, (v) => inceptionBody(b, v, widths), `inception${name}`);
    if (name === '3b' || name === '4e') x = pool(x);
    if (name === '4a' || name === '4d')
      aux[`aux${name === '4a' ? 1 : 2}`] = b.call('Aux', x, (v) => {
        const h = b.relu(b.conv(b.layer('avgpool', [v], { kernel: square(5), stride: square(3) }), 128, 1));
        const f = b.relu(b.layer('linear', [b.layer('flatten', [h])], { features: 1024 }));
        return b.layer('linear', [b.layer('dropout', [f], { p: 0.7 })], { features: 1000 });
      });
  }
  return b.done(
    b.layer('softmax', [
      b.layer('linear', [b.layer('dropout', [b.layer('flatten', [b.layer('gap', [x])])], { p: 0.4 })], { features: 1000 }, 'fc'),
    ]),
    aux,
  );
}

/** A U-Net-like skip over several layers, a depthwise convolution, and spans that need a square-root scale. */
export function vggTail(): Fixture {
  const b = new Builder('VGGTail', [512, 14, 14]);
  let x = b.pool(b.relu(b.conv(b.layer('dwconv', [0], { kernel: square(3) }), 512, 1)), 2, 2, 0);
  x = b.layer('flatten', [x]);
  x = b.relu(b.layer('linear', [x], { features: 4096 }));
  return b.done(b.layer('linear', [x], { features: 10 }));
}

/** A residual whose branch has the wrong width, and a concat whose branch has the wrong resolution. */
export function broken(): Fixture {
  const b = new Builder('Broken', [64, 28, 28]);
  const sum = b.layer('add', [b.branch(1, () => b.conv(b.relu(b.conv(0, 32, 1)), 96, 3)), b.branch(2, () => b.layer('identity', [0]))]);
  return b.done(b.layer('concat', [b.branch(1, () => b.conv(sum, 48, 1)), b.branch(2, () => b.conv(sum, 48, 3, { stride: 2 }))]));
}

/** Many branches of many widths, some of which skip layers. */
export function tangle(): Fixture {
  const b = new Builder('Tangle', [128, 32, 32]);
  const one = b.relu(b.conv(0, 64, 3));
  const two = b.relu(b.layer('concat', [b.branch(1, () => b.conv(one, 32, 1)), b.branch(2, () => b.conv(one, 96, 3)), 0]));
  const three = b.layer('concat', [two, b.branch(1, () => b.relu(b.conv(two, 48, 3))), one, 0]);
  const four = b.layer('add', [
    b.branch(1, () => b.conv(b.relu(b.conv(three, 64, 1)), 128, 3)),
    b.branch(2, () => b.conv(three, 128, 1)),
    0,
  ]);
  return b.done(b.layer('concat', [four, b.branch(1, () => b.layer('dwconv', [four], { kernel: square(3) })), one]));
}
