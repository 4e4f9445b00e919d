/** Path segments: unique in a body (`conv`, `conv_2`), and in a repeat with the iteration after them (`Bottleneck[2]`). */

export interface SegmentNames {
  /** A base that nothing else in the body has, and what follows it here. */
  base(name: string): string;
  readonly suffix: string;
}

/** A segment for something called `name`. */
export const allocate = (names: SegmentNames, name: string): string => names.base(name) + names.suffix;

/** The names of a body or branch. */
export function bodyNames(): SegmentNames {
  // The input node of a graph has this path.
  const taken = new Set(['input']);
  const next = new Map<string, number>();
  return {
    suffix: '',
    base(name) {
      let n = next.get(name) ?? 1;
      let candidate = n === 1 ? name : `${name}_${n}`;
      while (taken.has(candidate)) candidate = `${name}_${++n}`;
      next.set(name, n + 1);
      taken.add(candidate);
      return candidate;
    },
  };
}

/** The names of a loop: every iteration has those that the first one took, followed by its own index. */
export function loopNames(outer: SegmentNames): (iteration: number) => SegmentNames {
  const assigned = new Map<string, string>();
  return (iteration) => {
    const met = new Map<string, number>();
    return {
      suffix: `${outer.suffix}[${iteration}]`,
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
