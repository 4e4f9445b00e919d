/** Inlay hints: at the end of each line that ends a stage, the shape that leaves it and what the line costs; behind a budget its figures. */
import { interruptAndCheck, type LangiumDocument } from 'langium';
import type { InlayHintProvider } from 'langium/lsp';
import { CancellationToken } from 'vscode-languageserver';
import type { InlayHint, Range } from 'vscode-languageserver-types';
import { showShape } from '../../layers/shape.ts';
import type { CnnServices } from '../analysis/services.ts';
import type { Use } from '../analysis/uses.ts';
import { loadImports } from '../syntax/imports.ts';
import { idOf } from '../syntax/spot.ts';
import { DEFAULT_HINTS, type HintSettings, linesOf, type Said, sayLine } from './hint-lines.ts';

/** A hint before its place among the others is known. */
interface Draft {
  readonly line: number;
  readonly character: number;
  readonly said: Said;
  /** Whether nothing stands behind it, so that it may be moved. */
  readonly free: boolean;
}

/** Columns by which a hint is moved at most: one that is far from its line belongs to none. */
const FURTHEST = 40;

const COLUMNS = ['shape', 'params', 'macs'] as const;

/** The text of a hint whose columns are as wide as some: shapes begin, and figures end, one below the other. */
function textOf(said: Said, widths: ReadonlyMap<(typeof COLUMNS)[number], number>): string {
  const cells = COLUMNS.flatMap((c) => {
    const width = widths.get(c) ?? 0;
    if (said[c] === '') return [];
    return [c === 'shape' ? said[c].padEnd(width) : said[c].padStart(width)];
  });
  const text = [...cells, ...(said.budget === '' ? [] : [said.budget])].join(' · ');
  return [text, ...(said.times === '' ? [] : [said.times])].join(' ').trimEnd();
}

const isRange = (said: Said): boolean => COLUMNS.some((c) => said[c].includes('…'));

/** Lines one below the other, each group by itself. */
function* groups(drafts: readonly Draft[]): Generator<readonly Draft[]> {
  let group: Draft[] = [];
  for (const d of drafts.toSorted((a, b) => a.line - b.line)) {
    if (group.length > 0 && group.at(-1)?.line !== d.line - 1) {
      yield group;
      group = [];
    }
    group.push(d);
  }
  if (group.length > 0) yield group;
}

/** The labels of some hints, aligned with those above and below. */
function* labels(drafts: readonly Draft[]): Generator<{ readonly draft: Draft; readonly label: string }> {
  for (const group of groups(drafts)) {
    const movable = group.filter((d) => d.free);
    // What goes from a first round to a last is as wide as two: the others do not stretch for it.
    const single = movable.filter((d) => !isRange(d.said));
    const widths = new Map(COLUMNS.map((c) => [c, Math.max(0, ...single.map((d) => d.said[c].length))] as const));
    const column = Math.max(0, ...movable.map((d) => d.character));
    for (const draft of group) {
      const by = column - draft.character;
      const moves = draft.free && by <= FURTHEST;
      const label = `${' '.repeat(moves ? by : 0)}${textOf(draft.said, moves && !isRange(draft.said) ? widths : new Map())}`;
      yield { draft, label };
    }
  }
}

export class CnnInlayHints implements InlayHintProvider {
  settings: HintSettings = DEFAULT_HINTS;
  private readonly services: CnnServices;
  constructor(services: CnnServices) {
    this.services = services;
  }

  async getInlayHints(
    document: LangiumDocument,
    { range }: { readonly range: Range },
    token = CancellationToken.None,
  ): Promise<InlayHint[]> {
    await loadImports(document, this.services.shared);
    const a = this.services.analyses.of(document);
    const hints: InlayHint[] = [];
    for (const d of a.model.declarations) {
      if (d.$type !== 'Block' && d.$type !== 'Network') continue;
      await interruptAndCheck(token);
      const uses = a.uses(idOf(d));
      const [use] = uses;
      if (!use) continue;
      const { line: first } = a.grounds(use.instance.declaration);
      // Lines out of sight take part in where the others stand, else scrolling would move hints.
      const around = FURTHEST + range.end.line - range.start.line;
      const isNear = (line: number): boolean => line >= range.start.line - around && line <= range.end.line + around;
      const drafts = this.drafts(document, uses, first, isNear);
      const tooltip = tooltipOf(use, uses.length - 1);
      for (const { draft, label } of this.settings.align ? labels(drafts) : plain(drafts)) {
        const { line, character } = draft;
        if (line < range.start.line || line > range.end.line || label.trim() === '') continue;
        hints.push({ position: { line, character }, label, paddingLeft: true, tooltip });
      }
    }
    return hints;
  }

  private drafts(
    { textDocument }: LangiumDocument,
    uses: readonly Use[],
    first: number,
    isNear: (line: number) => boolean,
  ): readonly Draft[] {
    const [use] = uses;
    return [...(use ? linesOf(use.instance) : [])].flatMap(([at, stages]) => {
      const line = first + at;
      const character = stages.at(-1)?.[0].range.end.character;
      if (!use || !isNear(line) || character === undefined) return [];
      const own = sayLine(use.instance, stages, this.settings);
      const said = own.budget === '' ? own : { ...own, budget: broken(uses, at, this.settings) ?? own.budget };
      const rest = textDocument.getText({ start: { line, character }, end: { line: line + 1, character: 0 } });
      return textOf(said, new Map()) === '' ? [] : [{ line, character, said, free: rest.trim() === '' }];
    });
  }
}

/** What a budget at the end of a line says in the first use in which it is broken: it says so there too. */
function broken(uses: readonly Use[], at: number, settings: HintSettings): string | undefined {
  const isBroken = (u: Use): boolean =>
    linesOf(u.instance)
      .get(at)
      ?.at(-1)
      ?.some((s) => s.expected?.holds === false) ?? false;
  const found = uses.findIndex(isBroken);
  const use = uses[found];
  const line = use && linesOf(use.instance).get(at);
  const said = use && line ? sayLine(use.instance, line, settings).budget : undefined;
  return said !== undefined && found > 0 ? `${said} in ${use?.label}` : said;
}

const plain = (drafts: readonly Draft[]): readonly { readonly draft: Draft; readonly label: string }[] =>
  drafts.map((draft) => ({ draft, label: textOf(draft.said, new Map()) }));

function tooltipOf(use: Use, more: number): string {
  const where = use.preview ? use.label : `the call ${use.label}`;
  const others = more > 0 ? `; used in ${more} more way${more > 1 ? 's' : ''}, hover for all` : '';
  return `${use.instance.name}, ${where} on ${showShape(use.instance.input)}${others}`;
}
