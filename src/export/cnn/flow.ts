/**
 * A body of a graph as statements: which layers belong to which branch of a merge, and which values need a name.
 *
 * A layer belongs to a branch if all readers of its value do: its place is the innermost one that holds all its readers. What several
 * branches read therefore comes before the merge, and has a name where the flow has gone on since.
 */
import type { Shape } from '../../layers/shape.ts';

/** A layer, or the call of a block, in a body. Item i gives value i + 1; value 0 enters the body. */
export interface Item {
  /** As one writes it; a merge's is its keyword. */
  readonly text: string;
  readonly merge: boolean;
  readonly inputs: readonly number[];
  readonly shape: Shape;
  /** Below the body; tells in which branch it stood in the text from which the graph came. */
  readonly path: string;
  readonly label: string | undefined;
  /** Where lines begin: `always` stands on a line of its own; `main` begins one, unless it is the first after `head`, which begins one too. */
  readonly line: 'always' | 'main' | 'head' | 'dress';
}
export interface Body {
  readonly input: Shape;
  /** What the input is called, where several enter; the others are items without inputs, whose text is their name. */
  readonly name: string | undefined;
  readonly items: readonly Item[];
  /** The value that leaves. */
  readonly result: number;
  /** Further outputs. */
  readonly outputs: readonly { readonly name: string; readonly value: number }[];
}

/** A stage: an item; a named value, with which a pipeline starts; or nothing but a check of the shape that arrives. */
export type Stage =
  | { readonly type: 'item'; readonly value: number; readonly item: Item; readonly branches: readonly (readonly Statement[])[] }
  | { readonly type: 'start'; readonly value: number }
  | { readonly type: 'pass'; readonly shape: Shape };
export interface Statement {
  /** The name of a further output; undefined for the main flow. */
  readonly output: string | undefined;
  readonly stages: readonly Stage[];
}

/** Where items stand: the body, a branch of a merge, or a further output. */
interface FlowPlace {
  readonly parent: FlowPlace | undefined;
  readonly depth: number;
  /** The merge whose branch it is. */
  readonly merge: Item | undefined;
  /** Values, in order. */
  values: number[];
}

const place = (parent: FlowPlace | undefined, merge?: Item): FlowPlace => ({
  parent,
  depth: parent ? parent.depth + 1 : 0,
  merge,
  values: [],
});

/** The innermost place that holds both. */
function common(a: FlowPlace | undefined, b: FlowPlace): FlowPlace {
  let [x, y] = [a ?? b, b];
  while (x !== y) {
    if (x.depth >= y.depth) x = x.parent as FlowPlace;
    else y = y.parent as FlowPlace;
  }
  return x;
}

const BRANCH = /^branch\d+(_\d+)?(\[\d+\])*(\/|$)/;
/** A path below the folder in which another stands. */
const beside = (path: string, other: string): string => {
  const folder = other.slice(0, other.lastIndexOf('/') + 1);
  return path.startsWith(folder) ? path.slice(folder.length) : '';
};

/** Which items stand where. */
class Places {
  readonly root = place(undefined);
  /** By value of the merge: its branches. */
  readonly branches = new Map<number, readonly FlowPlace[]>();
  readonly outputs: readonly FlowPlace[];
  private readonly body: Body;
  /** Whether paths tell of branches: then they decide between a branch and a skip connection. */
  private readonly told: boolean;

  constructor(body: Body) {
    this.body = body;
    this.told = body.items.some((i) => i.path.split('/').some((p) => BRANCH.test(p)));
    this.outputs = body.outputs.map(() => place(this.root));
    const readers: (FlowPlace | undefined)[] = [];
    const read = (value: number, by: FlowPlace): void => {
      readers[value] = common(readers[value], by);
    };
    read(body.result, this.root);
    for (const [i, o] of body.outputs.entries()) read(o.value, this.outputs[i] as FlowPlace);
    const found = new Set<FlowPlace>();
    for (let value = body.items.length; value > 0; value--) {
      const item = body.items[value - 1] as Item;
      if (item.inputs.length === 0) continue;
      const at = this.told ? this.asTold(item, readers[value] ?? this.root) : (readers[value] ?? this.root);
      at.values.push(value);
      found.add(at);
      const branches = item.merge ? item.inputs.map(() => place(at, item)) : [];
      if (item.merge) this.branches.set(value, branches);
      for (const [j, input] of item.inputs.entries()) read(input, branches[j] ?? at);
    }
    // They were met from the last to the first.
    for (const p of found) p.values.reverse();
    this.outputs.forEach((o, i) => {
      if (!this.isLine(o, body.outputs[i]?.value)) this.dissolve(o);
    });
  }

  /** The innermost place around `at` in which the item's path says that it stood. */
  private asTold(item: Item, at: FlowPlace): FlowPlace {
    let p = at;
    while (p.merge && p.parent && !BRANCH.test(beside(item.path, p.merge.path))) p = p.parent;
    return p;
  }

  /** A further output is one pipeline, in which nothing branches. */
  private isLine({ values }: FlowPlace, result: number | undefined): boolean {
    const items = values.map((v) => this.body.items[v - 1] as Item);
    const follows = items.every((item, i) => !item.merge && (i === 0 || item.inputs[0] === values[i - 1]));
    return follows && (values.length === 0 || values.at(-1) === result);
  }

  private dissolve(o: FlowPlace): void {
    this.root.values = [...this.root.values, ...o.values].sort((a, b) => a - b);
    o.values = [];
  }
}

/** The statements of a body. */
export function statementsOf(body: Body): readonly Statement[] {
  const places = new Places(body);
  const itemOf = (value: number): Item => body.items[value - 1] as Item;
  const shapeOf = (value: number): Shape => (value === 0 ? body.input : itemOf(value).shape);

  /** The value with which an item begins: for a merge `flow`, if a branch begins there, or else where most of its branches do. */
  const entryOf = (value: number, flow?: number): number => {
    const { inputs } = itemOf(value);
    const entries = places.branches
      .get(value)
      ?.map(({ values: [first] }, j) => (first === undefined ? inputs[j] : entryOf(first)) as number);
    if (!entries) return inputs[0] as number;
    const votes = (v: number): number => (v === flow ? Number.POSITIVE_INFINITY : entries.filter((e) => e === v).length);
    return entries.reduce((best, e) => (votes(e) > votes(best) ? e : best));
  };

  /** The further outputs that begin at a value. */
  const outputsAt = (value: number): readonly Statement[] =>
    body.outputs.flatMap((o, i) => {
      const values = places.outputs[i]?.values ?? [];
      const [first] = values;
      if ((first === undefined ? o.value : entryOf(first)) !== value) return [];
      const stages = values.map((v): Stage => ({ type: 'item', value: v, item: itemOf(v), branches: [] }));
      return [{ output: o.name, stages: stages.length > 0 ? stages : [{ type: 'start', value: o.value }] }];
    });

  /** The items of a place, one after another, and at its end the value that it gives. */
  const run = (p: FlowPlace, arrives: number, result: number): readonly Statement[] => {
    const done: Statement[] = [];
    let open: Stage[] = [];
    let flow = arrives;
    const end = (...more: readonly Statement[]): void => {
      if (open.length > 0) done.push({ output: undefined, stages: open });
      done.push(...more);
      open = [];
    };
    const goTo = (value: number): void => {
      if (value === flow) return;
      end();
      open = [{ type: 'start', value }];
      flow = value;
    };
    const branchOff = (): void => {
      const outputs = p.parent ? [] : outputsAt(flow);
      if (outputs.length > 0) end(...outputs);
    };
    branchOff();
    for (const value of p.values) {
      goTo(entryOf(value, flow));
      const item = itemOf(value);
      const branches = (places.branches.get(value) ?? []).map((b, j) => run(b, flow, item.inputs[j] as number));
      open.push({ type: 'item', value, item, branches });
      flow = value;
      branchOff();
    }
    goTo(result);
    end();
    // A branch needs a statement, though its value be what arrives.
    return p.merge && done.length === 0 ? [{ output: undefined, stages: [{ type: 'pass', shape: shapeOf(result) }] }] : done;
  };
  return run(places.root, 0, body.result);
}
