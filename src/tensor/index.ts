/** The public surface of the tensor package: record a program, plan it on kernels, run it, look at the numbers. */
export { explain, type Run } from './explain/explain.ts';
export type { Explanation, Patch, Reason, Source } from './explain/explanation.ts';
export type { Entry } from './geometry/moves.ts';
export * from './kernels/kernels.ts';
export { reference } from './kernels/reference.ts';
export { loadWasm } from './kernels/wasm.ts';
export * from './program.ts';
export { type Filling, initialise, randomInput, uniformInput } from './random.ts';
export { Recorder, windows } from './recorder.ts';
export { type Statistics, statistics } from './stats.ts';
export type { FromMember, MemberWorker } from './team/protocol.ts';
export type { HelperThread } from './threads/crew.ts';
