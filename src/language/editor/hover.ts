/** Hover: what a layer, block, call, label, parameter or argument is, and its figures in the preview and in each call. */
import { type AstNode, AstUtils, type LangiumDocument } from 'langium';
import type { HoverProvider } from 'langium/lsp';
import type { Hover, Position } from 'vscode-languageserver-types';
import { bytes, count, fieldText, percent } from '../../graph/figures.ts';
import { layers } from '../../layers/index.ts';
import { showShape } from '../../layers/shape.ts';
import type { FileAnalysis } from '../analysis/analysis.ts';
import { costOf, factsOf, isWorthwhile } from '../analysis/figures.ts';
import type { CnnServices } from '../analysis/services.ts';
import { stagesAt, type Use } from '../analysis/uses.ts';
import { valuesOf } from '../analysis/values.ts';
import { inputShapesOf, type Stage } from '../elaborate/instance.ts';
import { sumsOf } from '../elaborate/sums.ts';
import { type Builtin, type Call, type Callee, type Found, isBuiltin } from '../names/meaning.ts';
import { Meanings } from '../names/means.ts';
import { declarationIn, importedModel } from '../names/of-file.ts';
import {
  type Argument,
  type Block,
  type Declaration,
  type ImportName,
  type Input,
  isArgument,
  isBlock,
  isExpect,
  isFn,
  isImportName,
  isInput,
  isInvocation,
  isLabelledStage,
  isLet,
  isNamed,
  isNetwork,
  isOutput,
  isParam,
  isPattern,
  isReference,
  isRepeat,
  isShared,
  type LabelledStage,
  type Model,
  type Named,
  type Network,
  type Output,
  type Param,
  type Shared,
} from '../syntax/generated/ast.ts';
import { loadImports } from '../syntax/imports.ts';
import { keywordDoc, useOf } from '../syntax/keywords.ts';
import { blockOf, nodeAt, outwards } from '../syntax/locate.ts';
import { documentationOf, locationOf, textOf } from '../syntax/source.ts';
import { idOf } from '../syntax/spot.ts';
import { functionDoc, isMetric, METRIC_DOCS, WORDS } from '../syntax/vocabulary.ts';
import { callableDeclaration, callableLayer, describeCallable } from './describe.ts';
import { constantHover, expectHover, figureText, MOST_CALLS, times, type ValuesAt, variableHover } from './hover-values.ts';

interface HoverRequest {
  readonly position: Position;
}

/** One table of figures, as lines of Markdown. */
const table = (head: string, rows: readonly (readonly [string, string])[]): string =>
  [`| ${head} | |`, '|---|---|', ...rows.map(([k, v]) => `| ${k} | ${v} |`)].join('\n');

function figures(use: Use, stage: Stage, iterations: number): string {
  const cost = costOf(use.instance, stage);
  const totals = isWorthwhile(use.instance) ? factsOf(use.instance).totals : undefined;
  const rows: [string, string][] = [['shape', `${showShape(stage.input)} → ${stage.sure ? '' : '≈ '}${showShape(stage.output)}`]];
  if (cost.weights > 0) rows.push(['weights', cost.formula ? `${cost.formula} = ${count(cost.weights)}` : count(cost.weights)]);
  if (cost.biases > 0) rows.push(['biases', count(cost.biases)]);
  if (cost.params > cost.weights + cost.biases) rows.push(['params', count(cost.params)]);
  if (cost.buffers > 0) rows.push(['buffers', count(cost.buffers)]);
  if (cost.macs > 0) rows.push(['MACs', count(cost.macs)]);
  if (cost.last) {
    rows.push(['activation', bytes(cost.last.activationBytes)]);
    rows.push(['receptive field', fieldText(cost.last)]);
  }
  if (totals && cost.weights > 0)
    rows.push([
      'share',
      `${percent(cost.weights, totals.weights)} of the weights of ${use.instance.name}${cost.macs > 0 ? `, ${percent(cost.macs, totals.macs)} of its MACs` : ''}`,
    ]);
  if (iterations > 1) rows.push(['repeated', `${iterations} times; this is the first`]);
  return table(`${use.label} on ${showShape(use.instance.input)}`, rows);
}

interface CallRow {
  readonly label: string;
  readonly shape: string;
  readonly weights: number;
  readonly macs: number;
}

/** A row for each of the first calls; figures that are nowhere other than 0 are left out. */
function callTable<T>(calls: readonly T[], row: (call: T) => CallRow): string {
  const rows = calls.slice(0, MOST_CALLS).map(row);
  const costs = rows.some((r) => r.weights > 0 || r.macs > 0);
  const lines = rows.map((r) => `| ${r.label} | ${r.shape} |${costs ? ` ${count(r.weights)} | ${count(r.macs)} |` : ''}`);
  const more = calls.length > MOST_CALLS ? `\n\n… and ${calls.length - MOST_CALLS} more calls` : '';
  return `| call | shape |${costs ? ' weights | MACs |' : ''}\n|---|---|${costs ? '--:|--:|' : ''}\n${lines.join('\n')}${more}`;
}

function rowOf(u: Use, stage: Stage): CallRow {
  const { weights, macs } = sumsOf(u.instance, stage);
  return { label: u.label + times(u), shape: `${showShape(stage.input)} → ${showShape(stage.output)}`, weights, macs };
}

/** The stage in every call. */
function calls(a: FileAnalysis, uses: readonly Use[], range: Stage['range']): string {
  const met = uses.flatMap((u) =>
    stagesAt(u.instance, range, a.grounds)
      .slice(0, 1)
      .map((stage) => ({ u, stage })),
  );
  return callTable(met, ({ u, stage }) => rowOf(u, stage));
}

/** A stage: what it is, then its figures. */
function stageHover(a: FileAnalysis, node: LabelledStage, what: string): string {
  const block = blockOf(node);
  const { range } = locationOf(node);
  const uses = block ? a.uses(idOf(block)) : [];
  const met = uses.filter((u) => stagesAt(u.instance, range, a.grounds).length > 0);
  const [first] = met;
  const stages = first ? stagesAt(first.instance, range, a.grounds) : [];
  if (!first || !stages[0]) return what;
  const parts = [what, figures(first, stages[0], stages.length)];
  if (met.length > 1) parts.push(calls(a, met, range));
  return parts.filter((p) => p !== '').join('\n\n');
}

/** A block or network: what it is, and its totals where it stands alone and in each call. */
function blockHover(a: FileAnalysis, d: Block | Network): string {
  const what = describeCallable(callableDeclaration(d), d.$type === 'Network' ? 'network' : 'block');
  const target = a.targets.find((t) => t.declaration === d);
  const uses = a.uses(idOf(d));
  const instance = target?.instance ?? uses[0]?.instance;
  const facts = instance && isWorthwhile(instance) && factsOf(instance);
  if (!instance || !facts) return what;
  const t = facts.totals;
  const rows: [string, string][] = [
    ['shape', `${showShape(instance.input)} → ${showShape(instance.output)}`],
    ['params', count(t.params)],
    ['weights', count(t.weights)],
    ['MACs', count(t.macs) + (t.totalMacs > t.macs ? ` (${count(t.totalMacs)} with further outputs)` : '')],
    ['peak memory', bytes(t.memory)],
    ['layers, depth', `${count(t.layers)}, ${count(t.depth)}`],
  ];
  const takes = target && a.takes(target);
  if (takes !== undefined) rows.push(['input', takes]);
  const label = target ? 'preview' : (uses[0]?.label ?? '');
  const parts = [what, table(`${label} on ${showShape(instance.input)}`, rows)];
  const called = uses.filter((u) => u.calls > 0);
  if (called.length > 0) {
    const row = (u: Use): CallRow => {
      const all = { from: 0, to: u.instance.items.length };
      const { weights, macs } = isWorthwhile(u.instance) ? factsOf(u.instance).totals : sumsOf(u.instance, all);
      const label = u.preview ? u.path : u.label;
      return { label: label + times(u), shape: `${showShape(u.instance.input)} → ${showShape(u.instance.output)}`, weights, macs };
    };
    parts.push(callTable(called, row));
  }
  return parts.join('\n\n');
}

const declarationHover = (a: FileAnalysis, d: Declaration, values: ValuesAt): string => {
  if (isBlock(d) || isNetwork(d)) return blockHover(a, d);
  if (isLet(d)) return constantHover(a, d, values);
  const doc = documentationOf(d);
  return `\`\`\`cnn\n${textOf(d)}\n\`\`\`${doc && `\n\n${doc}`}`;
};

function paramHover(a: FileAnalysis, p: Param): string {
  const of = p.$container;
  const head = `\`\`\`cnn\n${p.name}${p.value ? `=${textOf(p.value)}` : ''}\n\`\`\`\n\nParameter of \`${of.name}\`.`;
  if (isFn(of)) return head;
  const uses = a.uses(idOf(of)).map((u) => `| ${u.label}${times(u)} | \`${u.instance.arguments.get(p.name) ?? ''}\` |`);
  return uses.length === 0 ? head : `${head}\n\n| call | value |\n|---|---|\n${uses.slice(0, MOST_CALLS).join('\n')}`;
}

/** A named value, or an output: the whole pipeline that it names, in every call. */
function pipelineHover(a: FileAnalysis, n: Named | Output): string {
  const block = blockOf(n);
  const what = `**${n.name}** ${n.$type === 'Output' ? 'one more output' : 'a named value'}`;
  const [first, last] = [n.value?.stages[0], n.value?.stages.at(-1)];
  if (!block || !first || !last) return what;
  const met = a.uses(idOf(block)).flatMap((use) => {
    const [from, to] = [first, last].map((stage) => stagesAt(use.instance, locationOf(stage).range, a.grounds)[0]);
    return from && to ? [{ use, stage: { ...to, from: from.from, input: from.input } }] : [];
  });
  if (!met[0]) return what;
  const parts = [what, figures(met[0].use, met[0].stage, 1)];
  if (met.length > 1) parts.push(callTable(met, ({ use, stage }) => rowOf(use, stage)));
  return parts.join('\n\n');
}

/** What a parameter of a layer takes. */
function layerParamHover(kind: string, name: string): string | undefined {
  const spec = layers.get(kind)?.params[name];
  if (!spec) return undefined;
  const by = spec.default === undefined ? '' : `\n\nDefault: \`${spec.defaultText ?? JSON.stringify(spec.default)}\``;
  return `\`${name}\`: ${spec.doc} *${spec.type}*${by}`;
}

/** An argument's name: the parameter that it fills, of each that the call may be of. */
const argumentHover = (a: FileAnalysis, { name }: Argument, callees: readonly Callee[]): string | undefined =>
  either(
    callees.map(({ of }) => {
      if (typeof of === 'string') return name === undefined ? undefined : layerParamHover(of, name);
      const param = of.params.findLast((p) => p.name === name);
      return param && paramHover(a, param);
    }),
  );

/** What a name may mean, one below the other. */
function either(parts: readonly (string | undefined)[]): string | undefined {
  const said = new Set(parts.filter((p) => p !== undefined && p !== ''));
  return said.size === 0 ? undefined : [...said].join('\n\n---\n\n');
}

/** What a name is that stands for a stage: a line or two above its figures. */
function callee(name: string, found: Found[number]): string {
  if (isBuiltin(found)) return `**${name}** ${layers.get(name)?.doc ?? ''}`;
  const { means } = found;
  switch (means.kind) {
    case 'declaration':
      return means.node.$type === 'Let'
        ? `\`\`\`cnn\n${textOf(means.node)}\n\`\`\``
        : describeCallable({ ...callableDeclaration(means.node), name }, means.node.$type.toLowerCase());
    case 'parameter':
      return `**${name}** parameter of \`${means.of.name}\``;
    case 'value':
      return `**${name}** a named value`;
    case 'constant':
    case 'variable':
    case 'missing':
      return `**${name}**`;
    default:
      return means satisfies never;
  }
}

/** Something whose uses share their weights. */
const sharedHover = (s: Shared): string => `\`\`\`cnn\n${textOf(s)}\n\`\`\`\n\nAll its uses in this body have one set of weights.`;

/** An input that a block takes: its shape in each call. */
function inputHover(a: FileAnalysis, input: Input): string {
  const of = input.$container;
  const what = `**${input.name}** an input of \`${of.name}\``;
  const nth = of.takes.indexOf(input);
  const rows = a.uses(idOf(of)).flatMap((u) => {
    const shape = inputShapesOf(u.instance)[nth];
    return shape ? [`| ${u.label}${times(u)} | ${showShape(shape)} |`] : [];
  });
  return rows.length === 0 ? what : `${what}\n\n| call | shape |\n|---|---|\n${rows.slice(0, MOST_CALLS).join('\n')}`;
}

/** A name that is imported: what the other file says of it. */
function importHover(a: FileAnalysis, n: ImportName, model: Model | undefined, values: ValuesAt): string | undefined {
  const declared = declarationIn(model, n.name);
  return declared && declarationHover(a, declared, values);
}

/** What a name is in an expression, or behind `versus`. */
function named(a: FileAnalysis, node: Call, name: string, found: Found[number], values: ValuesAt): string | undefined {
  if (isBuiltin(found)) return builtinHover(found, a, node);
  const { means } = found;
  switch (means.kind) {
    case 'declaration':
      return declarationHover(a, means.node, values);
    case 'parameter':
      return paramHover(a, means.node);
    case 'constant':
      return isShared(means.node) ? sharedHover(means.node) : constantHover(a, means.node, values);
    case 'value':
      if (isInput(means.node)) return inputHover(a, means.node);
      return isLabelledStage(means.node) ? stageHover(a, means.node, `**${name}** a named value`) : pipelineHover(a, means.node);
    case 'variable':
      return variableHover(a, name, means.node, values);
    case 'missing':
      return undefined;
    default:
      return means satisfies never;
  }
}

function builtinHover(b: Builtin, a: FileAnalysis, node: AstNode): string | undefined {
  switch (b.builtin) {
    case 'layer': {
      const layer = layers.get(b.name);
      return layer && describeCallable(callableLayer(layer), '');
    }
    case 'function': {
      const f = functionDoc(b.name);
      return f && `\`\`\`cnn\n${f.signature}\n\`\`\`\n\n${f.doc}`;
    }
    case 'word':
      return `**${b.name}** ${WORDS.get(b.name)}.`;
    case 'figure':
      return isMetric(b.name)
        ? [`**${b.name}** ${METRIC_DOCS[b.name]}.`, figureText(a, AstUtils.getContainerOfType(node, isLabelledStage), b.name)]
            .filter((p) => p !== '')
            .join('\n\n')
        : undefined;
    case 'parameter':
      return layerParamHover(b.of, b.name);
    default:
      return b satisfies never;
  }
}

/** A keyword that begins a stage. */
const keywordHover = (text: string): string => (useOf(text) === 'stage' ? keywordDoc(text) : '');

export class CnnHover implements HoverProvider {
  private readonly services: CnnServices;
  constructor(services: CnnServices) {
    this.services = services;
  }

  async getHoverContent(document: LangiumDocument, { position }: HoverRequest): Promise<Hover | undefined> {
    await loadImports(document, this.services.shared);
    const at = nodeAt(document, document.textDocument.offsetAt(position));
    // What begins or joins something, but is part of no stage, is told by itself.
    const value = at && (this.content(document, at.node, at.text) || keywordDoc(at.text));
    return value === undefined || value === '' ? undefined : { contents: { kind: 'markdown', value } };
  }

  private content(document: LangiumDocument, node: AstNode, text: string): string | undefined {
    const a = this.services.analyses.of(document);
    const meanings = new Meanings(this.services.shared);
    const values: ValuesAt = (n) => valuesOf(a, this.services.shared, this.services.analyses.limits).get(n);
    if (isArgument(node) && node.name === text) return argumentHover(a, node, meanings.callees(node.$container));
    if ((isNamed(node) || isOutput(node)) && (node.name === text || text === 'output')) return pipelineHover(a, node);
    if (isParam(node) && node.name === text) return paramHover(a, node);
    if (isInput(node) && node.name === text) return inputHover(a, node);
    if (isShared(node) && node.name === text) return sharedHover(node);
    if (isImportName(node) && (node.name === text || node.alias === text))
      return importHover(a, node, importedModel(node.$container, document, this.services.shared), values);
    if (
      (isBlock(node) || isNetwork(node) || isFn(node) || isLet(node)) &&
      (node.name === text || ['block', 'network', 'fn', 'let'].includes(text))
    )
      return declarationHover(a, node, values);
    if ((isPattern(node) && node.name === text) || (isRepeat(node) && node.index === text)) return variableHover(a, text, node, values);
    if (isReference(node)) return either(meanings.resolve(node).map((f) => named(a, node, node.name, f, values)));
    if (isInvocation(node) && node.callee === text) {
      const found = meanings.resolve(node);
      const stage = node.$container;
      if (!isLabelledStage(stage)) return either(found.map((f) => named(a, node, text, f, values)));
      return stageHover(a, stage, either(found.map((f) => callee(text, f))) ?? `**${text}**`);
    }
    for (const n of outwards(node)) {
      if (isLabelledStage(n) && isExpect(n.stage)) return expectHover(a, n);
      if (isLabelledStage(n)) return stageHover(a, n, n.label === text ? `**${text}**` : keywordHover(text));
      if (isBlock(n) || isNetwork(n)) return undefined;
    }
    return undefined;
  }
}
