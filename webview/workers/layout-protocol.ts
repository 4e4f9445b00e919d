/** Messages between the page, the worker that lays diagrams out, and the one that it asks where branches fork and meet. */
import type { ElkNode } from 'elkjs/lib/elk-api.js';
import type { Arrangement, Folds, Placed, Room, Scale } from '../../src/diagram/index.ts';
import type { Facts } from '../../src/graph/facts.ts';
import type { Graph } from '../../src/graph/graph.ts';
import type { Costs } from '../../src/graph/metrics.ts';

export interface LayoutRequest {
  readonly id: number;
  readonly graph: Graph;
  readonly facts: Facts;
  readonly folds: Folds;
  readonly scale: Scale | undefined;
  /** What the reader chose. */
  readonly arrangement: Arrangement | undefined;
  /** What is shown as ink, and what all bars are measured against where there is another picture beside. */
  readonly costs: Costs | undefined;
  readonly heaviest: number | undefined;
  /** Pixels in which the picture should be seen. */
  readonly room: Room | undefined;
}
/** A picture that was laid out, to be written as a file of its own. */
export interface SvgRequest {
  readonly id: number;
  readonly svg: Placed;
}
/** The way to the worker with ELK, which comes as the message's port. */
export interface LayeredPort {
  readonly type: 'layered';
}
export type FromLayout =
  | { readonly id: number; readonly type: 'placed'; readonly placed: Placed; readonly ms: number }
  | { readonly id: number; readonly type: 'svg'; readonly svg: string }
  | { readonly id: number; readonly type: 'failed'; readonly message: string }
  /** It wants that way. */
  | LayeredPort;

export interface LayeredRequest {
  readonly id: number;
  readonly graph: ElkNode;
}
export type FromLayered = { readonly id: number } & ({ readonly placed: ElkNode } | { readonly failed: string });
