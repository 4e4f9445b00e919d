/** Path segments: unique in a body (`conv`, `conv_2`), and in a repeat with the iteration after them (`Bottleneck[2]`). */

export interface SegmentNames {
  /** A base that nothing else in the body has, and what follows it here. `kept` is one that was reserved: whoever asks for it first has it. */
  base(name: string, kept?: string): string;
  /** A base for what has a path but stands nowhere. */
  reserve(name: string): string;
  readonly suffix: string;
}

/** A segment for something called `name`. */
export const allocate = (names: SegmentNames, name: string, kept?: string): string => names.base(name, kept) + names.suffix;

/** The names of a body or branch; `inputs` are those of what enters the block. */
export function bodyNames(inputs: readonly string[] = []): SegmentNames {
  // The input nodes of a graph have these paths.
  const taken = new Set(['input', ...inputs]);
  const next = new Map<string, number>();
  const reserved = new Set<string>();
  return {
    suffix: '',
    reserve(name) {
      const base = this.base(name);
      reserved.add(base);
      return base;
    },
    base(name, kept) {
      if (kept !== undefined && reserved.delete(kept)) return kept;
      let n = next.get(name) ?? 1;
      let candidate = n === 1 ? name : `${name}_${n}`;
      while (taken.has(candidate)) candidate = `${name}_${++n}`;
      next.set(name, n + 1);
      taken.add(candidate);
      return candidate;
    },
  };
}

/** The names of what stands in a branch. */
export const within = (segment: string, names: SegmentNames): SegmentNames => ({
  suffix: '',
  base: (name, kept) => `${segment}/${names.base(name, kept)}`,
  reserve: (name) => `${segment}/${names.reserve(name)}`,
});

/** The names of a loop: every iteration has those that the first one took, followed by its own index. */
export function loopNames(outer: SegmentNames): (iteration: number) => SegmentNames {
  const assigned = new Map<string, string>();
  return (iteration) => {
    const met = new Map<string, number>();
    return {
      suffix: `${outer.suffix}[${iteration}]`,
      reserve(name) {
        return this.base(name);
      },
      base(name) {
        const ordinal = (met.get(name) ?? 0) + 1;
        met.set(name, ordinal);
        const key = `${name}#${ordinal}`;
        const base = assigned.get(key) ?? outer.base(name);
        assigned.set(key, base);
        return base;
      },
    };
  };
}
