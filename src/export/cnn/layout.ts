/** Statements as lines, as the formatter of the language lays them out: short branches on one line, else a line for each kernel. */
import { type Body, type Stage, type Statement, statementsOf } from './flow.ts';

/** The longest line that a branch or pipeline may make. */
const WIDEST = 72;

/** Names and whether one is taken. */
export class FreshNames {
  private readonly taken: Set<string>;
  constructor(reserved: Iterable<string>) {
    this.taken = new Set(reserved);
  }
  /** What is asked for where it is free, or else the first of `name_2`, `name_3`, … that is. */
  take(name: string): string {
    let free = name;
    for (let i = 2; this.taken.has(free); i++) free = `${name}_${i}`;
    this.taken.add(free);
    return free;
  }
}

/** The values with which pipelines start. */
function startsOf(statements: readonly Statement[], found = new Set<number>()): ReadonlySet<number> {
  for (const { stages } of statements)
    for (const s of stages) {
      if (s.type === 'start') found.add(s.value);
      if (s.type === 'item') for (const b of s.branches) startsOf(b, found);
    }
  return found;
}

class Layout {
  private readonly names = new Map<number, string>();
  private readonly labels: ReadonlySet<number>;

  constructor(body: Body, statements: readonly Statement[], names: FreshNames) {
    const times = new Map<string, number>();
    for (const { label } of body.items) if (label !== undefined) times.set(label, (times.get(label) ?? 0) + 1);
    for (const label of times.keys()) names.take(label);
    const labels = new Set<number>();
    for (const value of [...startsOf(statements)].sort((a, b) => a - b)) {
      const item = body.items[value - 1];
      const given = value === 0 ? body.name : item?.inputs.length === 0 ? item.text : undefined;
      if (given !== undefined) {
        this.names.set(value, given);
        continue;
      }
      const label = item?.label;
      // A label that several have would name the last of them.
      if (label !== undefined && times.get(label) === 1) labels.add(value);
      this.names.set(value, labels.has(value) ? (label as string) : names.take(value === 0 ? 'input' : 'x'));
    }
    this.labels = labels;
  }

  nameOf(value: number): string | undefined {
    return this.names.get(value);
  }

  /** The name that a value needs before its pipeline, since no label gives it. */
  private named(value: number): string | undefined {
    return this.labels.has(value) ? undefined : this.names.get(value);
  }

  /** The lines of statements that stand at an indent. */
  lines(statements: readonly Statement[], indent: string): readonly string[] {
    return statements.flatMap(({ output, stages }) => {
      if (output !== undefined) return [`${indent}output ${output} = ${stages.map((s) => this.inOutput(s)).join(' -> ')}`];
      return this.repeats(this.split(stages)).flatMap((r) =>
        r.times > 1 ? [`${indent}repeat ${r.times} { ${this.stage(r.stages[0] as Stage)} }`] : this.line(r.stages, indent),
      );
    });
  }

  /** Calls of one block in a row as a repeat: `repeat 5 { Bottleneck }`. */
  private repeats(lines: readonly (readonly Stage[])[]): readonly { readonly stages: readonly Stage[]; readonly times: number }[] {
    const call = ([s, more]: readonly Stage[]): string | undefined =>
      s?.type === 'item' && !more && s.item.line === 'always' && !s.item.merge && !s.item.label && !this.named(s.value)
        ? s.item.text
        : undefined;
    const runs: { stages: readonly Stage[]; times: number }[] = [];
    for (const stages of lines) {
      const last = runs.at(-1);
      if (last && call(stages) !== undefined && call(stages) === call(last.stages)) last.times++;
      else runs.push({ stages, times: 1 });
    }
    return runs;
  }

  /** In a further output a label names the stage; a name would end the pipeline. */
  private inOutput(s: Stage): string {
    const name = s.type === 'item' ? (this.named(s.value) ?? s.item.label) : undefined;
    return s.type === 'item' ? (name === undefined ? s.item.text : `${name}: ${s.item.text}`) : this.stage(s);
  }

  private stage(s: Stage): string {
    switch (s.type) {
      case 'start':
        return this.names.get(s.value) as string;
      case 'pass':
        return `expect ${s.shape.join('x')}`;
      case 'item':
        return s.item.label === undefined ? s.item.text : `${s.item.label}: ${s.item.text}`;
      default:
        return s satisfies never;
    }
  }

  /** A pipeline as lines: each begins with a kernel or a pool, and what needs a name ends one. */
  private split(stages: readonly Stage[]): readonly (readonly Stage[])[] {
    const lines: Stage[][] = [];
    let line: Stage[] = [];
    const width = (): number => line.reduce((sum, s) => sum + this.stage(s).length + 4, 0);
    const end = (): void => {
      if (line.length > 0) lines.push(line);
      line = [];
    };
    for (const s of stages) {
      const item = s.type === 'item' ? s.item : undefined;
      const begun = line.some((l) => l.type === 'item');
      const hasMain = line.some((l) => l.type === 'item' && l.item.line === 'main');
      const begins = item && (item.line === 'always' || item.line === 'head' || (item.line === 'main' && hasMain));
      if (begun && item && (begins || width() + item.text.length > WIDEST)) end();
      line.push(s);
      if (item?.line === 'always' || (s.type === 'item' && this.named(s.value) !== undefined)) end();
    }
    end();
    return lines;
  }

  private line(stages: readonly Stage[], indent: string): readonly string[] {
    const last = stages.at(-1);
    const name = last?.type === 'item' ? this.named(last.value) : undefined;
    const head = `${indent}${name === undefined ? '' : `${name} = `}${stages.map((s) => this.stage(s)).join(' -> ')}`;
    if (last?.type !== 'item' || !last.item.merge) return [head];
    return [`${head} {`, ...last.branches.flatMap((b) => this.branch(b, indent)), `${indent}}`];
  }

  private branch(statements: readonly Statement[], indent: string): readonly string[] {
    const lines = this.lines(statements, `${indent}    `);
    const flat = lines.map((l) => l.trim());
    const plain = statements.every(({ stages }) =>
      stages.every((s) => s.type !== 'item' || (!s.item.merge && this.named(s.value) === undefined)),
    );
    // Statements follow each other as stages do, save where one starts elsewhere.
    const joins = plain && statements.length === 1 && flat.join(' -> ').length + indent.length + 4 <= WIDEST;
    const shown = joins ? [`${indent}    ${flat.join(' -> ')}`] : lines;
    return shown.map((l, i) => (i === 0 ? `${indent}  | ${l.trimStart()}` : l));
  }
}

/** The lines of a body, indented by two. `reserved` are the names that mean something else in its file. */
export function layOut(body: Body, reserved: Iterable<string>): readonly string[] {
  const statements = statementsOf(body);
  const names = new FreshNames(reserved);
  const layout = new Layout(body, statements, names);
  // The input has no stage that could name it: a check of its shape does.
  const first = startsOf(statements).has(0) && body.name === undefined ? [`  ${layout.nameOf(0)} = expect ${body.input.join('x')}`] : [];
  return [...first, ...layout.lines(statements, '  ')];
}
