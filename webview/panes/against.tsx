/** Chooses what a target is compared with. */
import type { JSX } from 'preact';
import '../parts/elements.ts';
import type { VariantName } from '../../src/graph/facts.ts';
import { VARIANT_NAMES } from '../../src/graph/variants/index.ts';
import type { Asked } from '../../src/protocol/server.ts';
import { askedOf, textOf } from '../state.ts';
import type { PaneProps } from './pane.ts';

/** What an entry of the list means; `among` lets the user choose from a longer one. */
type Entry = { readonly title: string } & ({ readonly asked: Asked | undefined } | { readonly among: 'targets' | 'revisions' });

const WORDS = {
  naive: 'its naive form',
  full: 'full convolutions',
  ungrouped: 'without groups',
} as const satisfies Record<VariantName, string>;

const same = (a: Asked | undefined, b: Asked | undefined): boolean => JSON.stringify(a) === JSON.stringify(b);

/** What can be compared with, the one that is asked for among them. */
function entries({ view, compared, state }: PaneProps): readonly Entry[] {
  const asked = askedOf(state);
  const variants = compared?.comparison.variants ?? [];
  const derived = VARIANT_NAMES.filter((name) => variants.some((v) => v.derived === name));
  const others = view.targets.filter((t) => t.name !== view.target);
  const all: Entry[] = [
    { title: view.comparable ? 'its variant' : 'choose …', asked: undefined },
    ...derived.map((name): Entry => ({ title: WORDS[name], asked: { kind: 'variant', name } })),
    ...(view.trying ? [{ title: 'the text', asked: textOf(view) }] : []),
    ...others.map((t): Entry => ({ title: t.name, asked: { kind: 'target', uri: view.uri, name: t.name } })),
    { title: 'the saved text', asked: { kind: 'saved' } },
    { title: 'HEAD', asked: { kind: 'revision', rev: 'HEAD', name: 'HEAD' } },
  ];
  const isListed = all.some((e) => 'asked' in e && same(e.asked, asked));
  const chosen: readonly Entry[] = isListed || !asked ? [] : [{ title: 'name' in asked ? asked.name : 'the saved text', asked }];
  return [...all, ...chosen, { title: 'another target …', among: 'targets' }, { title: 'an earlier commit …', among: 'revisions' }];
}

export function Against(p: PaneProps): JSX.Element {
  const all = entries(p);
  const asked = askedOf(p.state);
  const at = Math.max(
    0,
    all.findIndex((e) => 'asked' in e && same(e.asked, asked)),
  );
  return (
    <span class="against" title="What the target is compared with">
      <span class="dim">against</span>
      <vscode-single-select
        class="against-select"
        label="Against"
        value={String(at)}
        onChange={(e: Event) => {
          const select = e.target as HTMLSelectElement;
          const entry = all[Number(select.value)];
          if (!entry) return;
          if ('asked' in entry) p.dispatch({ type: 'ask', asked: entry.asked });
          else {
            p.post({ type: 'choose', uri: p.view.uri, target: p.view.target, among: entry.among });
            // Until something is chosen, what was shown is.
            select.value = String(at);
          }
        }}
      >
        {all.map((e, i) => (
          <vscode-option key={`${i} ${e.title}`} value={String(i)} selected={i === at}>
            {e.title}
          </vscode-option>
        ))}
      </vscode-single-select>
    </span>
  );
}
