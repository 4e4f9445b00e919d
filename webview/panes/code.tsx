/** Both sides of a comparison as `.cnn`, one against the other; the variant can be copied or opened as a file. */
import type { JSX } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import type { Init } from '../../src/protocol/page.ts';
import type { CodeEditor, Texts } from './code-editor.ts';

type Assets = Pick<Init['assets'], 'codeEditor' | 'codeStyle' | 'codeWorker'>;

export interface CodeProps {
  readonly assets: Assets | undefined;
  readonly names: Texts;
  readonly texts: Texts;
  /** The variant as a file of its own: what is copied and opened. */
  readonly file: string;
  /** Opens the variant's text as a file. */
  onOpen(text: string): void;
}

let loading: Promise<typeof import('./code-editor.ts')> | undefined;

/** Loads the editor's script and its style sheet, once. */
function load({ codeEditor, codeStyle }: Assets): Promise<typeof import('./code-editor.ts')> {
  loading ??= (async () => {
    const sheet = Object.assign(document.createElement('link'), { rel: 'stylesheet', href: codeStyle });
    const styled = new Promise((resolve, reject) => {
      sheet.onload = resolve;
      sheet.onerror = () => reject(new Error(`${codeStyle} cannot be loaded`));
    });
    document.head.append(sheet);
    const [module] = await Promise.all([import(codeEditor), styled]);
    return module;
  })();
  loading.catch(() => {
    loading = undefined;
  });
  return loading;
}

/** What a button says for a moment after it was pressed. */
function useMoment(): readonly [string | undefined, (text: string) => void] {
  const [text, setText] = useState<string>();
  useEffect(() => {
    if (text === undefined) return;
    const timer = setTimeout(() => setText(undefined), 2000);
    return () => clearTimeout(timer);
  }, [text]);
  return [text, setText];
}

export function Code({ assets, names, texts, file, onOpen }: CodeProps): JSX.Element {
  const host = useRef<HTMLDivElement>(null);
  const [shown, setShown] = useState<CodeEditor>();
  const [failed, setFailed] = useState<string>();
  const [copied, setCopied] = useMoment();
  useEffect(() => {
    if (!assets) return;
    let made: CodeEditor | undefined;
    let gone = false;
    setFailed(undefined);
    load(assets).then(
      (module) => {
        if (gone || !host.current) return;
        made = module.createCodeEditor(host.current, assets.codeWorker);
        setShown(made);
      },
      (e: unknown) => setFailed(e instanceof Error ? e.message : String(e)),
    );
    return () => {
      gone = true;
      made?.dispose();
      setShown(undefined);
    };
  }, [assets]);
  useEffect(() => shown?.show(texts, names), [shown, texts.this, texts.other, names.this, names.other]);
  const copy = (): void => {
    navigator.clipboard.writeText(file).then(
      () => setCopied('Copied'),
      () => setCopied('Not allowed'),
    );
  };
  return (
    <div class="code">
      <h2>
        <span class="removed" title={names.this}>
          {names.this}
        </span>
        <span class="added" title={names.other}>
          {names.other}
        </span>
        <button type="button" class="quiet" title={`Copy the text of ${names.other}`} onClick={copy}>
          <span class="codicon codicon-copy" aria-hidden="true" />
          <span class="says" aria-live="polite">
            {copied ?? 'Copy'}
          </span>
        </button>
        <button type="button" class="quiet" title={`Open the text of ${names.other} as a new file`} onClick={() => onOpen(file)}>
          <span class="codicon codicon-go-to-file" aria-hidden="true" />
          <span class="says">Open as file</span>
        </button>
      </h2>
      {failed !== undefined ? (
        <div class="plain">
          <p class="error">
            The code editor cannot be loaded ({failed}); the text of {names.other} without it:
          </p>
          <pre>{file}</pre>
        </div>
      ) : (
        <div ref={host} class="editor" />
      )}
    </div>
  );
}
