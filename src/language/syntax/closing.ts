/** The shortest text that ends what is half-typed, as the grammar has it: brackets, bodies, the `then` and `else` of a conditional. */
import { GrammarAST, GrammarUtils } from 'langium';
import type { LangiumServices } from 'langium/lsp';
import { begun } from './guard.ts';

/** A text for each terminal of the grammar. */
const TERMINALS: Readonly<Record<string, string>> = { ID: 'x', INT: '0', FLOAT: '0.5', SIZE: '1x1', STRING: '""' };

type Element = GrammarAST.AbstractElement;

/** The shortest text of an element; undefined where it is being asked for already, since going round makes nothing shorter. */
function shortest(e: Element, open: ReadonlySet<GrammarAST.AbstractRule>): string | undefined {
  if (GrammarUtils.isOptionalCardinality(e.cardinality)) return '';
  if (GrammarAST.isKeyword(e)) return e.value;
  if (GrammarAST.isAssignment(e)) return shortest(e.terminal, open);
  if (GrammarAST.isGroup(e)) {
    const parts = e.elements.map((p) => shortest(p, open));
    return parts.includes(undefined) ? undefined : parts.join(' ');
  }
  if (GrammarAST.isAlternatives(e)) {
    const ways = e.elements.map((a) => shortest(a, open)).filter((w) => w !== undefined);
    return ways.sort((a, b) => a.length - b.length)[0];
  }
  if (!GrammarAST.isRuleCall(e)) return '';
  const rule = e.rule.ref;
  if (!rule || GrammarAST.isTerminalRule(rule)) return TERMINALS[rule?.name ?? ''] ?? '';
  if (open.has(rule)) return undefined;
  return shortest(GrammarAST.isInfixRule(rule) ? rule.call : rule.definition, new Set([...open, rule]));
}

/** The shortest texts that were asked for; the grammar stays what it is. */
const texts = new WeakMap<Element, string>();
function textOf(e: Element): string {
  const text = texts.get(e) ?? shortest(e, new Set()) ?? '';
  texts.set(e, text);
  return text;
}

/** What must follow an element in the rule that it is of. */
function restOf(e: Element): readonly string[] {
  const rest: string[] = [];
  for (let item: Element = e, group = item.$container; GrammarAST.isAbstractElement(group); item = group, group = item.$container)
    if (GrammarAST.isGroup(group)) for (const next of group.elements.slice(group.elements.indexOf(item) + 1)) rest.push(textOf(next));
  return rest;
}

/** What must follow a text that may go on; undefined where the parser can make nothing of its last token. */
export function closingOf(text: string, { parser }: LangiumServices): string | undefined {
  const read = begun(text, parser.CompletionParser);
  if (!read || read.tokenIndex < read.tokens.length) return undefined;
  return read.elementStack
    .toReversed()
    .flatMap(restOf)
    .filter((t) => t !== '')
    .join(' ');
}
