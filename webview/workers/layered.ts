/** ELK's layered algorithm as the layout worker has it: in another worker, which the page starts when it is asked for. */
import type { ElkNode } from 'elkjs/lib/elk-api.js';
import { type Layered, remembering } from '../../src/diagram/index.ts';
import type { FromLayered, LayeredRequest } from './layout-protocol.ts';

/** Where branches are laid out once there is a way to who can. */
export class Elsewhere {
  readonly #ask: () => void;
  readonly #waiting = new Map<number, { readonly resolve: (placed: ElkNode) => void; readonly reject: (why: Error) => void }>();
  #port: Promise<MessagePort> | undefined;
  #come: ((port: MessagePort) => void) | undefined;
  #next = 0;

  /** `ask` asks for the way. */
  constructor(ask: () => void) {
    this.#ask = ask;
  }

  /** Asks for the way, if nobody has. */
  warm(): Promise<MessagePort> {
    this.#port ??= new Promise((resolve) => {
      this.#come = resolve;
      this.#ask();
    });
    return this.#port;
  }

  /** Here it is. */
  take(port: MessagePort): void {
    port.onmessage = ({ data }: MessageEvent<FromLayered>) => {
      const waiting = this.#waiting.get(data.id);
      this.#waiting.delete(data.id);
      if ('placed' in data) waiting?.resolve(data.placed);
      else waiting?.reject(new Error(data.failed));
    };
    this.#come?.(port);
  }

  readonly layered: Layered = remembering(async (graph) => {
    const port = await this.warm();
    const id = this.#next++;
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, { resolve, reject });
      port.postMessage({ id, graph } satisfies LayeredRequest);
    });
  });
}
