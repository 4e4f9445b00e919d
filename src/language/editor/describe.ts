/** Markdown about layers, blocks and parameters, for hover, completion and signature help. */
import { layers } from '../../layers/index.ts';
import type { Layer } from '../../layers/layer.ts';
import type { ParamSpec } from '../../layers/params.ts';
import { showParam } from '../elaborate/values.ts';
import type { Block, Fn, Network, Param } from '../syntax/generated/ast.ts';
import { documentationOf, textOf } from '../syntax/source.ts';
import { functionDoc } from '../syntax/vocabulary.ts';

/** `stride=1`, `kernel`. */
export function paramText(name: string, spec: ParamSpec): string {
  if (spec.default === undefined) return name;
  return `${name}=${spec.defaultText ?? showParam(spec.default)}`;
}

/** The parameters of something callable, as text and documentation. */
export interface Callable {
  readonly name: string;
  readonly doc: string;
  readonly params: readonly {
    readonly name: string;
    readonly text: string;
    readonly doc: string;
    readonly required: boolean;
    readonly choices: readonly string[];
  }[];
}

export const callableLayer = (layer: Layer): Callable => ({
  name: layer.kind,
  doc: layer.doc,
  params: Object.entries(layer.params).map(([name, spec]) => ({
    name,
    text: paramText(name, spec),
    doc: `${spec.doc} *${spec.type}*`,
    required: spec.default === undefined,
    choices: spec.choices ?? [],
  })),
});

const declared = (p: Param): Callable['params'][number] => ({
  name: p.name,
  text: p.value ? `${p.name}=${textOf(p.value)}` : p.name,
  doc: '',
  required: !p.value,
  choices: [],
});

export const callableDeclaration = (d: Block | Network | Fn): Callable => ({
  name: d.name,
  doc: documentationOf(d),
  params: (d.params ?? []).filter((p) => p.name !== undefined).map(declared),
});

/** The ways to call a built-in function, from its signature: `range(stop) · range(start, stop, step=1)`. */
export function callableFunction(name: string): readonly Callable[] {
  const { signature = '', doc = '' } = functionDoc(name) ?? {};
  return signature.split(' · ').map((way) => ({
    name,
    doc,
    params: way
      .slice(way.indexOf('(') + 1, way.lastIndexOf(')'))
      .split(', ')
      .map((text) => ({ name: text.replace(/=.*/, ''), text, doc: '', required: !text.includes('='), choices: [] })),
  }));
}

/** `conv(channels, kernel, stride=1, …)`. */
export const signature = (c: Callable): string => `${c.name}(${c.params.map((p) => p.text).join(', ')})`;

/** Signature, documentation and a line for each parameter. */
export function describeCallable(c: Callable, kind: string): string {
  const params = c.params.filter((p) => p.doc !== '').map((p) => `- \`${p.text}\` ${p.doc}`);
  return [`\`\`\`cnn\n${kind === '' ? '' : `${kind} `}${signature(c)}\n\`\`\``, c.doc, params.join('\n')]
    .filter((s) => s !== '')
    .join('\n\n');
}

export const layerCallable = (kind: string): Callable | undefined => {
  const layer = layers.get(kind);
  return layer && callableLayer(layer);
};
