/** ELK where there is no page. Its bundle is written for both module systems, so its class may be one `default` deeper. */
import Elk from 'elkjs/lib/elk.bundled.js';
import type { ELK, ELKConstructorArguments } from 'elkjs/lib/elk-api.js';

type Constructor = new (args?: ELKConstructorArguments) => ELK;

export const createElk = (): ELK => new (Elk as unknown as Constructor)();
