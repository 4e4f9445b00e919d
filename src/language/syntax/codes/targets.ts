/** Codes of problems with what stands alone: its input, its variant, its recursion, and the limits of an analysis. */
import type { CodeInfo } from './code.ts';

export const targets = {
  'missing-input': {
    severity: 'error',
    says: 'A network has no input: it gives none, and neither does what it is made from.',
    wrong: 'block Body { conv(8, 3x3) }\nnetwork Net = Body()',
    right: 'block Body { conv(8, 3x3) }\nnetwork Net = Body() on 3x224x224',
  },
  'bad-input': {
    severity: 'error',
    says: 'What follows `on` is not a shape.',
    wrong: 'network Net on 3x224 { conv(8, 3x3) }',
    right: 'network Net on 3x224x224 { conv(8, 3x3) }',
  },
  'vector-input': {
    severity: 'warning',
    says: 'An input is written as a product, which is one number, so it is a vector.',
    wrong: 'network Net on 3*32*32 { linear(10) }',
    right: 'network Net on 3x32x32 { flatten -> linear(10) }',
  },
  'channels-last': {
    severity: 'warning',
    says: 'An input looks as though it were written height × width × channels, as in Keras.',
    wrong: 'network Net on 224x224x3 { conv(8, 3x3) }',
    right: 'network Net on 3x224x224 { conv(8, 3x3) }',
    about: 'Shapes are channels × height × width, as in PyTorch.',
  },
  'versus-itself': {
    severity: 'error',
    says: 'A block names itself as the variant to compare with.',
    wrong: 'block A on 64x8x8 versus A() { conv(64, 3x3) }',
    right: 'block A on 64x8x8 versus B() { conv(64, 3x3) }\nblock B { conv(64, 5x5) }',
  },
  'endless-recursion': {
    severity: 'error',
    says: 'Something is defined in terms of itself, and nothing changes from one round to the next.',
    wrong: 'block A on 8x8x8 { relu -> A }',
    right: 'block A(n=3) on 8x8x8 { relu -> if n > 1 { A(n - 1) } }',
    about: 'Blocks and functions may call themselves if an argument changes and an `if` ends it.',
  },
  'recursion-too-deep': {
    severity: 'error',
    says: 'Blocks or functions call each other deeper than `pointwise.limits.depth` allows.',
    wrong: 'block A(n=1) on 8x8x8 { relu -> A(n + 1) }',
    right: 'block A(n=1) on 8x8x8 { relu -> if n < 8 { A(n + 1) } }',
  },
  'too-many-nodes': {
    severity: 'error',
    says: 'A network would unfold to more layers than `pointwise.limits.nodes` allows.',
    wrong: 'block A on 8x8x8 { repeat 1e9 { relu } }',
    right: 'block A on 8x8x8 { repeat 9 { relu } }',
  },
  'limit-reached': {
    severity: 'error',
    says: 'Analysing a declaration takes more steps than are allowed.',
    wrong: 'fn twice(n) = if n == 0 then 1 else twice(n - 1) + twice(n - 1)\nlet a = twice(40)',
    right: 'fn twice(n) = if n == 0 then 1 else 2 * twice(n - 1)\nlet a = twice(40)',
  },
} as const satisfies Readonly<Record<string, CodeInfo>>;
