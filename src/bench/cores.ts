/** One worker, or thread, beside several on the same workload, in turns. */
import { initialise, type Kernels } from '../tensor/index.ts';
import { ourEngine, subjectOf } from './engine.ts';
import { measure, type Timing } from './measure.ts';
import { WORKLOADS } from './workloads.ts';

export interface CoresResult {
  readonly name: string;
  /** How many took part in the last; 1 where sharing was not tried, since it would not pay. */
  readonly several: number;
  readonly one: Timing;
  readonly shared: Timing;
  /** Whether both gave the same bits. */
  readonly same: boolean;
}

export async function measureCores(
  name: string,
  kernels: { readonly one: Kernels; readonly several: Kernels },
  rounds: number,
  pause?: () => Promise<void>,
): Promise<CoresResult> {
  const program = WORKLOADS[name]?.program();
  if (!program) throw new RangeError(`There is no workload ${name}; choose from ${Object.keys(WORKLOADS).join(', ')}.`);
  const subject = subjectOf(program, initialise(program.weights, 1));
  const plans = [kernels.one, kernels.several].map((k) => k.plan(program, subject.weights));
  const [alone, together] = plans;
  if (!alone || !together) throw new Error('two plans were made');
  for (const plan of plans) await plan.ready();
  const [one, shared] = [ourEngine('one', alone, subject), ourEngine('several', together, subject)];
  const [a, b] = await measure([one, shared], rounds, 'one', pause);
  if (!a || !b) throw new Error('two engines were measured');
  const [x, y] = [one.output(), shared.output()];
  const same = x.length === y.length && x.every((v, i) => Object.is(v, y[i]));
  const several = together.engine.workers ?? together.engine.threads;
  for (const plan of plans) plan.dispose();
  return { name, several, one: a, shared: b, same };
}

/** What was aimed at on two cores: how many times faster than one. */
const AIMS: Readonly<Record<string, readonly [page: number, host: number]>> = { W3: [1.6, 1.9], W4: [1.6, 1.75] };

const ms = (x: number): string => x.toFixed(x < 100 ? 1 : 0);

function cells({ one, shared, several, same }: CoresResult, aim: number | undefined): readonly string[] {
  if (several < 2) return [ms(one.ms.median), 'one', '', ''];
  const { ratio, leastRatio } = shared;
  const gain = ratio ? `**${ratio.median.toFixed(2)}** (${ratio.low.toFixed(2)}–${ratio.high.toFixed(2)}), ${leastRatio?.toFixed(2)}` : '';
  return [ms(one.ms.median), `${ms(shared.ms.median)}${same ? '' : ', other bits'}`, gain, aim?.toString() ?? ''];
}

/** A row a workload: in the page one worker and several, in the host one thread and several. */
export function coresTable(page: readonly CoresResult[], host: readonly CoresResult[]): string {
  const heads = ['', 'page, 1 thread', `${Math.max(...page.map((r) => r.several))} workers`, 'times faster', 'aim'];
  const more = ['host, 1 thread', `${Math.max(...host.map((r) => r.several))} threads`, 'times faster', 'aim'];
  const row = (list: readonly string[]): string => `| ${list.join(' | ')} |`;
  const rows = page.flatMap((p) => {
    const h = host.find((r) => r.name === p.name);
    const [inPage, inHost] = AIMS[p.name] ?? [];
    return h ? [row([p.name, ...cells(p, inPage), ...cells(h, inHost)])] : [];
  });
  return [row([...heads, ...more]), row(['---', ...[...heads, ...more].slice(1).map(() => '--:')]), ...rows].join('\n');
}
