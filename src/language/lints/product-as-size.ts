/** `product-as-size`: a size that is written as a product, `3*3`, which is the number 9 and so a window of 9×9. */
import { layerParam } from '../names/takers.ts';
import { possible, write } from '../syntax/edits.ts';
import { type Argument, isBinary, isIntLiteral } from '../syntax/generated/ast.ts';
import { locationOf } from '../syntax/source.ts';
import { defineLint } from './lint.ts';
import { layerSites } from './sites.ts';

export const productAsSize = defineLint({
  code: 'product-as-size',
  level: 'warning',
  says: 'A size is written as a product of two numbers.',
  wrong: 'block A on 3x32x32 { conv(8, 3*3, pad=1) }',
  right: 'block A on 3x32x32 { conv(8, 3x3, pad=1) }',
  about: '`3*3` is the number 9, and a number stands for as many rows as columns: a kernel of 9×9. A kernel of 3×3 is `3x3`, or `3`.',
  *check(file) {
    for (const { at } of layerSites(file))
      for (const argument of at.args) {
        const factors = factorsOf(argument);
        if (!factors || layerParam(at.callee, argument)?.spec.type !== 'size') continue;
        const [rows, columns] = factors;
        const [meant, n] = [`${rows}x${columns}`, rows * columns];
        yield {
          message: `\`${rows}*${columns}\` is ${n}, a size of ${n}×${n}: write \`${meant}\`, or \`${n}\` if that is meant.`,
          location: locationOf(argument.value),
          fixes: [meant, String(n)].map((text) => possible(`Write ${text}`, [write(locationOf(argument.value), text)])),
        };
      }
  },
});

/** Both sides of a product of two numbers; `2*k` is a calculation. */
function factorsOf({ value }: Argument): readonly [number, number] | undefined {
  if (!isBinary(value) || value.operator !== '*' || !isIntLiteral(value.left) || !isIntLiteral(value.right)) return undefined;
  return [Number(value.left.value), Number(value.right.value)];
}
