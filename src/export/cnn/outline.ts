/** Outline → `.cnn`: a target as it was written, with all that it uses, in one file. Comments stay, but for those with nothing below. */
import type {
  Outline,
  OutlineArgument,
  OutlineBranch,
  OutlineCall,
  OutlineDeclaration,
  OutlineExpr,
  OutlineParam,
  OutlinePattern,
  OutlineStage,
  OutlineStageKind,
  OutlineStatement,
} from '../../graph/outline.ts';

/** Writes an outline; the canonical layout, as the formatter has it. */
export const outlineToCnn = (o: Outline): string => `${ordered(o).map(declaration).join('\n\n')}\n`;

/** What a thing is made of stands before it, constants and functions before all blocks, and last what stands alone. */
function ordered({ target, declarations }: Outline): readonly OutlineDeclaration[] {
  const last = declarations.filter((d) => d.name === target);
  const values = declarations.filter((d) => (d.kind === 'let' || d.kind === 'fn') && d.name !== target);
  const blocks = declarations.filter((d) => d.kind !== 'let' && d.kind !== 'fn' && d.name !== target);
  return [...values, ...blocks, ...last];
}

function declaration(d: OutlineDeclaration): string {
  const doc =
    d.doc === ''
      ? ''
      : `${d.doc
          .split('\n')
          .map((l) => `# ${l}`.trimEnd())
          .join('\n')}\n`;
  switch (d.kind) {
    case 'let':
      return `${doc}let ${d.name} = ${expr(d.value)}`;
    case 'fn':
      return `${doc}fn ${d.name}(${params(d.params)}) = ${expr(d.value)}`;
    case 'alias':
      return `${doc}network ${d.name} = ${call(d.of)}${on(d.inputs)}`;
    case 'block':
    case 'network': {
      const brackets = d.params.length > 0 ? `(${params(d.params)})` : '';
      const takes = d.takes.length > 0 ? ` takes ${d.takes.join(', ')}` : '';
      const versus = d.versus ? ` versus ${call(d.versus)}` : '';
      return `${doc}${d.kind} ${d.name}${brackets}${takes}${on(d.inputs)}${versus} {\n${statements(d.body, '  ')}}`;
    }
    default:
      return d satisfies never;
  }
}

const on = (inputs: readonly OutlineExpr[]): string => (inputs.length > 0 ? ` on ${inputs.map(expr).join(', ')}` : '');
const params = (ps: readonly OutlineParam[]): string => ps.map((p) => (p.value ? `${p.name}=${expr(p.value)}` : p.name)).join(', ');

const statements = (list: readonly OutlineStatement[], indent: string): string =>
  list.map((s) => `${comments(s, indent)}${indent}${statement(s, indent)}\n`).join('');

/** Each on a line of its own, above. */
const comments = ({ comments = [] }: OutlineStatement, indent: string): string =>
  comments.map((c) => `${indent}${`# ${c}`.trimEnd()}\n`).join('');

function statement(s: OutlineStatement, indent: string): string {
  switch (s.kind) {
    case 'let':
      return `let ${s.name} = ${expr(s.value)}`;
    case 'output':
      return `output ${s.name}${s.value ? ` = ${pipeline(s.value, indent)}` : ''}`;
    case 'shared':
      return `shared ${s.name} = ${call(s.value)}`;
    case 'named':
      return `${s.name} = ${pipeline(s.value, indent)}`;
    case 'pipeline':
      return pipeline(s.value, indent);
    default:
      return s satisfies never;
  }
}

const pipeline = (stages: readonly OutlineStage[], indent: string): string =>
  stages.map(({ label, stage: s }) => `${label === undefined ? '' : `${label}: `}${stage(s, indent)}`).join(' -> ');

const braces = (body: readonly OutlineStatement[], indent: string): string => `{\n${statements(body, `${indent}  `)}${indent}}`;

function stage(s: OutlineStageKind, indent: string): string {
  switch (s.kind) {
    case 'call':
      return call(s);
    case 'part':
      return expr(s.of);
    case 'merge':
      return `${call({ ...s, kind: 'call' })} ${bracedBranches(s.branches, indent)}`;
    case 'repeat':
      return `${head(s)} ${braces(s.body, indent)}`;
    case 'for':
      return `${head(s)} ${braces(s.body, indent)}`;
    case 'if':
      return `if ${expr(s.condition)} ${braces(s.yes, indent)}${s.no ? ` else ${otherwise(s.no, indent)}` : ''}`;
    case 'expect':
      return `expect ${expr(s.condition)}`;
    default:
      return s satisfies never;
  }
}

/** How a loop begins, be it one of stages or one that gives branches. */
type LoopHead =
  | Pick<Extract<OutlineStageKind, { readonly kind: 'repeat' }>, 'kind' | 'count' | 'index'>
  | Pick<Extract<OutlineStageKind, { readonly kind: 'for' }>, 'kind' | 'pattern' | 'list'>;
const head = (s: LoopHead): string =>
  s.kind === 'repeat'
    ? `repeat ${expr(s.count)}${s.index === undefined ? '' : ` as ${s.index}`}`
    : `for ${pattern(s.pattern)} in ${expr(s.list)}`;

const bracedBranches = (list: readonly OutlineBranch[], indent: string): string =>
  `{\n${list.map((b) => `${commentsOf(b, `${indent}  `)}${indent}  ${branch(b, `${indent}  `)}\n`).join('')}${indent}}`;

/** Those of its first stage stand above the bar. */
function commentsOf(b: OutlineBranch, indent: string): string {
  const first = b.kind === 'branch' ? b.body[0] : b.kind === 'let' ? b : undefined;
  return first ? comments(first, indent) : '';
}

function branch(b: OutlineBranch, indent: string): string {
  switch (b.kind) {
    case 'branch': {
      // What does not begin a branch goes under its first stage.
      const under = `${indent}  `;
      const [first, ...more] = b.body;
      return `| ${first ? statement(first, under) : ''}${more.length > 0 ? `\n${statements(more, under).trimEnd()}` : ''}`;
    }
    case 'let':
      return statement(b, indent);
    case 'repeat':
      return `${head(b)} ${bracedBranches(b.branches, indent)}`;
    case 'for':
      return `${head(b)} ${bracedBranches(b.branches, indent)}`;
    case 'if': {
      const [only, ...more] = b.no ?? [];
      const no = only?.kind === 'if' && more.length === 0 ? branch(only, indent) : b.no && bracedBranches(b.no, indent);
      return `if ${expr(b.condition)} ${bracedBranches(b.yes, indent)}${no === undefined ? '' : ` else ${no}`}`;
    }
    default:
      return b satisfies never;
  }
}

/** `else if` where another condition is all there is. */
function otherwise(body: readonly OutlineStatement[], indent: string): string {
  const [only] = body;
  const [first] = only?.kind === 'pipeline' && body.length === 1 ? only.value : [];
  const goesOn = only?.kind === 'pipeline' && only.value.length === 1 && first?.label === undefined && first?.stage.kind === 'if';
  return goesOn && first ? stage(first.stage, indent) : braces(body, indent);
}

const pattern = (p: OutlinePattern): string => (typeof p === 'string' ? p : `[${p.map(pattern).join(', ')}]`);

const argument = (a: OutlineArgument): string =>
  `${a.name === undefined ? '' : `${a.name}=`}${expr(a.value)}${a.out ? `->${expr(a.out)}` : ''}`;
const call = (c: OutlineCall): string => `${c.callee}${c.args ? `(${c.args.map(argument).join(', ')})` : ''}`;

/** An expression; its brackets are those that were written. */
function expr(e: OutlineExpr): string {
  switch (e.kind) {
    case 'call':
      return call(e);
    case 'number':
      return numeral(e.value);
    case 'size':
    case 'bool':
      return e.value;
    case 'string':
      return `"${e.value}"`;
    case 'list':
      return `[${e.items.map(expr).join(', ')}]`;
    case 'comprehension':
      return `[${expr(e.item)} for ${pattern(e.pattern)} in ${expr(e.list)}${e.filter ? ` if ${expr(e.filter)}` : ''}]`;
    case 'compare':
      return [expr(e.first), ...e.rest.flatMap((r) => [r.op, expr(r.value)])].join(' ');
    case 'slice':
      return `${expr(e.of)}[${e.from ? expr(e.from) : ''}:${e.to ? expr(e.to) : ''}]`;
    case 'group':
      return `(${expr(e.inner)})`;
    case 'unary':
      return `${e.op === 'not' ? 'not ' : e.op}${expr(e.value)}`;
    case 'binary':
      return [expr(e.left), e.op, expr(e.right)].join(e.op === '**' ? '' : ' ');
    case 'conditional':
      return `if ${expr(e.test)} then ${expr(e.yes)} else ${expr(e.no)}`;
    case 'index':
      return `${expr(e.of)}[${expr(e.index)}]`;
    case 'member':
      return `${expr(e.of)}.${e.member}`;
    case 'in':
    case 'here':
      return e.kind;
    default:
      return e satisfies never;
  }
}

/** A number as the language reads it: `1e-5`, never `1e+21`, and a point or an exponent where it is not a whole number. */
const numeral = (n: number): string => String(n).replace('e+', 'e');
