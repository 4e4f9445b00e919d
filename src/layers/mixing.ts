/** What `conv` and `deconv` both check: the input channels that the author declared, and groups that divide. */
import { type Fault, fault } from './fault.ts';
import type { Channels } from './params.ts';
import type { FeatureMap } from './shape.ts';

interface Mixing {
  readonly channels: Channels;
  readonly groups: number;
}

/** What is wrong with a layer that makes `y` of `x`, if anything. */
export function checkMixing(layer: string, p: Mixing, x: FeatureMap, y: FeatureMap): Fault | undefined {
  const { in: declared, out } = p.channels;
  if (declared !== null && declared !== x[0])
    return fault(
      'channel-mismatch',
      `\`${layer}\` is declared for ${declared} input channels, but ${x[0]} arrive: write \`${x[0]}->${out}\`, or change what comes before.`,
      { param: 'channels', arrives: x[0], assume: y },
    );
  const odd = [x[0], out].findIndex((n) => n % p.groups !== 0);
  if (odd < 0) return undefined;
  return fault(
    'groups-do-not-divide',
    `\`${layer}\` has ${p.groups} groups, which do not divide its ${odd === 0 ? `${x[0]} input` : `${out} output`} channels: choose a divisor of ${x[0] === out ? out : `both ${x[0]} and ${out}`}.`,
    { param: 'groups', assume: y },
  );
}
