/** Instances of the WASM module: one per thread and plan, over the plan's memory. */
import type { Call, KernelName } from '../plan/call.ts';

type Kernel = (...args: number[]) => void;
export type Exports = Readonly<Record<KernelName | 'setScratch' | 'setTile', Kernel>>;

/** An instance that works in `memory`, with its own scratch memory and the tile of the micro-kernel that suits this engine. */
export function instantiate(
  module: WebAssembly.Module,
  memory: WebAssembly.Memory,
  scratch: number,
  tile: number,
): { readonly exports: Exports; readonly memory: WebAssembly.Memory } {
  const exports = new WebAssembly.Instance(module, { env: { memory } }).exports as unknown as Exports;
  exports.setScratch(scratch);
  exports.setTile(tile);
  return { exports, memory };
}

/** A call as a function of the items that it shall do. */
export function bind(exports: Exports, call: Call): (from: number, to: number) => void {
  const kernel = exports[call.kernel];
  const args = [...call.args, 0, 0];
  // A kernel that lacked an argument would take it for 0.
  if (kernel.length !== args.length) throw new Error(`${call.kernel} takes ${kernel.length} arguments, not ${args.length}`);
  const [from, to] = [args.length - 2, args.length - 1];
  return (a, b) => {
    args[from] = a;
    args[to] = b;
    kernel(...args);
  };
}

/**
 * The same module with its imported memory declared shared, so that threads can work in one memory. A module says so in one bit: the flags
 * of the memory's limits, in the import section (https://webassembly.github.io/spec/core/binary/types.html#limits, threads proposal).
 */
export function withSharedMemory(bytes: BufferSource): Uint8Array<ArrayBuffer> {
  const view = ArrayBuffer.isView(bytes) ? new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength) : new Uint8Array(bytes);
  const out = Uint8Array.from(view);
  const IMPORTS = 2;
  const MEMORY = 2;
  const SHARED = 2;
  let at = 8; // after the magic number and the version
  const unsigned = (): number => {
    let n = 0;
    for (let shift = 0; ; shift += 7) {
      const byte = out[at++] as number;
      n |= (byte & 0x7f) << shift;
      if (byte < 0x80) return n;
    }
  };
  const skipName = (): void => {
    const length = unsigned();
    at += length;
  };
  for (;;) {
    const section = out[at++];
    const length = unsigned();
    if (section === IMPORTS) break;
    at += length;
  }
  if (unsigned() !== 1) throw new Error('The kernel module imports more than its memory');
  skipName();
  skipName();
  if (out[at++] !== MEMORY) throw new Error('The kernel module imports no memory');
  out[at] = (out[at] as number) | SHARED;
  return out;
}
