/** Where layers stood in the program that wrote the file: module names from the outside in, from the names of operators or what exporters note beside them. */
import type { Place } from './builder.ts';

/** `layer1`, `layer1.0`, `layer1.0.conv1` → `layer1`, `0`, `conv1`. */
function relative(modules: readonly string[]): readonly string[] {
  const parts: string[] = [];
  let before = '';
  for (const m of modules) {
    const own = before !== '' && m.startsWith(`${before}.`) ? m.slice(before.length + 1) : m;
    before = m;
    if (own !== '') parts.push(...own.split('.'));
  }
  return parts;
}

/** The modules around an operator. `ours`: the file is Pointwise's own, whose operators are named by paths. */
export function modulesOf(place: Place, ours: boolean): readonly string[] {
  if (place.modules) return relative(place.modules);
  const parts = place.name.split('/').filter((p) => p !== '' && !p.includes(':'));
  if (ours) return parts;
  // PyTorch's older exporter: `/layer1/layer1.0/conv1/Conv`, the operator last.
  return relative(parts.slice(0, -1));
}
