/**
 * A bundle of its own, loaded when code is first shown: Monaco's diff editor on two `.cnn` texts, read only, in the colours of VS Code's theme.
 * Of Monaco it has the editor and the diff; of languages ours alone, by the grammar that Langium generates.
 */
import { editor, languages } from 'monaco-editor/editor/editor.api';
import 'monaco-editor/features/clipboard/register';
import 'monaco-editor/features/diffEditor/register';
import 'monaco-editor/features/find/register';
import grammar from '../../syntaxes/cnn.monarch.ts';
import { startWorker } from '../workers/workers.ts';

export interface Texts {
  readonly this: string;
  readonly other: string;
}
export interface CodeEditor {
  /** Shows two texts; `names` are read to who cannot see. */
  show(texts: Texts, names: Texts): void;
  dispose(): void;
}

const LANGUAGE = 'cnn';
const THEME = 'pointwise';

type Base = 'vs' | 'vs-dark' | 'hc-black' | 'hc-light';
/** Sizes are numbers to the reader; Monaco's themes know the word `number` only. */
const NUMBER = { vs: '098658', 'vs-dark': 'b5cea8', 'hc-black': 'b5cea8', 'hc-light': '096d48' } as const satisfies Record<Base, string>;

/** What the editor takes over from VS Code's theme, by VS Code's names. */
const COLOURS = [
  'foreground',
  'focusBorder',
  'contrastBorder',
  'editor.background',
  'editor.foreground',
  'editor.selectionBackground',
  'editor.inactiveSelectionBackground',
  'editor.findMatchBackground',
  'editor.findMatchHighlightBackground',
  'editorLineNumber.foreground',
  'editorLineNumber.activeForeground',
  'editorWidget.background',
  'editorWidget.foreground',
  'editorWidget.border',
  'diffEditor.insertedTextBackground',
  'diffEditor.removedTextBackground',
  'diffEditor.insertedLineBackground',
  'diffEditor.removedLineBackground',
  'diffEditor.insertedTextBorder',
  'diffEditor.removedTextBorder',
  'diffEditor.border',
  'diffEditor.diagonalFill',
  'diffEditor.unchangedRegionBackground',
  'diffEditor.unchangedRegionForeground',
  'diffEditor.unchangedRegionShadow',
  'diffEditorGutter.insertedLineBackground',
  'diffEditorGutter.removedLineBackground',
  'scrollbar.shadow',
  'scrollbarSlider.background',
  'scrollbarSlider.hoverBackground',
  'scrollbarSlider.activeBackground',
  'input.background',
  'input.foreground',
  'input.border',
] as const;

/** `#rrggbb` or `#rrggbbaa` of what CSS calls a colour; undefined where it is none. */
function hex(colour: string): string | undefined {
  if (/^#([0-9a-f]{6}|[0-9a-f]{8})$/i.test(colour)) return colour;
  const parts = /^rgba?\(([^)]*)\)$/
    .exec(colour)?.[1]
    ?.split(/[\s,/]+/)
    .map(Number);
  if (!parts || parts.length < 3 || parts.some(Number.isNaN)) return undefined;
  const [r = 0, g = 0, b = 0, a = 1] = parts;
  return `#${[r, g, b, 255 * a].map((n) => Math.round(n).toString(16).padStart(2, '0')).join('')}`;
}

function baseOf({ classList }: HTMLElement): Base {
  if (classList.contains('vscode-high-contrast-light')) return 'hc-light';
  if (classList.contains('vscode-high-contrast')) return 'hc-black';
  return classList.contains('vscode-light') ? 'vs' : 'vs-dark';
}

/** Takes the colours that VS Code has given the page. */
function dress(): void {
  const base = baseOf(document.body);
  const style = getComputedStyle(document.body);
  const found = COLOURS.map((name) => [name, hex(style.getPropertyValue(`--vscode-${name.replace('.', '-')}`).trim())] as const);
  const colors = Object.fromEntries(found.filter((c): c is readonly [(typeof COLOURS)[number], string] => c[1] !== undefined));
  editor.defineTheme(THEME, { base, inherit: true, rules: [{ token: 'SIZE', foreground: NUMBER[base] }], colors });
  editor.setTheme(THEME);
}

languages.register({ id: LANGUAGE });
languages.setMonarchTokensProvider(LANGUAGE, grammar as languages.IMonarchLanguage);
languages.setLanguageConfiguration(LANGUAGE, { comments: { lineComment: '#' } });

/** Makes the editor in an element. `worker` is the address of the script that finds the differences. */
export function createCodeEditor(host: HTMLElement, worker: string): CodeEditor {
  globalThis.MonacoEnvironment = { getWorker: () => startWorker(worker) };
  dress();
  const style = getComputedStyle(document.body);
  const size = Number.parseFloat(style.getPropertyValue('--vscode-editor-font-size'));
  const diff = editor.createDiffEditor(host, {
    theme: THEME,
    readOnly: true,
    originalEditable: false,
    domReadOnly: true,
    automaticLayout: true,
    fontFamily: style.getPropertyValue('--vscode-editor-font-family') || 'monospace',
    fontSize: Number.isFinite(size) ? size : 13,
    renderSideBySideInlineBreakpoint: 760,
    // Where text was only taken out, there is nothing on the other side.
    experimental: { showEmptyDecorations: false },
    renderOverviewRuler: false,
    overviewRulerLanes: 0,
    overviewRulerBorder: false,
    hideCursorInOverviewRuler: true,
    guides: { indentation: false },
    renderMarginRevertIcon: false,
    renderGutterMenu: false,
    renderLineHighlight: 'none',
    minimap: { enabled: false },
    scrollBeyondLastLine: false,
    contextmenu: false,
    stickyScroll: { enabled: false },
    padding: { top: 4 },
    lineNumbersMinChars: 3,
  });
  const [original, modified] = [editor.createModel('', LANGUAGE), editor.createModel('', LANGUAGE)];
  diff.setModel({ original, modified });
  const themes = new MutationObserver(() => {
    dress();
    // Lines that were taken out keep the colours in which they were first drawn: draw them anew.
    const view = diff.saveViewState();
    diff.setModel(null);
    diff.setModel({ original, modified });
    diff.restoreViewState(view);
  });
  themes.observe(document.body, { attributeFilter: ['class', 'data-vscode-theme-id'] });
  themes.observe(document.documentElement, { attributeFilter: ['style'] });
  return {
    show(texts, names) {
      diff.getOriginalEditor().updateOptions({ ariaLabel: names.this });
      diff.getModifiedEditor().updateOptions({ ariaLabel: names.other });
      // Whether a text ends its last line is nothing to look at.
      for (const [model, text] of [
        [original, texts.this],
        [modified, texts.other],
      ] as const)
        if (model.getValue() !== text.trimEnd()) model.setValue(text.trimEnd());
    },
    dispose() {
      themes.disconnect();
      diff.dispose();
      original.dispose();
      modified.dispose();
    },
  };
}
