/** Which line of a text code comes from: the mark that statements carry. */
import type { OutlineBlock } from '../../../graph/outline.ts';

/** The line of a stage, of whose place in its declaration the outline tells. */
export function originOf({ source: { uri, line } }: OutlineBlock, at: string): readonly string[] {
  const [row] = at.split(':');
  return at === '' || row === undefined ? [] : [`${uri}:${line + Number(row)}`];
}
