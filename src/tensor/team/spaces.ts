/** Where values stand, for those that exchange parts of them: memory as an image of rows and channels, in pixels or in planes. */

import type { Planned } from '../plan/plan.ts';
import { branches } from '../plan/planes.ts';
import type { Dims, Program, ValueId } from '../program.ts';
import type { Band } from './needs.ts';
import type { Rect } from './region.ts';
import type { Block } from './script.ts';

/** Memory of its own, which no other overlaps while it is in use. */
export interface Space {
  readonly id: string;
  readonly dims: Dims;
  readonly blocks: (r: Rect) => readonly Block[];
}
/** A value in a space: its first channel and row there. */
export interface Spot {
  readonly space: Space;
  readonly channel: number;
  readonly row: number;
}

const one = { xs: 1, xStep: 0, ys: 1, yStep: 0 };

export class Spaces {
  readonly #planned: Planned;
  readonly #program: Program;
  readonly #spaces = new Map<string, Space>();

  constructor(program: Program, planned: Planned) {
    this.#program = program;
    this.#planned = planned;
  }

  /** Where the plan's steps find a value. */
  of(v: ValueId): Spot {
    const { planes, layout } = this.#planned;
    const target = planes.outputs.get(v);
    if (target) return { space: this.output(target.of), channel: target.channel, row: 0 };
    if (planes.inputs.has(v)) return { space: this.input(v), channel: 0, row: 0 };
    const { value, channel, top } = layout.root(v);
    return { space: this.#pixels(value), channel, row: top };
  }

  /** The planes of an input, as the caller gives them. */
  input(v: ValueId): Space {
    return this.#planes(`input ${v}`, v, this.#planned.inputs[this.#program.inputs.indexOf(v)]?.address ?? 0);
  }

  /** The planes of an output, as the caller gets them. */
  output(v: ValueId): Space {
    return this.#planes(`output ${v}`, v, this.#planned.outputs[this.#program.outputs.indexOf(v)]?.address ?? 0);
  }

  /** Channels of an output that are turned round into its planes after the steps, and values that steps leave there themselves. */
  ends(v: ValueId): { readonly turned: readonly Band[]; readonly left: readonly ValueId[] } {
    const parts = branches(this.#program, this.#planned.fused, v);
    const channels = ({ x, channel }: (typeof parts)[number]): Band => ({
      from: channel,
      to: channel + (this.#program.values[x]?.[0] ?? 0),
    });
    const isLeft = ({ x }: (typeof parts)[number]): boolean => this.#planned.planes.outputs.has(x);
    return { turned: parts.filter((p) => !isLeft(p)).map(channels), left: parts.filter(isLeft).map(({ x }) => x) };
  }

  #kept(id: string, dims: Dims, blocks: Space['blocks']): Space {
    const known = this.#spaces.get(id) ?? { id, dims, blocks };
    this.#spaces.set(id, known);
    return known;
  }

  #pixels(v: ValueId): Space {
    const dims = this.#program.values[v] as Dims;
    const [C, , W] = dims;
    const p = this.#planned.layout.place(v);
    return this.#kept(`pixels ${v}`, dims, ({ r0, r1, c0, c1 }) => {
      const address = p.base + r0 * p.row;
      // Between rows stands the halo, zero for everyone.
      if (c0 === 0 && c1 === C) return [{ ...one, address, bytes: (r1 - r0 - 1) * p.row + (W - 1) * p.pixel + C * 4 }];
      return [{ address: address + c0 * 4, bytes: (c1 - c0) * 4, xs: W, xStep: p.pixel, ys: r1 - r0, yStep: p.row }];
    });
  }

  #planes(id: string, v: ValueId, address: number): Space {
    const dims = this.#program.values[v] as Dims;
    const [, H, W] = dims;
    return this.#kept(id, dims, ({ r0, r1, c0, c1 }) => {
      const first = address + (c0 * H + r0) * W * 4;
      if (r0 === 0 && r1 === H) return [{ ...one, address: first, bytes: (c1 - c0) * H * W * 4 }];
      return [{ ...one, address: first, bytes: (r1 - r0) * W * 4, xs: c1 - c0, xStep: H * W * 4 }];
    });
  }
}
