/** `Object.groupBy` for Node 20, injected ahead of everything else in the bundles that run there: chevrotain, under Langium, calls it. */

// esbuild injects this before the program's own imports. Node 21 and later have it.
Object.groupBy ??= <K extends PropertyKey, T>(items: Iterable<T>, keyOf: (item: T, index: number) => K): Partial<Record<K, T[]>> => {
  const groups: Partial<Record<K, T[]>> = Object.create(null);
  let index = 0;
  for (const item of items) {
    const key = keyOf(item, index++);
    const group = groups[key];
    if (group) group.push(item);
    else groups[key] = [item];
  }
  return groups;
};
