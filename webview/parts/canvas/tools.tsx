/** The buttons in the lower corner of a canvas. */
import type { JSX } from 'preact';

export interface CanvasToolsProps {
  onFoldAll?: ((open: boolean) => void) | undefined;
  onFind?: (() => void) | undefined;
  onZoom(factor: number): void;
  onFit(): void;
}

/** A step of the buttons and keys that zoom. */
export const ZOOM_STEP = 1.2;

export function CanvasTools({ onFoldAll, onFind, onZoom, onFit }: CanvasToolsProps): JSX.Element {
  const tool = (icon: string, name: string, key: string, onClick: () => void): JSX.Element => (
    <button type="button" title={key ? `${name} (${key})` : name} aria-label={name} onClick={onClick}>
      <span class={`codicon codicon-${icon}`} />
    </button>
  );
  return (
    <div class="tools">
      {onFoldAll && tool('expand-all', 'Open one level more', '', () => onFoldAll(true))}
      {onFoldAll && tool('collapse-all', 'Fold all blocks', '', () => onFoldAll(false))}
      {onFind && tool('search', 'Find', '/', onFind)}
      {tool('zoom-in', 'Zoom in', '+', () => onZoom(ZOOM_STEP))}
      {tool('zoom-out', 'Zoom out', '−', () => onZoom(1 / ZOOM_STEP))}
      {tool('screen-full', 'Fit the whole diagram', '0', onFit)}
    </div>
  );
}
