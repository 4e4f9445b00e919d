/** What hover tells of what has values: constants, the variables of loops, and what `expect` finds, in each use of a block. */
import type { AstNode } from 'langium';
import { count } from '../../graph/figures.ts';
import { showShape } from '../../layers/shape.ts';
import type { FileAnalysis } from '../analysis/analysis.ts';
import { stagesAt, type Use } from '../analysis/uses.ts';
import type { Values } from '../analysis/values.ts';
import type { Stage } from '../elaborate/instance.ts';
import type { LabelledStage, Let, Pattern, Repeat, Shared } from '../syntax/generated/ast.ts';
import { keywordDoc } from '../syntax/keywords.ts';
import { blockOf } from '../syntax/locate.ts';
import { documentationOf, locationOf, textOf } from '../syntax/source.ts';
import { idOf } from '../syntax/spot.ts';

/** Calls of a block beyond which a hover lists no more. */
export const MOST_CALLS = 12;

/** `B on 3x8x8 (×4)`. */
export const times = (u: Use): string => (u.calls > 1 ? ` (×${u.calls})` : '');

/** The values of the names of a node, by the key of the instance in which they are. */
export type ValuesAt = (node: AstNode) => ReadonlyMap<string, Values> | undefined;

/** The longest value that is shown whole. */
const LONGEST = 80;
const shortened = (text: string): string => (text.length > LONGEST ? `${text.slice(0, LONGEST)}…` : text);

/** `64`, `64, 128, 256`, or `0, 1, 2, … 35 in 36 rounds`. */
function valueText({ first, last, count: n }: Values): string {
  if (n <= first.length) return first.map((v) => `\`${shortened(v)}\``).join(', ');
  const some = first.slice(0, 3).map((v) => `\`${shortened(v)}\``);
  return `${some.join(', ')}, … \`${shortened(last)}\` in ${count(n)} rounds`;
}

/** A value in each use of the block around a node; as one line where there is one use. */
function inUses(a: FileAnalysis, node: AstNode, values: ValuesAt): string {
  const found = values(node);
  const block = blockOf(node);
  if (!found) return '';
  const outside = found.get('');
  if (!block) return outside ? `= ${valueText(outside)}` : '';
  const rows = a.uses(idOf(block)).flatMap((use) => {
    const v = found.get(use.instance.key);
    return v ? [{ use, text: valueText(v) }] : [];
  });
  const [only, ...others] = rows;
  if (only && others.length === 0) return `= ${only.text}`;
  const lines = rows.slice(0, MOST_CALLS).map(({ use, text }) => `| ${use.label}${times(use)} | ${text} |`);
  return rows.length === 0 ? '' : `| call | value |\n|---|---|\n${lines.join('\n')}`;
}

const paragraphs = (...parts: readonly string[]): string => parts.filter((p) => p !== '').join('\n\n');

/** A constant: as it is written, and its value where that says more. */
export function constantHover(a: FileAnalysis, node: Let | Shared, values: ValuesAt): string {
  const said = inUses(a, node, values);
  const isWritten = said === `= \`${textOf(node.value ?? node)}\``;
  return paragraphs(`\`\`\`cnn\n${textOf(node)}\n\`\`\``, isWritten ? '' : said, blockOf(node) ? '' : documentationOf(node));
}

/** A variable of a loop, with its values in the order of the rounds. */
export const variableHover = (a: FileAnalysis, name: string, node: Pattern | Repeat, values: ValuesAt): string =>
  paragraphs(`\`${name}\` is a loop variable.`, inUses(a, node, values));

/** What an `expect` met in the uses of its block. */
function met(a: FileAnalysis, node: LabelledStage): readonly { readonly use: Use; readonly stage: Stage }[] {
  const block = blockOf(node);
  return (block ? a.uses(idOf(block)) : []).flatMap((use) =>
    stagesAt(use.instance, locationOf(node).range, a.grounds)
      .slice(-1)
      .map((stage) => ({ use, stage })),
  );
}

/** An `expect`: what arrives in each use, and what it found of figures. */
export function expectHover(a: FileAnalysis, node: LabelledStage): string {
  const rows = met(a, node).map(({ use, stage: { output, sure, expected } }) => {
    const found = expected ? ` ${expected.holds ? '✓' : '✗'} ${expected.said} |` : '';
    return `| ${use.label}${times(use)} | ${sure ? '' : '≈ '}${showShape(output)} |${found}`;
  });
  const asks = rows.some((r) => r.includes(' ✓ ') || r.includes(' ✗ '));
  const head = asks ? '| call | arrives | figures |\n|---|---|---|' : '| call | arrives |\n|---|---|';
  return paragraphs(keywordDoc('expect'), rows.length === 0 ? '' : `${head}\n${rows.slice(0, MOST_CALLS).join('\n')}`);
}

/** What a figure of an `expect` is, up to there. */
export function figureText(a: FileAnalysis, node: LabelledStage | undefined, name: string): string {
  const rows = (node ? met(a, node) : []).flatMap(({ use, stage }) => {
    const n = stage.expected?.figures.get(name);
    return n === undefined ? [] : [`| ${use.label}${times(use)} | ${count(n)} |`];
  });
  return rows.length === 0 ? '' : `| call | ${name} |\n|---|--:|\n${rows.slice(0, MOST_CALLS).join('\n')}`;
}
