/** A pane whose body is loaded when it is first shown: most who open the page look at the diagram. */
import type { JSX } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import type { Pane, PaneProps } from './pane.ts';

/** The body that `load` gives; until it has come, nothing. */
export function later(load: () => Promise<{ readonly Body: Pane['Body'] }>): Pane['Body'] {
  let Loaded: Pane['Body'] | undefined;
  return function Later(p: PaneProps): JSX.Element {
    const [failed, setFailed] = useState<string>();
    const [, setLoaded] = useState(false);
    useEffect(() => {
      if (Loaded) return;
      load().then(
        ({ Body }) => {
          Loaded = Body;
          setLoaded(true);
        },
        (e: unknown) => setFailed(e instanceof Error ? e.message : String(e)),
      );
    }, []);
    if (Loaded) return <Loaded {...p} />;
    return failed === undefined ? (
      <p class="empty" />
    ) : (
      <p class="empty">
        <span class="codicon codicon-error" />
        <b>This view could not be loaded</b>
        <span>{failed}</span>
      </p>
    );
  };
}
