/**
 * ELK inside a worker. Its bundle takes any worker for one of its own and would answer our messages; it looks for `document` to tell, so
 * that it is shown one while it loads.
 */
import './pretend-document.ts';
import type { ELK, ELKConstructorArguments } from 'elkjs/lib/elk-api.js';
import { type Layered, remembering } from '../../src/diagram/index.ts';

type Constructor = new (args?: ELKConstructorArguments) => ELK;
let loaded: Promise<ELK> | undefined;

/** Its script is evaluated when it is first needed: a network in lanes whose blocks are folded needs none of it. */
const load = (): Promise<ELK> => {
  loaded ??= import('elkjs/lib/elk.bundled.js').then((m) => new (m.default as unknown as Constructor)());
  return loaded;
};

/** Computes where it is called. */
export const layered: Layered = remembering(async (graph) => (await load()).layout(graph));

/** Loads and compiles what the first block that is opened would wait for. */
export async function warm(): Promise<void> {
  if (loaded) return;
  const children = ['a', 'b', 'c'].map((id) => ({ id, width: 10, height: 10 }));
  const edges = children.slice(1).map(({ id }) => ({ id: `to ${id}`, sources: ['a'], targets: [id] }));
  await layered({ id: 'warm', layoutOptions: { 'elk.algorithm': 'layered' }, children, edges });
}
