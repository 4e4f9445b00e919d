/** `bias-before-norm`: a bias that the normalisation after it cancels. */
import { paramCount } from '../../layers/weights.ts';
import { writeArgument } from '../elaborate/fixes/argument.ts';
import type { Item, LayerItem } from '../elaborate/instance.ts';
import { possible } from '../syntax/edits.ts';
import type { Argument } from '../syntax/generated/ast.ts';
import { locationOf } from '../syntax/source.ts';
import { defineLint } from './lint.ts';
import { layerSites, type Made, readersIn, weightsOf } from './sites.ts';

/** Normalisations that subtract the mean of each channel, and with it whatever was added to all of the channel. */
const CENTRING: ReadonlySet<string> = new Set(['bn', 'instancenorm']);

export const biasBeforeNorm = defineLint({
  code: 'bias-before-norm',
  level: 'hint',
  says: 'A layer adds a bias that the normalisation right after it cancels.',
  wrong: 'block A on 3x32x32 { conv(64, 3x3) -> bn -> relu }',
  right: 'block A on 3x32x32 { conv(64, 3x3, bias=false) -> bn -> relu }',
  about:
    '`bn` and `instancenorm` subtract the mean of each channel, so a number added to the whole channel is lost; `bn` has a bias of its own. Most published networks leave it out, but not all: torchvision’s `vgg16_bn` has both.',
  *check(file) {
    for (const { at, made } of layerSites(file)) {
      if (!made.every((m) => m.item.params.bias === true && normBehind(m))) continue;
      const [norm] = made.map(normBehind);
      const biases = made.map(biasOf);
      const argument = at.args.find((a) => a.name === 'bias');
      if (argument && !isTrue(argument)) continue;
      const sizes = [...new Set(biases)].sort((a, b) => a - b);
      const count = [...new Set([sizes[0] ?? 0, sizes.at(-1) ?? 0])].map((n) => `−${n.toLocaleString('en')}`).join(' to ');
      const saved = `${count} params${made.length > 1 ? ' each time' : ''}`;
      yield {
        message: `The \`${norm}\` after this \`${at.callee}\` cancels its bias: write \`bias=false\` (${saved}).`,
        location: locationOf(at),
        fixes: [possible(`Write bias=false: ${saved}`, [writeArgument(at, argument, 'bias', 'false')])],
      };
    }
  },
});

const isTrue = ({ value }: Argument): boolean => value?.$type === 'BoolLiteral' && value.value === 'true';

/** How many parameters the bias of a layer is. */
const biasOf = ({ instance, item }: Made): number =>
  paramCount(Object.fromEntries(Object.entries(weightsOf(instance, item)).filter(([, w]) => w?.role === 'bias')));

const isCentring = (item: Item): item is LayerItem => item.type === 'layer' && CENTRING.has(item.kind);

/** The normalisation that reads what a layer gives, if nothing else does. */
function normBehind({ instance, value }: Made): string | undefined {
  const readers = readersIn(instance).get(value) ?? [];
  const leaves = instance.result === value || instance.outputs.some((o) => o.value === value);
  return !leaves && readers.every(isCentring) ? readers[0]?.kind : undefined;
}
