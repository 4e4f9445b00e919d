/**
 * Peak memory of live activations, float32: while a layer works, its inputs and its output live together with all that a later layer
 * still needs. A concatenation copies; activations and inference-time no-ops work in place where nothing else needs their input.
 */

import { layers } from '../layers/index.ts';
import { shapeBytes } from '../layers/shape.ts';
import type { Graph } from './graph.ts';

/** Bytes at the peak. */
export function peakMemory(g: Graph): number {
  // A storage is a buffer; nodes that work in place share their input's.
  const storage: number[] = [];
  const lastUse: number[] = g.nodes.map((n) => n.id);
  for (const n of g.nodes) for (const i of n.inputs) lastUse[i] = n.id;
  for (const o of g.outputs) lastUse[o.node] = g.nodes.length;
  const bytes: number[] = [];
  const until: number[] = [];
  for (const n of g.nodes) {
    const [x] = n.inputs;
    const into = x === undefined ? undefined : storage[x];
    const layer = layers.get(n.kind);
    const free = layer?.inPlace && x !== undefined && (lastUse[x] === n.id || layer.role === 'noop');
    if (free && into !== undefined) {
      storage.push(into);
      until[into] = Math.max(until[into] ?? 0, lastUse[n.id] ?? n.id);
    } else {
      storage.push(bytes.length);
      until.push(lastUse[n.id] ?? n.id);
      bytes.push(shapeBytes(n.shape));
    }
  }
  /** By node, what ends with it. */
  const gone = new Float64Array(g.nodes.length + 1);
  for (const [s, end] of until.entries()) gone[end] = (gone[end] ?? 0) + (bytes[s] ?? 0);
  let [live, peak, born] = [0, 0, 0];
  for (const n of g.nodes) {
    // Storages are numbered in the order in which they are first written.
    if (storage[n.id] === born) live += bytes[born++] ?? 0;
    peak = Math.max(peak, live);
    live -= gone[n.id] ?? 0;
  }
  return peak;
}
