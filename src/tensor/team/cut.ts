/** A worker's part of a kernel call: some rows, or some channels, of what the call makes. Every number is computed as in the whole call. */
import type { Call } from '../plan/call.ts';
import { PANEL, PANEL_BYTES } from '../plan/panel.ts';
import type { Band } from './needs.ts';

/** Items [from, to) of a call. */
export interface Piece extends Call {
  readonly begin: number;
  readonly end: number;
}

/** What a worker makes of a step's output. */
export type Share =
  | { readonly of: 'all' }
  | ({ readonly of: 'rows' } & Band)
  /** Whole panels, but for the last. */
  | ({ readonly of: 'channels' } & Band);

/** The part of a call that makes a share; undefined where that is nothing. Rows of tiles are cut between tiles only. */
export function cutCall(call: Call, share: Share): Piece | undefined {
  switch (share.of) {
    case 'all':
      return piece(call, 0, call.n);
    case 'rows':
      return cutRows(call, share);
    case 'channels':
      return cutChannels(call, share);
    default:
      return share satisfies never;
  }
}

function piece(call: Call, begin: number, end: number): Piece | undefined {
  return begin < end ? { ...call, begin, end } : undefined;
}

/** The call with other numbers in some places of its arguments. */
const with_ = (call: Call, changes: Readonly<Record<number, number>>): Call => ({
  ...call,
  args: call.args.map((a, i) => changes[i] ?? a),
});
const arg = (call: Call, i: number): number => call.args[i] as number;

/** Items that stand in tables, of four bytes each. */
const ENTRY = 4;

function cutRows(call: Call, { from, to }: Band): Piece | undefined {
  const { rows } = call;
  if (!rows) throw new Error(`${call.kernel} cannot be shared out by rows`);
  const tiles = call.kernel === 'gemmPoints' ? arg(call, 2) : call.kernel === 'gemmPanels' ? arg(call, 13) : call.n;
  const item = (row: number): number => Math.min(tiles, Math.max(0, Math.ceil((row - rows.first) / rows.step) * rows.per - rows.from));
  const [begin, end] = [item(from), item(to)];
  if (begin >= end) return undefined;
  const on = (i: number): number => arg(call, i) + begin * ENTRY;
  if (call.kernel === 'gemmPoints') return piece(with_(call, { 0: on(0), 1: on(1), 2: end - begin }), 0, call.n);
  if (call.kernel === 'gemmPanels') {
    const residual = arg(call, 2) === 0 ? 0 : on(2);
    return piece(with_(call, { 0: on(0), 1: on(1), 2: residual, 13: end - begin }), 0, call.n);
  }
  return piece(call, begin, end);
}

/** Outputs of `linear` that are one item. */
const LINES = 4;

function cutChannels(call: Call, { from, to }: Band): Piece | undefined {
  const { channels, kernel } = call;
  if (!channels) throw new Error(`${kernel} cannot be shared out by channels`);
  const [begin, end] = [Math.max(0, from - channels.first), Math.min(channels.count, to - channels.first)];
  if (begin >= end) return undefined;
  const [p0, p1] = [Math.floor(begin / PANEL), Math.ceil(end / PANEL)];
  switch (kernel) {
    case 'linear':
      return piece(call, begin / LINES, Math.ceil(end / LINES));
    case 'gemmPanels':
      return piece(call, p0, p1);
    case 'gemmRows': {
      const panelBytes = arg(call, 6) * arg(call, 7) * PANEL_BYTES;
      const on = { 4: arg(call, 4) + p0 * PANEL_BYTES, 8: arg(call, 8) + p0 * panelBytes, 9: arg(call, 9) + p0 * PANEL_BYTES, 13: p1 - p0 };
      return piece(with_(call, on), 0, call.n);
    }
    default:
      // Winograd's calls make groups of channels that belong to one worker; all of them transform the whole input.
      return piece(call, 0, call.n);
  }
}
