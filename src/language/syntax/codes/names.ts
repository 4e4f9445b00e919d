/** Codes of problems with names: what they mean, and what hides what. */
import type { CodeInfo } from './code.ts';

export const names = {
  'unknown-name': {
    severity: 'error',
    says: 'A name is unknown here, or names something that does not fit.',
    wrong: 'block A on 3x32x32 { cnov(16, 3x3) }',
    right: 'block A on 3x32x32 { conv(16, 3x3) }',
    about:
      'A stage takes layers and blocks; an expression takes numbers, lists and functions. A value can be used only below the line that names it. If another file of the folder declares the name, a quick fix imports it.',
  },
  'hides-builtin': {
    severity: 'warning',
    says: 'A block, label or value hides the built-in layer of the same name.',
    wrong: 'block A on 3x32x32 { relu: conv(16, 3x3) }',
    right: 'block A on 3x32x32 { act: conv(16, 3x3) }',
  },
  'bad-output': {
    severity: 'error',
    says: 'The main output is named twice, or where it is not known.',
    wrong: 'network Net on 3x32x32 { conv(8, 3x3) output main relu output main_too }',
    right: 'network Net on 3x32x32 { conv(8, 3x3) output main relu -> gap output pooled = identity }',
    about:
      '`output name` alone says that the main output is the flow as it stands there; what follows serves further outputs. `output name = …` gives one more output.',
  },
  'misnamed-output': {
    severity: 'warning',
    says: 'The main output is given the name of another value.',
    wrong: 'network Net on 3x32x32 { p3 = conv(8, 3x3) output half = p3 -> maxpool(2x2) relu output p3 }',
    right: 'network Net on 3x32x32 { p3 = conv(8, 3x3) output half = p3 -> maxpool(2x2) relu output p3 = p3 }',
    about:
      '`output name` names the flow as it stands there, whatever else has that name. A value becomes an output by `output name = value`.',
  },
  'duplicate-name': {
    severity: 'error',
    says: 'Two declarations of a file, or two inputs or outputs of a block, have the same name.',
    wrong: 'let width = 64\nlet width = 32',
    right: 'let width = 64\nlet narrow = 32',
  },
  'unknown-member': {
    severity: 'error',
    says: 'A value has no such member: shapes have `.c`, `.h` and `.w`, and other values have no members.',
    wrong: 'block A on 3x32x32 { conv(in.channels, 3x3) }',
    right: 'block A on 3x32x32 { conv(in.c, 3x3) }',
  },
  'no-shape-here': {
    severity: 'error',
    says: '`in` and `here` are used outside of a block or network.',
    wrong: 'let width = in.c',
    right: 'fn half(c) = c // 2\nblock A on 64x8x8 { conv(half(in.c), 1x1) }',
    about: 'Functions and constants of a file cannot see shapes. Pass the shape as an argument.',
  },
  'import-not-found': {
    severity: 'error',
    says: 'The file that an import names cannot be read.',
    wrong: 'import Nothing from "./absent.cnn"',
    about: 'The path is relative to the folder of the importing file.',
  },
  'import-cycle': {
    severity: 'error',
    says: 'Files import each other in a circle.',
    wrong: 'import C from "./circle.cnn"\nblock A on 3x4x4 { C }',
    about: 'Move what both need to a third file.',
  },
} as const satisfies Readonly<Record<string, CodeInfo>>;
