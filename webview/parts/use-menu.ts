/** What the context menu of VS Code asks of the page: whoever shows something that can be copied or revealed answers for it. */
import { useEffect, useRef } from 'preact/hooks';
import type { MenuAction } from '../../src/protocol/commands.ts';
import type { ToPage } from '../../src/protocol/page.ts';

export type MenuAnswers = Readonly<Partial<Record<MenuAction, () => void>>>;

export function useMenu(answers: MenuAnswers): void {
  const latest = useRef(answers);
  latest.current = answers;
  useEffect(() => {
    const onMessage = ({ data }: MessageEvent<ToPage>): void => {
      if (data?.type === 'menu') latest.current[data.does]?.();
    };
    window.addEventListener('message', onMessage);
    return () => window.removeEventListener('message', onMessage);
  }, []);
}

/** The figure on which the menu was opened last: a row of the panel, a cell of the table. */
export function useFigureOfMenu(): () => string | undefined {
  const figure = useRef<string | undefined>(undefined);
  useEffect(() => {
    const onContextMenu = (e: MouseEvent): void => {
      figure.current = (e.target as Element).closest('dd, td, .value, .much')?.textContent?.trim();
    };
    window.addEventListener('contextmenu', onContextMenu);
    return () => window.removeEventListener('contextmenu', onContextMenu);
  }, []);
  return () => figure.current;
}

/** The attribute by which VS Code knows which entries belong to a part of the page; its own are for texts that one edits. */
export const menuOf = (section: 'diagram' | 'table' | 'figure'): Readonly<Record<string, string>> => ({
  'data-vscode-context': JSON.stringify({ webviewSection: section, preventDefaultContextMenuItems: true }),
});
