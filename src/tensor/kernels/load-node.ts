/** Loads the WASM kernels in Node, from the files that `scripts/build-kernel.ts` wrote. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Kernels } from './kernels.ts';
import { loadWasm } from './wasm.ts';

/** `folder` holds relaxed.wasm and strict.wasm. `strict` leaves relaxed SIMD out. */
export async function loadKernels(folder: string, options: { readonly strict?: boolean } = {}): Promise<Kernels> {
  const [relaxed, strict] = await Promise.all(['relaxed.wasm', 'strict.wasm'].map((name) => readFile(join(folder, name))));
  return loadWasm({ relaxed: options.strict ? undefined : relaxed, strict });
}
