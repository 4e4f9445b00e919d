/** Shows those labels of a picture that have room at the scale at which it is seen, without a render. */
import type { RefObject } from 'preact';
import { useCallback, useRef } from 'preact/hooks';
import type { Placed } from '../../../src/diagram/index.ts';
import { labelsAt } from './labels.ts';

/** What shows them; called often, it does something only for another picture or scale. */
export function useLabels(world: RefObject<SVGGElement | null>): (p: Placed | undefined, k: number) => void {
  const shown = useRef<{ readonly placed: Placed; readonly k: number } | undefined>(undefined);
  return useCallback((p, k) => {
    const g = world.current;
    if (!p || !g || (shown.current?.placed === p && shown.current.k === k)) return;
    shown.current = { placed: p, k };
    const labels = labelsAt(p, k);
    g.style.setProperty('--label', String(labels?.factor ?? 1));
    const words = g.querySelector('.texts')?.children ?? [];
    for (let i = 0; i < words.length; i++) words[i]?.classList.toggle('gone', labels?.texts[i] === false);
  }, []);
}
