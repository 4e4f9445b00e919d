/** Codes of problems with arguments, expressions, loops and expectations. */
import type { CodeInfo } from './code.ts';

export const values = {
  'missing-argument': {
    severity: 'error',
    says: 'A call leaves out an argument that has no default.',
    wrong: 'block A on 3x32x32 { conv(16) }',
    right: 'block A on 3x32x32 { conv(16, 3x3) }',
  },
  'unequal-weights': {
    severity: 'error',
    says: 'Uses of something shared would need different weights.',
    wrong: 'block A on 8x4x4 { shared head = conv(4, 3x3) head -> head }',
    right: 'block A on 8x4x4 { shared head = conv(8, 3x3) head -> head }',
    about:
      'All uses of what `shared` declares have one set of weights, so the same channels arrive in each; heights and widths may differ. Bring the branches to the same channels first, as a feature pyramid does with 1×1 convolutions.',
  },
  'missing-value': {
    severity: 'error',
    says: 'The name of a parameter is written where its value should be.',
    wrong: 'block A on 8x32x32 { maxpool(3x3, pad) }',
    right: 'block A on 8x32x32 { maxpool(3x3, pad=1) }',
  },
  'unknown-argument': {
    severity: 'error',
    says: 'A layer, block or function has no parameter of that name.',
    wrong: 'block A on 3x32x32 { conv(16, 3x3, strides=2) }',
    right: 'block A on 3x32x32 { conv(16, 3x3, stride=2) }',
    about: 'An activation is a stage of its own, not an argument: `conv(16, 3x3) -> relu`.',
  },
  'too-many-arguments': {
    severity: 'error',
    says: 'A call gives more arguments by position than there are parameters.',
    wrong: 'block A on 3x32x32 { relu(1) }',
    right: 'block A on 3x32x32 { relu }',
  },
  'duplicate-argument': {
    severity: 'error',
    says: 'An argument is given twice in one call: by position and by name, or by name twice.',
    wrong: 'block A on 3x32x32 { conv(16, 3x3, channels=8) }',
    right: 'block A on 3x32x32 { conv(16, 3x3) }',
  },
  'bad-argument': {
    severity: 'error',
    says: 'The value of an argument is of the wrong kind, or out of range.',
    wrong: 'block A(w=0.75) on 3x32x32 { conv(33*w, 3x3) }',
    right: 'block A(w=0.75) on 3x32x32 { conv(round(33*w), 3x3) }',
    about: '`/` is true division, so a size computed with it may not be whole: use `//`, `round`, `floor` or `ceil`.',
  },
  'bad-operands': {
    severity: 'error',
    says: 'An operator is given values that it does not work on, or its result would not be exact.',
    wrong: 'let a = 1 / 0',
    right: 'let a = 1 / 2',
  },
  'bad-index': {
    severity: 'error',
    says: 'Something that is not a list is indexed, or a list is indexed by something that is not a whole number.',
    wrong: 'let widths = 64\nlet first = widths[0]',
    right: 'let widths = [64]\nlet first = widths[0]',
  },
  'index-out-of-range': {
    severity: 'error',
    says: 'A list has no element at that index.',
    wrong: 'let widths = [64, 128]\nlet last = widths[2]',
    right: 'let widths = [64, 128]\nlet last = widths[-1]',
  },
  'number-too-large': {
    severity: 'error',
    says: 'A number is beyond 2^53, up to which whole numbers are exact.',
    wrong: 'let a = 99999999999999999999',
    right: 'let a = 9999999999',
  },
  'bad-branches': {
    severity: 'error',
    says: 'Branches are missing, or stand where none can be joined.',
    wrong: 'block A on 8x8x8 { x: relu y: bn concat(x, y) }',
    right: 'block A on 8x8x8 { x: relu y: bn concat { | x | y } }',
    about:
      'Layers that join several inputs take them as branches in braces, each of which begins with `|`; other layers take the flow. Among branches, `for`, `repeat` and `if` may give more: `concat { | relu for d in [2, 4] { | conv(8, 3x3, dilation=d) } }`. A body holds either statements or branches; only `let` may stand before branches.',
  },
  'bad-list': {
    severity: 'error',
    says: '`for` is given something that is not a list, or elements that do not match its variables.',
    wrong: 'block A on 3x32x32 { for i in 3 { conv(8, 3x3) } }',
    right: 'block A on 3x32x32 { for i in range(3) { conv(8, 3x3) } }',
  },
  'bad-count': {
    severity: 'error',
    says: '`repeat` is given something that is not a whole number.',
    wrong: 'block A on 3x32x32 { repeat 1.5 { conv(8, 3x3) } }',
    right: 'block A on 3x32x32 { repeat 2 { conv(8, 3x3) } }',
  },
  'expectation-broken': {
    severity: 'error',
    says: 'The shape that arrives is not the one that `expect` names, or its condition is false.',
    wrong: 'block A on 3x32x32 {\n  conv(16, 3x3, stride=2)\n  expect 16x32x32\n}',
    right: 'block A on 3x32x32 {\n  conv(16, 3x3, stride=2)\n  expect 16x16x16\n}',
    about: 'A quick fix writes what arrives. It is never applied automatically: when an expectation breaks, someone should look at it.',
  },
  'budget-exceeded': {
    severity: 'error',
    says: 'A budget on params, weights, MACs, memory, layers or depth is broken.',
    wrong: 'block A on 3x32x32 {\n  conv(16, 3x3)\n  expect params <= 400\n}',
    right: 'block A on 3x32x32 {\n  conv(16, 3x3)\n  expect params <= 448\n}',
    about: 'The figures are those of the enclosing block up to the `expect`. A quick fix raises the budget to what is used.',
  },
  'bad-expectation': {
    severity: 'error',
    says: '`expect` is given something that is neither a shape nor a condition.',
    wrong: 'block A on 3x32x32 { expect [3, 32, 32] }',
    right: 'block A on 3x32x32 { expect 3x32x32 }',
  },
} as const satisfies Readonly<Record<string, CodeInfo>>;
