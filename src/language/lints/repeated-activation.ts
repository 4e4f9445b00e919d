/** `repeated-activation`: an activation right after the same one. */
import { layers } from '../../layers/index.ts';
import { dropStage, preferred } from '../syntax/edits.ts';
import { isLabelledStage } from '../syntax/generated/ast.ts';
import { locationOf } from '../syntax/source.ts';
import { locate } from '../syntax/spot.ts';
import { defineLint } from './lint.ts';
import { giverOf, layerSites } from './sites.ts';

/** Activations that change nothing where they have been before. */
const IDEMPOTENT: ReadonlySet<string> = new Set(['relu', 'relu6', 'hardtanh']);

export const repeatedActivation = defineLint({
  code: 'repeated-activation',
  level: 'warning',
  says: 'An activation follows the same activation.',
  wrong: 'block ConvBN(c) { conv(c, 3x3, bias=false) -> bn -> relu }\nblock A on 64x28x28 { ConvBN(64) -> relu }',
  right: 'block ConvBN(c) { conv(c, 3x3, bias=false) -> bn -> relu }\nblock A on 64x28x28 { ConvBN(64) }',
  about:
    'The first is often the end of a block that is called. A second `relu`, `relu6` or `hardtanh` changes nothing; any other activation is applied twice. Only a stage that follows the same activation in every use of its block is reported.',
  *check(file) {
    for (const { at, made } of layerSites(file)) {
      const kind = at.callee;
      if (layers.get(kind)?.role !== 'activation') continue;
      const givers = made.map(({ instance, item }) => giverOf(instance, item.inputs[0] ?? 0));
      const [first] = givers;
      if (!first || !givers.every((g) => g?.kind === kind)) continue;
      const twice = IDEMPOTENT.has(kind);
      const stage = isLabelledStage(at.$container) ? at.$container : undefined;
      yield {
        message: `\`${kind}\` follows \`${kind}\`${twice ? ', so it changes nothing' : ''}: leave one out.`,
        location: locationOf(at),
        related: [{ message: `The first \`${kind}\` is here.`, location: locate(first.source, file.elaboration.grounds) }],
        fixes: twice && stage && stage.label === undefined ? [preferred(`Remove this ${kind}`, [dropStage(stage)])] : [],
        ...(twice ? { unused: true } : {}),
      };
    }
  },
});
