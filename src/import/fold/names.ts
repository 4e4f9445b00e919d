/** Names for blocks: what the modules that they stand for are called, or what they look like. */
import type { FreshNames } from '../../export/cnn/layout.ts';
import { layerOf } from '../../layers/index.ts';
import type { Modules } from './blocks.ts';
import type { Block } from './params.ts';
import { nodesOf, type Seq } from './tree.ts';

export type { Modules };

/** The innermost module that is exactly around a piece; undefined where there is none with a name. */
function moduleOf(body: Seq, modules: Modules): string | undefined {
  const chains = nodesOf(body).map((n) => modules[n.id] ?? []);
  const [first = []] = chains;
  let depth = first.length;
  for (const c of chains) {
    let same = 0;
    while (same < depth && c[same] === first[same]) same++;
    depth = same;
  }
  return first.slice(0, depth).at(-1);
}

/** The letters with which all begin: `inception3a`, `inception4b` → `inception`. */
function stem(names: readonly (string | undefined)[]): string | undefined {
  const words = names.map((n) => /^[A-Za-z]+(?:_[A-Za-z]+)*/.exec(n ?? '')?.[0] ?? '');
  const [first = ''] = words;
  let n = first.length;
  for (const w of words) while (!w.startsWith(first.slice(0, n))) n--;
  const common = first.slice(0, n).replace(/_+$/, '');
  return common.length >= 4 && !GENERIC.test(common) ? common : undefined;
}
const GENERIC = /^(layers?|blocks?|stages?|features?|body|module|model|branch\w*|conv\w*|net|node|sequential|downsample|unit|Net)$/i;

/** What a block looks like. */
function looks(body: Seq): string {
  const nodes = nodesOf(body);
  const has = (kind: string): boolean => nodes.some((n) => n.kind === kind);
  const merges = body.flatMap((t) => (t.type === 'merge' ? [t.node.kind] : []));
  const [only] = body;
  const alone = only?.type === 'merge' && body.length === 1;
  if (alone && merges.includes('mul') && has('gap')) return 'SqueezeExcite';
  const passes = body.some((t) => t.type === 'merge' && t.branches.some((b) => b[0]?.type === 'pass'));
  if (merges.includes('concat') && only?.type === 'merge') return passes ? 'DenseLayer' : 'Branches';
  const convs = nodes.filter((n) => layerOf(n.kind).role === 'conv').length;
  if (merges.includes('add')) {
    if (!passes) return 'Down';
    if (has('dwconv')) return 'InvertedResidual';
    return convs >= 3 ? 'Bottleneck' : 'Residual';
  }
  if (has('dwconv')) return convs > 2 ? 'Inverted' : 'Separable';
  if (has('conv') && has('bn')) return 'ConvBN';
  return has('conv') ? 'Convs' : 'Block';
}

/** What a block of several inputs is called, by what joins them. */
function joins(body: Seq): string {
  const merges = body.flatMap((t) => (t.type === 'merge' ? [t.node.kind] : []));
  return merges.includes('concat') ? 'Join' : merges.includes('mul') ? 'Gate' : 'Fuse';
}

export function blockNames(blocks: readonly Block[], modules: Modules, names: FreshNames): ReadonlyMap<number, string> {
  return new Map(
    blocks.map((b) => {
      const name = stem(b.calls.map((c) => moduleOf(c.body, modules))) ?? (b.calls[0]?.takes.length ? joins(b.body) : looks(b.body));
      const words = name.split('_').map((w) => w.charAt(0).toUpperCase() + w.slice(1));
      return [b.id, names.take(words.join(''))];
    }),
  );
}
