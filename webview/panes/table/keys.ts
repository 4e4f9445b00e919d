/** What keys do in the table, as in VS Code's trees: arrows move, fold and unfold, Enter goes to the text. */
import type { Line } from '../../../src/graph/tree/arrange.ts';

export type KeyAction =
  | { readonly type: 'choose'; readonly line: Line }
  | { readonly type: 'fold'; readonly line: Line; readonly open: boolean }
  | { readonly type: 'reveal'; readonly line: Line };

type Key = Pick<KeyboardEvent, 'key' | 'ctrlKey' | 'metaKey' | 'altKey'>;

/** What a key asks for where a line is chosen, or none yet; `page` is how many lines one sees. */
export function actionFor(
  { key, ctrlKey, metaKey, altKey }: Key,
  lines: readonly Line[],
  active: number | undefined,
  page: number,
): KeyAction | undefined {
  if (ctrlKey || metaKey || altKey) return undefined;
  const line = active === undefined ? undefined : lines[active];
  const choose = (index: number | undefined): KeyAction | undefined => {
    const next = index === undefined ? undefined : lines[Math.max(0, Math.min(lines.length - 1, index))];
    return next && { type: 'choose', line: next };
  };
  const fold = (open: boolean): KeyAction | undefined => line && { type: 'fold', line, open };
  switch (key) {
    case 'ArrowDown':
      return choose(active === undefined ? 0 : active + 1);
    case 'ArrowUp':
      return choose(active === undefined ? 0 : active - 1);
    case 'PageDown':
      return choose((active ?? 0) + page);
    case 'PageUp':
      return choose((active ?? 0) - page);
    case 'Home':
      return choose(0);
    case 'End':
      return choose(lines.length - 1);
    case 'ArrowRight':
      return line?.open === false ? fold(true) : line?.open === true ? choose((active ?? 0) + 1) : undefined;
    case 'ArrowLeft':
      return line?.open === true ? fold(false) : choose(line?.parent);
    case ' ':
      return line?.open === undefined ? undefined : fold(!line.open);
    case 'Enter':
      return line && { type: 'reveal', line };
    default:
      return undefined;
  }
}
