/**
 * The outline: what a target is made of, as it was written. The flat graph has no loops, conditions or parameters; code is written from
 * this instead. Plain data: blocks with their parameters, statements and expressions, and the instances that each has in the target.
 */
import type { ParamValue } from '../layers/params.ts';
import type { Shape } from '../layers/shape.ts';

/** Everything that a target uses, each thing after what it mentions, where that is possible. */
export interface Outline {
  /** What stands alone; the last of `declarations` but for what it stands for. */
  readonly target: string;
  /** All that stand alone in it, the one that was asked for first. */
  readonly targets: readonly OutlineTarget[];
  readonly declarations: readonly OutlineDeclaration[];
}

/** Something that stands alone: a declaration, and what it was elaborated to. */
export interface OutlineTarget {
  readonly name: string;
  /** The `id` of its instance. */
  readonly root: number;
}

export type OutlineDeclaration = OutlineBlock | OutlineAlias | OutlineLet | OutlineFn;

interface Declared {
  /** Unique in the outline: names that two files have are told apart. */
  readonly name: string;
  /** The comment lines above it. */
  readonly doc: string;
}

export interface OutlineParam {
  readonly name: string;
  readonly value: OutlineExpr | undefined;
}

export interface OutlineBlock extends Declared {
  readonly kind: 'block' | 'network';
  /** The file that it stands in, and its first line there, from 0; places of stages count from it. */
  readonly source: { readonly uri: string; readonly line: number };
  readonly params: readonly OutlineParam[];
  /** The names of its inputs, where it has any. */
  readonly takes: readonly string[];
  /** The inputs on which it stands alone; none where it does not. */
  readonly inputs: readonly OutlineExpr[];
  readonly versus: OutlineCall | undefined;
  readonly body: readonly OutlineStatement[];
  /** How the target uses it: once for each set of arguments and each input. */
  readonly instances: readonly OutlineInstance[];
}
export interface OutlineInstance {
  /** Unique in the outline; calls refer to it. */
  readonly id: number;
  /** All parameters as bound, as one writes them. */
  readonly arguments: Readonly<Record<string, string>>;
  readonly inputs: readonly Shape[];
  readonly output: Shape;
  /** What its body made, in order. */
  readonly items: readonly OutlineItem[];
  /** Each stage of its body each time it was met, inner ones before what is around them. */
  readonly traces: readonly OutlineTrace[];
}

/** A layer or call that a body made. */
export interface OutlineItem {
  /** Its part of the path below the instance. */
  readonly segment: string;
  /** A layer's kind, or the instance that is called; neither where it is an input or a value inside a call. */
  readonly layer?: string;
  readonly instance?: number;
  readonly params?: Readonly<Record<string, ParamValue>>;
  readonly inputs: readonly Shape[];
  readonly shape: Shape;
}

/** A stage that was met: which, and the items that it made, `from` up to, not including, `to`. */
export interface OutlineTrace {
  readonly at: string;
  readonly from: number;
  readonly to: number;
  readonly input: Shape;
  readonly output: Shape;
}

/** `network ResNet50 = ResNet(…)`. */
export interface OutlineAlias extends Declared {
  readonly kind: 'alias';
  readonly of: OutlineCall;
  readonly inputs: readonly OutlineExpr[];
}
export interface OutlineLet extends Declared {
  readonly kind: 'let';
  readonly value: OutlineExpr;
}
export interface OutlineFn extends Declared {
  readonly kind: 'fn';
  readonly params: readonly OutlineParam[];
  readonly value: OutlineExpr;
}

/** A statement, with the comments above it and at the end of its first line, without their `#`. */
export type OutlineStatement = (
  | { readonly kind: 'let'; readonly name: string; readonly value: OutlineExpr }
  | { readonly kind: 'shared'; readonly name: string; readonly value: OutlineCall }
  | { readonly kind: 'named'; readonly name: string; readonly value: readonly OutlineStage[] }
  /** Without a value: the name of the main output, which is the flow there. */
  | { readonly kind: 'output'; readonly name: string; readonly value: readonly OutlineStage[] | undefined }
  | { readonly kind: 'pipeline'; readonly value: readonly OutlineStage[] }
) & { readonly comments?: readonly string[] };

/** A branch of a merge, or a loop or condition that gives branches; a `let` may stand before them. */
export type OutlineBranch =
  | { readonly kind: 'branch'; readonly body: readonly OutlineStatement[] }
  | Extract<OutlineStatement, { readonly kind: 'let' }>
  | {
      readonly kind: 'repeat';
      readonly count: OutlineExpr;
      readonly index: string | undefined;
      readonly branches: readonly OutlineBranch[];
    }
  | { readonly kind: 'for'; readonly pattern: OutlinePattern; readonly list: OutlineExpr; readonly branches: readonly OutlineBranch[] }
  | {
      readonly kind: 'if';
      readonly condition: OutlineExpr;
      readonly yes: readonly OutlineBranch[];
      readonly no: readonly OutlineBranch[] | undefined;
    };

export interface OutlineStage {
  /** By which traces know it; unique in its declaration. */
  readonly at: string;
  readonly label: string | undefined;
  readonly stage: OutlineStageKind;
}
export type OutlineStageKind =
  | OutlineCall
  /** `xs[i]`, `b.x`: an element of a list of values, a value inside a call. */
  | { readonly kind: 'part'; readonly of: OutlineExpr }
  /** A merge, or a call of a block that takes several inputs. */
  | (Omit<OutlineCall, 'kind'> & { readonly kind: 'merge'; readonly branches: readonly OutlineBranch[] })
  | {
      readonly kind: 'repeat';
      readonly count: OutlineExpr;
      readonly index: string | undefined;
      readonly body: readonly OutlineStatement[];
    }
  | {
      readonly kind: 'for';
      readonly pattern: OutlinePattern;
      readonly list: OutlineExpr;
      readonly body: readonly OutlineStatement[];
    }
  | {
      readonly kind: 'if';
      readonly condition: OutlineExpr;
      readonly yes: readonly OutlineStatement[];
      /** Statements, or one `if` that goes on. */
      readonly no: readonly OutlineStatement[] | undefined;
    }
  | { readonly kind: 'expect'; readonly condition: OutlineExpr };

/** A name, or the parts into which an element falls. */
export type OutlinePattern = string | readonly OutlinePattern[];

export interface OutlineArgument {
  readonly name: string | undefined;
  readonly value: OutlineExpr;
  /** Of `192->64` the 64. */
  readonly out: OutlineExpr | undefined;
}
/** A layer, a block, a parameter or a value, with arguments; as a stage or in an expression. */
export interface OutlineCall {
  readonly kind: 'call';
  readonly callee: string;
  /** Undefined where no brackets stand. */
  readonly args: readonly OutlineArgument[] | undefined;
}

export type OutlineExpr =
  | OutlineCall
  | { readonly kind: 'number'; readonly value: number }
  | { readonly kind: 'size' | 'string' | 'bool'; readonly value: string }
  | { readonly kind: 'list'; readonly items: readonly OutlineExpr[] }
  | {
      readonly kind: 'comprehension';
      readonly item: OutlineExpr;
      readonly pattern: OutlinePattern;
      readonly list: OutlineExpr;
      readonly filter: OutlineExpr | undefined;
    }
  /** Brackets: an operator's sides have them wherever they need them, as they were written. */
  | { readonly kind: 'group'; readonly inner: OutlineExpr }
  | { readonly kind: 'unary'; readonly op: string; readonly value: OutlineExpr }
  | { readonly kind: 'binary'; readonly op: string; readonly left: OutlineExpr; readonly right: OutlineExpr }
  | { readonly kind: 'conditional'; readonly test: OutlineExpr; readonly yes: OutlineExpr; readonly no: OutlineExpr }
  /** `a < b <= c`; an `op` may be `in` and `not in`. */
  | {
      readonly kind: 'compare';
      readonly first: OutlineExpr;
      readonly rest: readonly { readonly op: string; readonly value: OutlineExpr }[];
    }
  | { readonly kind: 'index'; readonly of: OutlineExpr; readonly index: OutlineExpr }
  | { readonly kind: 'slice'; readonly of: OutlineExpr; readonly from: OutlineExpr | undefined; readonly to: OutlineExpr | undefined }
  | { readonly kind: 'member'; readonly of: OutlineExpr; readonly member: string }
  | { readonly kind: 'in' | 'here' };
