/** Texts that together have every form of the language. */
import type { Declaration, Expression, Stage, Statement } from '../../src/language/syntax/generated/ast.ts';

/** A text for each form that a declaration, statement, stage or expression can have: a new one wants a text here, and all that is tried with it. */
export const FORMS = {
  Block:
    'block A(a=1, b=2) on 3x8x8 versus B(1) {\n  relu\n}\nblock B(c) {\n  relu\n}\nblock C(a=1) takes x, g on 3x8x8, 3x8x8 {\n  add { | x | g }\n}',
  Network:
    'network N(a=1) on 3x8x8 {\n  relu\n}\nnetwork P takes x, g on 3x8x8, 3x8x8 {\n  add { | x | g }\n}\nnetwork M = N(a=2) on 3x4x4',
  Let: 'let a = 1\nblock A on 3x8x8 {\n  let b = a\n  conv(b, 1x1)\n}',
  Fn: 'fn f(x, y=2) = x + y',
  Output: 'block A on 3x8x8 {\n  output o = relu\n  output main\n  o -> bn\n}',
  Named: 'block A on 3x8x8 {\n  x = relu\n  x -> bn\n}',
  Shared: 'block A on 3x8x8 {\n  shared head = conv(3, 3x3)\n  head -> head\n}',
  Pipeline: 'block A on 3x8x8 {\n  relu -> a: bn -> relu\n}',
  Expect: 'block A on 3x8x8 {\n  expect 3x8x8\n  expect params <= 7e6\n}',
  For: 'block A on 3x8x8 {\n  for x in [1, 2] { conv(x, 1x1) }\n  for [i, [x, y]] in enumerate([[1, 2]]) {\n    conv(x + i * y, 1x1)\n  }\n}',
  If: 'block A on 3x8x8 {\n  if in.c == 3 { relu } else if in.c > 3 { bn } else { identity }\n}',
  Invocation:
    'block B(c) {\n  x: relu\n  let ys = [x, here]\n}\nblock A on 3x8x8 {\n  relu -> conv(3->8, 3x3, stride=2) -> conv(8, kernel=1x1)\n  concat { | relu | bn }\n  let xs = [here, here]\n  xs[0] -> relu\n  b: B(1)\n  b.x -> relu\n  b.ys[-1] -> relu\n  add {\n    | relu\n      bn\n    | mul { | relu | identity }\n  }\n  concat {\n    let c = 2\n    | relu\n    for d in [1, c] {\n      | conv(c, 3x3, dilation=d)\n        relu\n    }\n    if c > 1 { | bn } else { | relu | bn }\n    | gelu\n  }\n}',
  Repeat: 'block A on 3x8x8 {\n  repeat 2 { relu }\n  repeat 2 as i { conv(i + 1, 1x1) }\n}',
  Binary: 'let a = 1 + 2*3 - 4 // 5 % 6 / 7',
  Compare: 'let a = 1 <= 2\nlet b = 1 < 2 <= 3 and 2 in [1, 2] and 3 not in [4]',
  BoolLiteral: 'let a = true',
  Conditional: 'let a = if 1 > 2 then 3 else 4',
  FloatLiteral: 'let a = 1e-5',
  Group: 'let a = (1 + 2) * 3',
  Here: 'block A on 3x8x8 {\n  conv(here.c, 1x1)\n}',
  In: 'block A on 3x8x8 {\n  conv(in.c - 1, 1x1)\n}',
  Index: 'let a = [1, 2][-1]\nlet b = [1, 2, 3][1:] + [1][:1] + [1, 2][0:1]',
  IntLiteral: 'let a = 1',
  ListLiteral: 'let a = [1, [2, 3]]\nlet d = [4, 5]\nlet b = [x*y for [x, y] in zip(d, d) if x > 1]\nlet c = [x for x in a]',
  Logic: 'let a = 1 < 2 and 2 < 3 or 4 == 5',
  Member: 'block A on 3x8x8 {\n  x: relu\n  conv(x.c, 1x1)\n}',
  Power: 'let a = -2**-3',
  Reference: 'let a = 1\nlet b = max(a, -a)',
  SizeLiteral: 'let a = 3x8x8',
  StringLiteral: 'block A on 3x8x8 {\n  upsample(mode="nearest")\n}',
  Unary: 'let a = -1\nlet b = not a',
} as const satisfies Readonly<Record<(Declaration | Statement | Stage | Expression)['$type'], string>>;
