/** The top bar: file and target, tabs, seed, run. */
import type { JSX } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import './elements.ts';
import type { Tab } from '../../src/protocol/page.ts';
import type { TargetInfo } from '../../src/protocol/server.ts';
import { isSeed, MOST_SEED } from '../kept.ts';
import { Tool } from './menu.tsx';

export interface TopBarProps {
  readonly fileName: string;
  readonly target: string | undefined;
  readonly targets: readonly TargetInfo[];
  readonly tabs: readonly { readonly tab: Tab; readonly title: string }[];
  readonly tab: Tab;
  readonly seed: number;
  readonly running: boolean;
  /** What the button says that runs. */
  readonly runs: string;
  /** Why a run is not possible now. */
  readonly cannotRun: string | undefined;
  /** Whether the panel stays with its target; undefined where that is not known. */
  readonly pinned: boolean | undefined;
  /** Whether other values are tried; undefined where there are none to try. */
  readonly whatIf: boolean | undefined;
  onWhatIf(open: boolean): void;
  onPin(pinned: boolean): void;
  onTarget(name: string): void;
  onTab(tab: Tab): void;
  onSeed(seed: number): void;
  onRun(): void;
  onCancel(): void;
}

/** The id of what the tabs change. */
export const CONTROLLED = 'pane';

export function TopBar(p: TopBarProps): JSX.Element {
  const tabs = useRef<HTMLElement>(null);
  // The element keeps its own index; ours is the true one.
  useEffect(() => {
    const onSelect = (e: Event): void => p.onTab(p.tabs[(e as CustomEvent<{ selectedIndex: number }>).detail.selectedIndex]?.tab ?? p.tab);
    const element = tabs.current;
    element?.addEventListener('vsc-tabs-select', onSelect);
    return () => element?.removeEventListener('vsc-tabs-select', onSelect);
  }, [p.onTab, p.tabs.length]);
  // It names panels of its own, of which there are none: what all tabs control is the one below.
  useEffect(() => {
    const frame = requestAnimationFrame(() => {
      for (const header of tabs.current?.children ?? []) header.setAttribute('aria-controls', CONTROLLED);
    });
    return () => cancelAnimationFrame(frame);
  }, [p.tabs.length]);
  // Where not all have room, the one that is shown is in sight.
  const index = p.tabs.findIndex((t) => t.tab === p.tab);
  useEffect(() => {
    tabs.current?.children[index]?.scrollIntoView({ block: 'nearest', inline: 'nearest' });
  }, [index]);
  // Set when it changes and not at each render: a run renders often, and would take away what is being typed.
  const seed = useRef<HTMLInputElement>(null);
  useEffect(() => {
    if (seed.current) seed.current.value = String(p.seed);
  }, [p.seed]);
  const onSeed = (e: Event): void => {
    const field = e.target as HTMLInputElement;
    if (field.value !== '' && isSeed(Number(field.value))) p.onSeed(Number(field.value));
    // Anything that is not a seed is replaced by the one that runs use.
    else field.value = String(p.seed);
  };
  return (
    <header class="top">
      <span class="crumb">
        <span class="file" title={p.fileName}>
          {p.fileName}
        </span>
        {p.target && <span class="codicon codicon-chevron-right" aria-hidden="true" />}
        {p.targets.length > 1 && p.target ? (
          <vscode-single-select
            class="target"
            label="Target"
            value={p.target}
            onChange={(e: Event) => p.onTarget((e.target as HTMLSelectElement).value)}
          >
            {p.targets.map((t) => (
              <vscode-option key={t.name} value={t.name} selected={t.name === p.target}>
                {t.name}
              </vscode-option>
            ))}
          </vscode-single-select>
        ) : (
          <b title={p.target}>{p.target}</b>
        )}
        {p.whatIf !== undefined && (
          <Tool
            icon="settings"
            title={p.whatIf ? 'Close what if' : 'What if: try other values'}
            pressed={p.whatIf}
            onClick={() => p.onWhatIf(!p.whatIf)}
          />
        )}
        {p.target && p.pinned !== undefined && (
          <Tool
            icon={p.pinned ? 'pinned' : 'pin'}
            title={p.pinned ? 'Follow the editor again' : 'Stay with this target'}
            pressed={p.pinned}
            onClick={() => p.onPin(!p.pinned)}
          />
        )}
      </span>
      <vscode-tabs ref={tabs as never} class="tabs" selected-index={index}>
        {p.tabs.map(({ tab, title }) => (
          <vscode-tab-header key={tab} slot="header">
            {title}
          </vscode-tab-header>
        ))}
      </vscode-tabs>
      <span class="space" />
      <span class="seed" title="The seed of the random input and weights: the same seed gives the same bits.">
        <span class="word">seed</span>
        <vscode-textfield
          class="seed-field"
          type="number"
          min={0}
          max={MOST_SEED}
          step={1}
          label="Seed"
          ref={seed as never}
          onChange={onSeed}
        />
      </span>
      {p.running ? (
        <vscode-button class="run" secondary icon="debug-stop" onClick={p.onCancel}>
          Cancel
        </vscode-button>
      ) : (
        <vscode-button
          class="run"
          icon="play"
          disabled={p.cannotRun !== undefined}
          title={p.cannotRun ?? ''}
          onClick={() => p.cannotRun === undefined && p.onRun()}
        >
          {p.runs}
        </vscode-button>
      )}
    </header>
  );
}
