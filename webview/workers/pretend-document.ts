/** Shows ELK's bundle a `document`; see `elk.ts`. Imported first, so that it is evaluated first. */
Object.defineProperty(globalThis, 'document', { value: {}, configurable: true });
