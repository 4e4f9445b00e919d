/** A button of a toolbar, and one that opens a menu, by mouse and keyboard. */
import type { JSX } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';

export interface ToolProps {
  readonly icon: string;
  readonly title: string;
  readonly pressed?: boolean;
  onClick(): void;
}

export const Tool = ({ icon, title, pressed, onClick }: ToolProps): JSX.Element => (
  <button
    type="button"
    class="tool"
    title={title}
    aria-label={title}
    {...(pressed === undefined ? {} : { 'aria-pressed': pressed })}
    onClick={onClick}
  >
    <span class={`codicon codicon-${icon}`} aria-hidden="true" />
  </button>
);

export interface MenuItem {
  readonly title: string;
  /** What it does, in a sentence. */
  readonly says?: string;
  /** Undefined for one that does something; else one that is on or off, whose menu stays. */
  readonly checked?: boolean;
  onClick(): void;
}

export interface MenuProps {
  readonly icon: string;
  readonly title: string;
  readonly items: readonly MenuItem[];
}

/** A button with a menu. Arrows, Home and End go through it, Escape and a click elsewhere close it. */
export function MenuButton({ icon, title, items }: MenuProps): JSX.Element {
  const [open, setOpen] = useState(false);
  const around = useRef<HTMLDivElement>(null);
  const focus = (at: number): void => {
    const all = [...(around.current?.querySelectorAll<HTMLElement>('[role^=menuitem]') ?? [])];
    all[(at + all.length) % all.length]?.focus();
  };
  const close = (): void => {
    setOpen(false);
    around.current?.querySelector('button')?.focus();
  };
  useEffect(() => {
    if (!open) return;
    focus(0);
    const onDown = (e: Event): void => {
      if (!around.current?.contains(e.target as globalThis.Node)) setOpen(false);
    };
    document.addEventListener('pointerdown', onDown);
    return () => document.removeEventListener('pointerdown', onDown);
  }, [open]);
  const onKeyDown = (e: KeyboardEvent): void => {
    const at = [...(around.current?.querySelectorAll('[role^=menuitem]') ?? [])].indexOf(document.activeElement as Element);
    const act: Readonly<Record<string, () => void>> = {
      ArrowDown: () => focus(at + 1),
      ArrowUp: () => focus(at < 0 ? -1 : at - 1),
      Home: () => focus(0),
      End: () => focus(-1),
      Escape: close,
      Tab: () => setOpen(false),
    };
    if (!open || !act[e.key]) return;
    if (e.key !== 'Tab') e.preventDefault();
    e.stopPropagation();
    act[e.key]?.();
  };
  return (
    <div class="menu-button" ref={around}>
      <button
        type="button"
        class="tool"
        title={title}
        aria-label={title}
        aria-haspopup="menu"
        aria-expanded={open}
        onClick={() => setOpen(!open)}
      >
        <span class={`codicon codicon-${icon}`} aria-hidden="true" />
      </button>
      {open && (
        <div class="menu" role="menu" tabIndex={-1} aria-label={title} onKeyDown={onKeyDown}>
          {items.map((item) => (
            <button
              key={item.title}
              type="button"
              tabIndex={-1}
              title={item.says}
              role={item.checked === undefined ? 'menuitem' : 'menuitemcheckbox'}
              {...(item.checked === undefined ? {} : { 'aria-checked': item.checked })}
              onClick={() => {
                item.onClick();
                if (item.checked === undefined) close();
              }}
            >
              {item.checked !== undefined && <span class={`codicon codicon-check${item.checked ? '' : ' off'}`} aria-hidden="true" />}
              {item.title}
            </button>
          ))}
        </div>
      )}
    </div>
  );
}
