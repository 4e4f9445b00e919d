/** The keys of torchvision's GoogLeNet and Inception v3, whose modules all have names. */
import type { Cursor } from './cursor.ts';

/** A convolution with its batch norm. */
const unit = (c: Cursor, key: string): void => {
  c.pair(`${key}.conv`, `${key}.bn`);
};

export function googlenet(c: Cursor): void {
  for (const n of [1, 2, 3]) unit(c, `conv${n}`);
  let aux = 1;
  for (const module of ['3a', '3b', '4a', '4b', '4c', '4d', '4e', '5a', '5b']) {
    for (const branch of ['branch1', 'branch2.0', 'branch2.1', 'branch3.0', 'branch3.1', 'branch4.1'])
      unit(c, `inception${module}.${branch}`);
    // A head for training.
    if (!c.are('conv', 'bn', 'linear', 'linear')) continue;
    unit(c, `aux${aux}.conv`);
    for (const n of [1, 2]) c.take('linear', `aux${aux}.fc${n}`);
    aux++;
  }
  c.take('linear', 'fc');
}

const numbered = (name: string, ...parts: readonly (number | string)[]): readonly string[] => parts.map((n) => `${name}_${n}`);
const A = ['branch1x1', ...numbered('branch5x5', 1, 2), ...numbered('branch3x3dbl', 1, 2, 3), 'branch_pool'];
const B = ['branch3x3', ...numbered('branch3x3dbl', 1, 2, 3)];
const C = ['branch1x1', ...numbered('branch7x7', 1, 2, 3), ...numbered('branch7x7dbl', 1, 2, 3, 4, 5), 'branch_pool'];
const D = [...numbered('branch3x3', 1, 2), ...numbered('branch7x7x3', 1, 2, 3, 4)];
const E = ['branch1x1', ...numbered('branch3x3', 1, '2a', '2b'), ...numbered('branch3x3dbl', 1, 2, '3a', '3b'), 'branch_pool'];

export function inceptionV3(c: Cursor): void {
  for (const n of ['1a_3x3', '2a_3x3', '2b_3x3', '3b_1x1', '4a_3x3']) unit(c, `Conv2d_${n}`);
  const module = (name: string, parts: readonly string[]): void => {
    for (const p of parts) unit(c, `Mixed_${name}.${p}`);
  };
  for (const n of ['5b', '5c', '5d']) module(n, A);
  module('6a', B);
  for (const n of ['6b', '6c', '6d', '6e']) module(n, C);
  if (c.are('conv', 'bn', 'conv', 'bn', 'linear')) {
    for (const n of [0, 1]) unit(c, `AuxLogits.conv${n}`);
    c.take('linear', 'AuxLogits.fc');
  }
  module('7a', D);
  for (const n of ['7b', '7c']) module(n, E);
  c.take('linear', 'fc');
}
