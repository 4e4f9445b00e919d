/** Defaults of parameters. */
import type { OutlineBlock } from '../../../graph/outline.ts';
import { type Py, tuple } from '../../../layers/python.ts';

/** A list as a default would be one for all calls, so it is a tuple; but only lists can be added to lists. */
export function defaultOf(block: OutlineBlock, value: Py): Py {
  const text = JSON.stringify(block.body);
  if (text.includes('"op":"+"') && text.includes('"kind":"list"')) return value;
  return value.k === 'list' ? tuple(...value.items.map((i) => (i.k === 'list' ? tuple(...i.items) : i))) : value;
}
