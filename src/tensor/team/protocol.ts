/** What the workers of a team say to each other. Every two are joined by a channel; numbers are handed over, not copied. */
import type { Action } from './script.ts';

/** A plan as a worker needs it. */
export interface PlanForMember {
  readonly module: WebAssembly.Module;
  readonly tile: number;
  readonly bytes: number;
  readonly script: readonly Action[];
  /** What the plan's memory holds before the first run: zeros up to `imageAt`, then these bytes. */
  readonly image: ArrayBuffer;
  readonly imageAt: number;
}

export type ToMember =
  /** `ports`: to the others, by number; its own is not there. */
  | { readonly type: 'meet'; readonly ports: readonly (MessagePort | undefined)[] }
  | ({ readonly type: 'learn'; readonly plan: number } & PlanForMember)
  | { readonly type: 'forget'; readonly plan: number };

export type FromMember =
  | { readonly type: 'loaded'; readonly plan: number }
  | { readonly type: 'failed'; readonly plan: number; readonly message: string };

/** Through a channel: a run begins, or numbers of a message in it. */
export interface Parcel {
  readonly plan: number;
  readonly run: number;
  readonly message: number;
  /** Absent where a run begins. */
  readonly numbers?: ArrayBuffer;
}

/** A worker that runs `member.ts`; how to start one differs between Node and a page. */
export interface MemberWorker {
  post(message: ToMember, transfer: readonly (ArrayBuffer | MessagePort)[]): void;
  /** `died`: it speaks no more. */
  listen(take: (message: FromMember) => void, died: (why: string) => void): void;
  end(): void;
}
