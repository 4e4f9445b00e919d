/**
 * ELK inside a worker. Its bundle takes any worker for one of its own and would answer our messages; it looks for `document` to tell, so
 * that it is shown one while it loads.
 */
import './pretend-document.ts';
import Elk from 'elkjs/lib/elk.bundled.js';
import type { ELK, ELKConstructorArguments } from 'elkjs/lib/elk-api.js';

/** An ELK that computes where it is called. */
export const createElk = (): ELK => new (Elk as unknown as new (args?: ELKConstructorArguments) => ELK)();
