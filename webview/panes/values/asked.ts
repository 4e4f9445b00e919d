/** Answers from the numbers of a run, as they come. */
import { useEffect, useState } from 'preact/hooks';
import type { Answer, Question } from '../../../src/run/protocol.ts';
import type { PaneProps } from '../pane.ts';

/** The answer to a question; undefined while it is still to come, or there is none. The old answer stays until the new one is there. */
export function useAsked<Q extends Question>(
  ask: PaneProps['ask'],
  question: Q | undefined,
  run: unknown,
): { readonly question: Q; readonly answer: Answer<Q> } | undefined {
  const [found, setFound] = useState<{ readonly question: Q; readonly answer: Answer<Q>; readonly run: unknown }>();
  const key = question && JSON.stringify(question);
  useEffect(() => {
    if (!question) return;
    let left = false;
    void ask(question).then((answer) => {
      if (!left && answer !== undefined) setFound({ question, answer: answer as Answer<Q>, run });
    });
    return () => {
      left = true;
    };
  }, [key, run]);
  return question && found?.run === run ? found : undefined;
}
