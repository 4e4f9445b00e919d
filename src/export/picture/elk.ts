/** ELK where there is no page. Its bundle is written for both module systems, so its class may be one `default` deeper. */
import Elk from 'elkjs/lib/elk.bundled.js';
import type { ELK, ELKConstructorArguments } from 'elkjs/lib/elk-api.js';
import { type Layered, remembering } from '../../diagram/index.ts';

type Constructor = new (args?: ELKConstructorArguments) => ELK;

export function createLayered(): Layered {
  const elk = new (Elk as unknown as Constructor)();
  return remembering((graph) => elk.layout(graph));
}
