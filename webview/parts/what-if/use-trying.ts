/** Has the extension show what is tried. */
import { useEffect, useRef } from 'preact/hooks';
import type { FromPage } from '../../../src/protocol/page.ts';
import { type State, targetKey, triedOn } from '../../state.ts';

/**
 * The newest values, once the view of those before has come: a slider passes over more of them than can be shown, and each that is shown is
 * shown to its end.
 */
export function useTrying(state: State, post: (message: FromPage) => void): void {
  const { view, views } = state;
  const asked = useRef<{ readonly of: string; readonly text: string; readonly views: number } | undefined>(undefined);
  const of = view ? targetKey(view) : '';
  const text = view ? JSON.stringify(triedOn(state, view)) : '{}';
  useEffect(() => {
    if (!view) return;
    const last = asked.current?.of === of ? asked.current : undefined;
    if (text === (last?.text ?? '{}') || last?.views === views) return;
    asked.current = { of, text, views };
    post({ type: 'try', uri: view.uri, target: view.target, tried: JSON.parse(text) });
  }, [post, of, text, views]);
}
