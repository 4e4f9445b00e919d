/** Shows ELK's bundle a `document`; see `layered-worker.ts`. Imported first, so that it is evaluated first. */
Object.defineProperty(globalThis, 'document', { value: {}, configurable: true });
