/** What stands above the table: the filter, and what changes, copies and saves what is seen. */
import type { JSX } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import { count } from '../../../src/graph/figures.ts';
import type { RowFolds } from '../../../src/graph/tree/arrange.ts';
import { type ColumnName, columnOf } from '../../../src/graph/tree/columns.ts';
import type { KeptTable } from '../../kept.ts';
import { MenuButton, type MenuItem, Tool } from '../../parts/menu.tsx';

export interface ToolsProps {
  readonly table: KeptTable;
  /** How many layers there are, and how many are found if some are sought. */
  readonly layers: number;
  readonly found: number | undefined;
  readonly columns: readonly ColumnName[];
  readonly shown: readonly ColumnName[];
  readonly copies: readonly MenuItem[];
  onChange(change: Partial<KeptTable>): void;
  onFolds(folds: RowFolds): void;
  onSave(): void;
  /** From the filter down into the rows. */
  onDown(): void;
}

/** Whether what has the focus takes what is typed. */
const isTyping = (): boolean => document.activeElement?.matches('input, textarea, select, vscode-textfield, .editor *') === true;

export function Tools({ table, layers, found, columns, shown, copies, onChange, onFolds, onSave, onDown }: ToolsProps): JSX.Element {
  const field = useRef<HTMLInputElement>(null);
  useEffect(() => {
    const onKeyDown = (e: KeyboardEvent): void => {
      const isFind = e.key.toLowerCase() === 'f' && (e.ctrlKey || e.metaKey) && !e.altKey && !e.shiftKey;
      const isSlash = e.key === '/' && !e.ctrlKey && !e.metaKey && !e.altKey && !isTyping();
      if (!isFind && !isSlash) return;
      e.preventDefault();
      field.current?.focus();
      field.current?.select();
    };
    window.addEventListener('keydown', onKeyDown);
    return () => window.removeEventListener('keydown', onKeyDown);
  }, []);
  const onKeyDown = (e: KeyboardEvent): void => {
    if (e.key === 'Escape' && table.filter !== '') onChange({ filter: '' });
    else if (e.key === 'ArrowDown' || e.key === 'Enter' || e.key === 'Escape') onDown();
    else return;
    e.preventDefault();
  };
  const chosen = columns
    .filter((c) => c !== 'layer')
    .map((c): MenuItem => {
      const { head, says } = columnOf(c);
      const checked = shown.includes(c);
      return { title: head, says, checked, onClick: () => onChange({ columns: { ...table.columns, [c]: !checked } }) };
    });
  const best: MenuItem = {
    title: 'As many as have room',
    says: 'The best columns for the width of the panel.',
    onClick: () => onChange({ columns: {} }),
  };
  return (
    <div class="table-tools" role="toolbar" aria-label="Table">
      <span class="filter">
        <span class="codicon codicon-filter" aria-hidden="true" />
        <input
          ref={field}
          type="text"
          aria-label="Filter the layers"
          title="Words that are in a path, a kind, a shape or a kernel: conv 3x3. A line of the text: :12 (Ctrl+F or /)"
          placeholder="Filter: conv 3x3"
          spellcheck={false}
          autocomplete="off"
          value={table.filter}
          onInput={(e) => onChange({ filter: e.currentTarget.value })}
          onKeyDown={onKeyDown}
        />
        {table.filter !== '' && <Tool icon="close" title="Clear the filter" onClick={() => onChange({ filter: '' })} />}
      </span>
      <span class="dim found" role="status">
        {found === undefined ? '' : `${count(found)} of ${count(layers)}`}
      </span>
      <span class="space" />
      <Tool
        icon={table.flat ? 'list-flat' : 'list-tree'}
        title={table.flat ? 'Show the layers in their blocks' : 'Show the layers as one list'}
        onClick={() => onChange({ flat: !table.flat })}
      />
      {!table.flat && (
        <>
          <Tool icon="expand-all" title="Unfold all" onClick={() => onFolds({ base: 'open', rows: {} })} />
          <Tool icon="collapse-all" title="Fold all" onClick={() => onFolds({ base: 'folded', rows: {} })} />
        </>
      )}
      <MenuButton icon="table" title="Columns" items={[...chosen, best]} />
      <MenuButton icon="copy" title="Copy the table" items={copies} />
      <Tool icon="save" title="Save the table as CSV or Markdown" onClick={onSave} />
    </div>
  );
}
