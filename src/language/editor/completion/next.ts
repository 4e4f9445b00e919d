/**
 * What the grammar lets follow the text before a cursor: Langium's own completion parser and its walk over the grammar's elements, with help
 * behind a comma, where the parser has decided already whether something more will come.
 */
import { AstUtils, GrammarAST, GrammarUtils } from 'langium';
import { findFirstFeatures, findNextFeatures, type LangiumServices, type NextFeature } from 'langium/lsp';
import { begun } from '../../syntax/guard.ts';
import type { HalfTyped } from '../../syntax/half-typed.ts';

/** A keyword or sign, and the rule of the grammar that it is of: the `if` of a stage, or that of an expression. */
export interface NextWord {
  readonly word: string;
  readonly rule: string;
}

export interface Next {
  readonly words: readonly NextWord[];
  /** What tokens that are no keywords would be, by rule and property: `Invocation.callee`. */
  readonly slots: ReadonlySet<string>;
  /** What the innermost expression is that is being typed: `If.condition`. */
  readonly filling: string | undefined;
}

export const NOTHING: Next = { words: [], slots: new Set(), filling: undefined };

const ruleOf = (feature: GrammarAST.AbstractElement): string =>
  AstUtils.getContainerOfType(feature, (n): n is GrammarAST.AbstractRule => GrammarAST.isAbstractRule(n))?.name ?? '';
const isName = (feature: GrammarAST.AbstractElement): boolean => {
  const rule = AstUtils.getContainerOfType(feature, GrammarAST.isParserRule);
  return rule !== undefined && GrammarUtils.isDataTypeRule(rule);
};
const slotOf = (feature: GrammarAST.AbstractElement): string =>
  `${ruleOf(feature)}.${AstUtils.getContainerOfType(feature, GrammarAST.isAssignment)?.feature ?? ''}`;

function nextOf(features: readonly NextFeature[], stack: readonly GrammarAST.AbstractElement[]): Next {
  const words = new Map<string, NextWord>();
  const slots = new Set<string>();
  for (const { feature } of features) {
    if (!GrammarAST.isKeyword(feature)) slots.add(slotOf(feature));
    // Some keywords may be names, those of arguments: there they say nothing.
    else if (!isName(feature) && !words.has(feature.value)) words.set(feature.value, { word: feature.value, rule: ruleOf(feature) });
  }
  const expression = stack.findLast((e) => GrammarAST.isRuleCall(e) && e.rule.$refText === 'Expression');
  return { words: [...words.values()], slots, filling: expression && slotOf(expression) };
}

const lastOf = (stacks: readonly NextFeature[][]): readonly NextFeature[] => stacks.flatMap((s) => s.slice(-1));

/** What may follow the text before a cursor; nothing where the parser can make nothing of it. */
export function nextAt({ text, tokens }: HalfTyped, { Grammar, parser }: LangiumServices): Next {
  const entry = GrammarUtils.getEntryRule(Grammar);
  if (tokens.length === 0) return nextOf(entry ? lastOf(findFirstFeatures(entry.definition)) : [], []);
  const last = tokens.at(-1);
  const comma = last?.image === ',' ? last : undefined;
  const before = comma ? text.slice(0, comma.startOffset) : text;
  const made = begun(before, parser.CompletionParser);
  if (!made || made.tokenIndex === 0) return NOTHING;
  const { elementStack, tokenIndex, tokens: read } = made;
  const stack = elementStack.map((feature): NextFeature => ({ feature }));
  return nextOf(findNextFeatures([stack], [...read.slice(tokenIndex), ...(comma ? [comma] : [])]), comma ? [] : elementStack);
}

/** What the text of a rule may begin with. */
export function firstOf(name: string, { Grammar }: LangiumServices): Next {
  const rule = Grammar.rules.find((r) => r.name === name);
  return nextOf(GrammarAST.isParserRule(rule) ? lastOf(findFirstFeatures(rule.definition)) : [], []);
}
