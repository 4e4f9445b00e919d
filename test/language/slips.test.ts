/**
 * Slips of syntax as people make them coming from elsewhere: each is one problem where it stands, says how it is written here, and `check --fix`
 * writes it, so that the text is sound. A comment beside it stays.
 */
import assert from 'node:assert/strict';
import { fixesOf, mended } from '../../src/language/analysis/fixes.ts';
import { analyse } from '../support/cnn.ts';

/** What is written, what is said of it, and what the fix makes of it; nothing where it cannot be known. */
const SLIPS: readonly (readonly [slip: string, says: RegExp, right?: string])[] = [
  // Operators
  ['block A on 3x8x8 { conv(2^3, 3x3) }', /A power is written `\*\*`/, 'block A on 3x8x8 { conv(2**3, 3x3) }'],
  ['block A(n=2) on 3x8x8 { if n > 1 && n < 3 { relu } }', /Write `and`/, 'block A(n=2) on 3x8x8 { if n > 1 and n < 3 { relu } }'],
  ['block A(n=2) on 3x8x8 { if n > 1 || n < 3 { relu } }', /Write `or`/, 'block A(n=2) on 3x8x8 { if n > 1 or n < 3 { relu } }'],
  ['block A(n=2) on 3x8x8 { if !(n > 1) { relu } }', /Write `not`/, 'block A(n=2) on 3x8x8 { if not (n > 1) { relu } }'],
  [
    'block A(n=1) on 3x8x8 { if n == 1 { relu } elif n == 2 { tanh } }',
    /Write `else if`/,
    'block A(n=1) on 3x8x8 { if n == 1 { relu } else if n == 2 { tanh } }',
  ],
  // Lists
  [
    'block A on 3x8x8 { for i in range(3)[::-1] { conv(2**i, 3x3) } }',
    /`range\(2, -1, -1\)`/,
    'block A on 3x8x8 { for i in range(2, -1, -1) { conv(2**i, 3x3) } }',
  ],
  ['block A(xs=[1, 2, 3]) on 3x8x8 { for c in xs[::2] { conv(c, 3x3) } }', /A slice has no step/],
  [
    'block A on 3x8x8 {\n  let xs = []\n  repeat 2 { conv(8, 3x3) xs.append(here) }\n  xs[1]\n}',
    /`let xs = xs \+ \[here\]`/,
    'block A on 3x8x8 {\n  let xs = []\n  repeat 2 { conv(8, 3x3) let xs = xs + [here] }\n  xs[1]\n}',
  ],
  [
    'block A on 3x8x8 {\n  let xs = []\n  repeat 2 { conv(8, 3x3) xs += [here] }\n  xs[1]\n}',
    /A list does not change/,
    'block A on 3x8x8 {\n  let xs = []\n  repeat 2 { conv(8, 3x3) let xs = xs + [here] }\n  xs[1]\n}',
  ],
  [
    'block A on 3x8x8 {\n  let xs = []\n  repeat 2 { conv(8, 3x3) xs = xs + [here] }\n  xs[1]\n}',
    /named by `let`/,
    'block A on 3x8x8 {\n  let xs = []\n  repeat 2 { conv(8, 3x3) let xs = xs + [here] }\n  xs[1]\n}',
  ],
  // Values and outputs
  ['block A on 3x8x8 { let x = conv(8, 3x3) -> relu }', /named without it/, 'block A on 3x8x8 { x = conv(8, 3x3) -> relu }'],
  ['block A on 3x8x8 { x := conv(8, 3x3) }', /named with `=`/, 'block A on 3x8x8 { x = conv(8, 3x3) }'],
  [
    'network A on 3x8x8 { x = conv(8, 3x3) output p: x }',
    /An output is named with `=`/,
    'network A on 3x8x8 { x = conv(8, 3x3) output p = x }',
  ],
  [
    'network A on 3x8x8 { x = conv(8, 3x3) y = relu output x, y }',
    /a statement of its own/,
    'network A on 3x8x8 { x = conv(8, 3x3) y = relu output x = x\n output y = y }',
  ],
  ['network A on 3x8x8 { x = conv(8, 3x3) y = relu return [x, y] }', /A body gives what its last line makes/],
  // Loops and bodies
  [
    'block A on 3x8x8 {\n  for c in [1, 2]: # twice\n    conv(c, 3x3)\n    relu\n  tanh\n}',
    /not behind a colon/,
    'block A on 3x8x8 {\n  for c in [1, 2] { # twice\n    conv(c, 3x3)\n    relu\n  }\n  tanh\n}',
  ],
  ['block A on 3x8x8 { for c of [1, 2] { conv(c, 3x3) } }', /Write `in`/, 'block A on 3x8x8 { for c in [1, 2] { conv(c, 3x3) } }'],
  ['block A on 3x8x8 { for i = 0 to 3 { conv(8, 3x3) } }', /A loop goes through a list/],
  ['block A on 3x8x8 { for (c in [1, 2]) { conv(c, 3x3) } }', /without brackets/, 'block A on 3x8x8 { for c in [1, 2] { conv(c, 3x3) } }'],
  [
    'block A(n=3) on 3x8x8 { repeat n i { conv(i + 1, 3x3) } }',
    /`repeat n as i`/,
    'block A(n=3) on 3x8x8 { repeat n as i { conv(i + 1, 3x3) } }',
  ],
  [
    'block A(n=3) on 3x8x8 { repeat n times { conv(8, 3x3) } }',
    /Write `repeat 3 \{ … \}`/,
    'block A(n=3) on 3x8x8 { repeat n { conv(8, 3x3) } }',
  ],
  // Declarations
  ['def A(c) { conv(c, 3x3) }\nnetwork B on 3x8x8 { A(8) }', /a `block`/, 'block A(c) { conv(c, 3x3) }\nnetwork B on 3x8x8 { A(8) }'],
  ['block A(c: int, k=3) { conv(c, k) }', /parameters have no types/, 'block A(c, k=3) { conv(c, k) }'],
  ['block A(c, k: 3) { conv(c, k) }', /A default is written `name=value`/, 'block A(c, k=3) { conv(c, k) }'],
  ['block A c { conv(c, 3x3) }', /Parameters stand in round brackets/, 'block A(c) { conv(c, 3x3) }'],
  ['block A(c=8) on 3x8x8 = { conv(c, 3x3) }', /without `=`/, 'block A(c=8) on 3x8x8 { conv(c, 3x3) }'],
  ['block A(c)(x, g) { x -> conv(c, 3x3) }', /behind `takes`/, 'block A(c) takes x, g { x -> conv(c, 3x3) }'],
  ['network A on (3, 8, 8) { relu }', /A shape is written `3x8x8`/, 'network A on 3x8x8 { relu }'],
  ['network A on 3 x 8 x 8 { relu }', /without spaces/, 'network A on 3x8x8 { relu }'],
  [
    'network A takes a, b on 3x8x8 3x8x8 { add { | a | b } }',
    /Commas stand between/,
    'network A takes a, b on 3x8x8, 3x8x8 { add { | a | b } }',
  ],
  [
    'network A takes [a, b] on 3x8x8, 3x8x8 { add { | a | b } }',
    /in no brackets/,
    'network A takes a, b on 3x8x8, 3x8x8 { add { | a | b } }',
  ],
  [
    'from "./lib.cnn" import B\nnetwork A on 3x8x8 { B }',
    /Write `import B from "\.\/lib\.cnn"`/,
    'import B from "./lib.cnn"\nnetwork A on 3x8x8 { B }',
  ],
  ['import { B } from "./lib.cnn"\nnetwork A on 3x8x8 { B }', /in no brackets/, 'import B from "./lib.cnn"\nnetwork A on 3x8x8 { B }'],
  ['import * from "./lib.cnn"\nnetwork A on 3x8x8 { B }', /names what it takes/],
  // Stages and branches
  [
    'block G(c=3) takes x, g { mul { | x | g } }\nblock A on 3x8x8 { x: relu y: tanh G(3)(x, y) }',
    /`G\(3\) \{ \| x \| y \}`/,
    'block G(c=3) takes x, g { mul { | x | g } }\nblock A on 3x8x8 { x: relu y: tanh G(3) { | x | y } }',
  ],
  ['block A on 3x8x8 { x: relu y: tanh concat { x, y } }', /begins with `\|`/, 'block A on 3x8x8 { x: relu y: tanh concat { | x | y } }'],
  ['block A on 3x8x8 { x: relu y: tanh concat { | x, y } }', /begins with `\|`/, 'block A on 3x8x8 { x: relu y: tanh concat { | x | y } }'],
  ['block A on 3x8x8 { conv(8, 3x3).relu }', /Join stages with `->`/, 'block A on 3x8x8 { conv(8, 3x3) -> relu }'],
  ['block A on 3x8x8 { conv(8, 3x3), relu }', /Join stages with `->`/, 'block A on 3x8x8 { conv(8, 3x3) -> relu }'],
  ['block A on 3x8x8 { conv(8, 3x3) - relu }', /Join stages with `->`/, 'block A on 3x8x8 { conv(8, 3x3) -> relu }'],
  ['block A on 3x8x8 { x: relu y = x.upsample(2) }', /joined with `->`/, 'block A on 3x8x8 { x: relu y = x -> upsample(2) }'],
  ['block A on 3x8x8 { nn.relu() }', /no prefix/, 'block A on 3x8x8 { relu() }'],
  // Brackets
  [
    'block A on 3x8x8 {\n  for c in [8, 16] { # twice\n    concat { | conv(c, 3x3) | identity }\n  relu\n}\n',
    /never closed/,
    'block A on 3x8x8 {\n  for c in [8, 16] { # twice\n    concat { | conv(c, 3x3) | identity }\n  }\n  relu\n}\n',
  ],
  [
    'block A on 3x8x8 {\n  repeat 2 {\n    concat { | relu | tanh } }\n    relu\n  }\n}',
    /ends more than it should/,
    'block A on 3x8x8 {\n  repeat 2 {\n    concat { | relu | tanh }\n    relu\n  }\n}',
  ],
  ['block A on 3x8x8 { relu } }', /closes nothing/, 'block A on 3x8x8 { relu }'],
  ['block A on 3x8x8 {\n  conv(8, 3x3 # half\n  relu\n}', /`\)` is missing/, 'block A on 3x8x8 {\n  conv(8, 3x3) # half\n  relu\n}'],
  ['block A on 3x8x8 { conv(8, 3x3)) -> relu }', /closes nothing/, 'block A on 3x8x8 { conv(8, 3x3) -> relu }'],
];

describe('slips of syntax', () => {
  for (const [slip, says, right] of SLIPS)
    it(slip.replaceAll('\n', ' '), async () => {
      const { problems, document, services } = await analyse(slip, { 'lib.cnn': 'block B { relu }' });
      const [first, ...more] = problems;
      assert.ok(first && more.length === 0, problems.map((p) => p.message).join('\n'));
      assert.match(first.message, says);
      const [fix] = await fixesOf(first, document, services);
      const text = fix && mended([{ problem: first, fix }], document);
      assert.equal(text, right);
      if (text === undefined) return;
      const after = await analyse(text, { 'lib.cnn': 'block B { relu }' });
      assert.deepEqual(
        after.problems.filter((p) => p.severity === 'error').map((p) => p.message),
        [],
      );
    });
});
