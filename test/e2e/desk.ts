/** The one desk that all end-to-end suites of a run share: prepared when first asked for, cleared at the end. */
import { type Desk, prepareDesk } from './user.ts';

let prepared: Promise<Desk> | undefined;

/** The shared desk. */
export function desk(): Promise<Desk> {
  prepared ??= prepareDesk(process.env.POINTWISE_CODE_SERVER);
  return prepared;
}

after(async function () {
  this.timeout(20_000);
  await (await prepared?.catch(() => undefined))?.clear();
});
