/** A worker of a team other than the first: loads plans by message and plays its part in their runs. */
import { instantiate } from '../kernels/instance.ts';
import { Memories } from '../kernels/memories.ts';
import { SCRATCH } from '../plan/plan.ts';
import { Player } from './player.ts';
import type { FromMember, Parcel, PlanForMember, ToMember } from './protocol.ts';

const MOST_BYTES = 65536 * 65536 - 65536;

interface Loaded {
  readonly player: Player;
  readonly memory: WebAssembly.Memory;
  /** Runs of a plan come one after another. */
  last: Promise<void>;
}

/** Handles what the first worker says; answers through `post`. */
export function member(post: (message: FromMember) => void): (message: ToMember) => void {
  const plans = new Map<number, Loaded>();
  const memories = new Memories(false);
  let ports: readonly (MessagePort | undefined)[] = [];
  const load = (plan: number, p: PlanForMember): Loaded => {
    const { memory, used } = memories.take(p.bytes, MOST_BYTES);
    const bytes = new Uint8Array(memory.buffer);
    if (used > 0) bytes.fill(0, 0, p.imageAt);
    bytes.set(new Uint8Array(p.image), p.imageAt);
    const { exports } = instantiate(p.module, memory, SCRATCH, p.tile);
    const player = new Player(p.script, exports, memory, (to, run, message, numbers) => {
      ports[to]?.postMessage({ plan, run, message, numbers } satisfies Parcel, [numbers]);
    });
    return { player, memory, last: Promise.resolve() };
  };
  const fail = (plan: number, e: unknown): void => post({ type: 'failed', plan, message: e instanceof Error ? e.message : String(e) });
  const take = ({ plan, run, message, numbers }: Parcel): void => {
    const loaded = plans.get(plan);
    if (!loaded) return;
    if (numbers) loaded.player.come(run, message, numbers);
    else loaded.last = loaded.last.then(() => loaded.player.play(run)).catch((e: unknown) => fail(plan, e));
  };

  return (message) => {
    switch (message.type) {
      case 'meet':
        ports = message.ports;
        for (const port of ports) if (port) port.onmessage = ({ data }: MessageEvent<Parcel>) => take(data);
        return;
      case 'learn':
        try {
          plans.set(message.plan, load(message.plan, message));
          return post({ type: 'loaded', plan: message.plan });
        } catch (e) {
          return fail(message.plan, e);
        }
      case 'forget': {
        const loaded = plans.get(message.plan);
        plans.delete(message.plan);
        // It may still be at work on what nobody waits for.
        loaded?.player.end(new Error('this plan was disposed of'));
        loaded?.last.then(() => memories.give(loaded.memory));
        return;
      }
      default:
        message satisfies never;
    }
  };
}
