/** Names in the editor: where else one stands, and what a rename changes, in one file and across imports. */
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { ResponseError } from 'vscode-languageserver';
import { type DocumentHighlight, DocumentHighlightKind, type TextEdit, type WorkspaceEdit } from 'vscode-languageserver-types';
import { Meanings } from '../../src/language/names/means.ts';
import { locationOfPlace, placesIn } from '../../src/language/names/places.ts';
import { type Analysed, analyse, cursor } from '../support/cnn.ts';

type Files = Readonly<Record<string, string>>;

/** The text with edits made. */
function edited(text: string, edits: readonly TextEdit[] = []): string {
  const lines = text.split('\n');
  const offset = ({ line, character }: { line: number; character: number }): number =>
    lines.slice(0, line).reduce((n, l) => n + l.length + 1, character);
  return [...edits]
    .sort((a, b) => offset(b.range.start) - offset(a.range.start))
    .reduce((t, e) => t.slice(0, offset(e.range.start)) + e.newText + t.slice(offset(e.range.end)), text);
}

/** All files after an edit. */
const afterwards = (files: Files, { changes = {} }: WorkspaceEdit): Files =>
  Object.fromEntries(Object.entries(files).map(([file, text]) => [file, edited(text, changes[`file:///test/${file}`])]));

/** The file with the cursor `$0` as it is opened, and where the cursor stands. */
async function opened(marked: Files) {
  const [file, text] = Object.entries(marked).find(([, t]) => t.includes('$0')) ?? ['', ''];
  const at = cursor(text);
  const files: Files = { ...marked, [file]: at.text };
  const { services, document } = await analyse(at.text, Object.fromEntries(Object.entries(files).filter(([f]) => f !== file)), file);
  return { files, services, document, params: { position: at.position, textDocument: { uri: document.uri.toString() } } };
}

/** All files after what stands at `$0` was renamed. */
async function renamed(marked: Files, newName: string): Promise<Files> {
  const { files, services, document, params } = await opened(marked);
  assert.ok(await services.lsp.RenameProvider?.prepareRename(document, params));
  return afterwards(files, (await services.lsp.RenameProvider?.rename(document, { ...params, newName })) ?? {});
}
const renamedIn = async (marked: string, newName: string): Promise<string> =>
  (await renamed({ 'main.cnn': marked }, newName))['main.cnn'] ?? '';

/** Why a rename is refused, as the editor shows it. */
async function refused(marked: string | Files, newName: string): Promise<string> {
  const { services, document, params } = await opened(typeof marked === 'string' ? { 'main.cnn': marked } : marked);
  try {
    await services.lsp.RenameProvider?.rename(document, { ...params, newName });
  } catch (e) {
    assert.ok(e instanceof ResponseError, String(e));
    return e.message;
  }
  return assert.fail(`renamed to ${newName}`);
}

/** `file:line` of every reference. */
async function references(marked: Files, includeDeclaration = true): Promise<readonly string[]> {
  const { services, document, params } = await opened(marked);
  const found = await services.lsp.ReferencesProvider?.findReferences(document, { ...params, context: { includeDeclaration } });
  return (found ?? []).map((l) => `${l.uri.slice(l.uri.lastIndexOf('/') + 1)}:${l.range.start.line + 1}`).sort();
}

describe('rename in a file', () => {
  it('takes a parameter through nested branches, and to the argument names of calls', async () => {
    const before = `
      block Unit(width, stride=1) {
        add {
          | conv(width, 1x1) -> concat { | conv(wi$0dth // 2, 3x3) | if width > 8 { conv(width // 2, 5x5) } else { dwconv(3x3) } }
          | repeat 2 { conv(width, 3x3, stride=stride) }
        }
      }
      block Other(width=4) on 8x8x8 { conv(width, 1x1) -> Unit(width=width) -> Unit(16) }
      network Net on 8x8x8 { Unit(width=8) -> Other(width=8) }`;
    assert.equal(
      await renamedIn(before, 'channels'),
      `
      block Unit(channels, stride=1) {
        add {
          | conv(channels, 1x1) -> concat { | conv(channels // 2, 3x3) | if channels > 8 { conv(channels // 2, 5x5) } else { dwconv(3x3) } }
          | repeat 2 { conv(channels, 3x3, stride=stride) }
        }
      }
      block Other(width=4) on 8x8x8 { conv(width, 1x1) -> Unit(channels=width) -> Unit(16) }
      network Net on 8x8x8 { Unit(channels=8) -> Other(width=8) }`,
    );
  });

  it('tells a loop variable from the parameter that it shadows', async () => {
    const text = (parameter: string, variable: string): string => `
      block B(${parameter}=4) on 8x8x8 {
        conv(${parameter}, 1x1)
        repeat ${parameter} as ${variable} { conv(8 + ${variable}, 1x1) }
        for ${variable} in [${parameter}, 2] { conv(${variable}, 1x1) }
        conv(${parameter}, 1x1)
      }`;
    assert.equal(await renamedIn(text('n', 'n').replace('B(n', 'B($0n'), 'count'), text('count', 'n'));
    assert.equal(
      await renamedIn('block B(n=4) on 8x8x8 { for $0n in [n, 2] { conv(n, 1x1) } conv(n, 1x1) }', 'width'),
      'block B(n=4) on 8x8x8 { for width in [n, 2] { conv(width, 1x1) } conv(n, 1x1) }',
    );
    assert.equal(
      await renamedIn('block B on 8x8x8 { for [i, n] in enumerate([1, 2]) { repeat $0n as i { conv(8 + i, 1x1) } } }', 'times'),
      'block B on 8x8x8 { for [i, times] in enumerate([1, 2]) { repeat times as i { conv(8 + i, 1x1) } } }',
    );
  });

  it('takes a label to where its value starts a pipeline, and to its shape', async () => {
    const text = (label: string): string => `
      block B on 8x8x8 {
        ${label}: conv(16, 3x3) -> relu -> conv(${label}.c, 1x1)
        concat { | ${label} -> relu | conv(8, 1x1) }
        ${label}
      }
      block C on 8x8x8 { stem: relu -> conv(stem.c, 1x1) }`;
    assert.equal(await renamedIn(text('stem').replace('| stem', '| st$0em'), 'trunk'), text('trunk'));
    assert.equal(await renamedIn(text('stem').replace('(stem.c, 1x1)\n        c', '(stem$0.c, 1x1)\n        c'), 'trunk'), text('trunk'));
  });

  it('tells a name that is given again from the first', async () => {
    assert.equal(
      await renamedIn('block B on 8x8x8 { x = conv(4, 1x1) x -> relu $0x = conv(2, 1x1) concat { | x | x -> relu } }', 'y'),
      'block B on 8x8x8 { x = conv(4, 1x1) x -> relu y = conv(2, 1x1) concat { | y | y -> relu } }',
    );
  });

  it('takes constants, functions and their parameters, and outputs', async () => {
    const text = (k: string, twice: string, x: string, aux: string): string => `
      let ${k} = 8
      fn ${twice}(${x}, y=${x}) = 2 * ${x} + y
      block B(n=${twice}(${x}=${k})) on 8x8x8 { let m = ${k} conv(${twice}(n, y=m), 1x1) output ${aux} = relu }`;
    const before = text('k', 'twice', 'x', 'aux');
    assert.equal(await renamedIn(before.replace('= k', '= k$0'), 'size8'), text('size8', 'twice', 'x', 'aux'));
    assert.equal(await renamedIn(before.replace('fn twice', 'fn twice$0'), 'double'), text('k', 'double', 'x', 'aux'));
    assert.equal(await renamedIn(before.replace('B(n=twice(x', 'B(n=twice(x$0'), 'arg'), text('k', 'twice', 'arg', 'aux'));
    assert.equal(await renamedIn(before.replace('output ', 'output $0'), 'head'), text('k', 'twice', 'x', 'head'));
  });

  it('leaves layers and figures alone that are called as a parameter is', async () => {
    assert.equal(
      await renamedIn('block B($0pad=1, depth=2) on 8x8x8 { pad(2) -> conv(8, 3x3, pad=pad) expect depth == 1 }', 'border'),
      'block B(border=1, depth=2) on 8x8x8 { pad(2) -> conv(8, 3x3, pad=border) expect depth == 1 }',
    );
    assert.equal(
      await renamedIn('block B(pad=1, $0depth=2) on 8x8x8 { repeat depth { pad(2) } expect depth == 2 }', 'times'),
      'block B(pad=1, times=2) on 8x8x8 { repeat times { pad(2) } expect depth == 2 }',
    );
    assert.equal(
      await renamedIn('block B($0relu=gelu) on 8x8x8 { relu } network N on 8x8x8 { B(relu=silu) -> relu }', 'act'),
      'block B(act=gelu) on 8x8x8 { act } network N on 8x8x8 { B(act=silu) -> relu }',
    );
  });

  it('takes a parameter to the calls of a layer that may be its block, and with it those of the others', async () => {
    const text = (s: string): string =>
      `
      block Small(c, ${s}=1) { conv(c, 3x3, stride=${s}) }
      block Large(c, ${s}=1) { conv(c, 5x5, stride=${s}) -> relu }
      network Net(unit=Small) on 8x8x8 { unit(8, ${s}=2) -> for u in [unit, Large] { u(8, ${s}=1) } }
      network Wide = Net(unit=Large)
      block Alone(stride=1) on 8x8x8 { conv(8, 1x1, stride=stride) }`;
    assert.equal(await renamedIn(text('stride').replace('Small(c, stride', 'Small(c, str$0ide'), 'step'), text('step'));
  });

  // `C` is the name of the parameter, which is of `A` alone.
  for (const [how, text] of [
    ['a loop over it', 'block B on 3x8x8 { for u in [A, relu] { u(C=3) } }'],
    ['a list that has a name', 'let us = [A]\nblock B on 3x8x8 { for u in us { u(C=3) } }'],
    ['an enumeration', 'block B on 3x8x8 { for [i, u] in enumerate([A]) { u(C=3 + i) } }'],
    ['two lists at once', 'block B on 3x8x8 { for [n, u] in zip([1], [A]) { u(C=n) } }'],
    ['a list of lists', 'block B on 3x8x8 { for [u, n] in [[A, 1]] { u(C=n) } }'],
    ['parts of parts', 'block B on 3x8x8 { for [i, [n, u]] in enumerate([[1, A]]) { u(C=n + i) } }'],
    ['either of two lists', 'block B on 3x8x8 { for u in (if in.c > 2 then [A] else [relu]) { u(C=3) } }'],
    ['either of two', 'let u = if 1 < 2 then A else relu\nblock B on 3x8x8 { u(C=3) }'],
    ['brackets', 'block B on 3x8x8 { let u = (A) u(C=3) }'],
    ['an element', 'block B on 3x8x8 { let u = [A][0] u(C=3) }'],
    ['arguments that are given before', 'block B(u=A(C=2)) on 3x8x8 { u(d=1) -> u(C=3) }'],
    ['an argument by position', 'block D(v) { v(C=2) }\nblock E(n, w) { D(w) }\nblock B on 3x8x8 { E(1, A) }'],
    ['an argument by name', 'block D(v) { v(C=2) }\nblock E(w=D, x=relu) { w(v=x) }\nblock B on 3x8x8 { E(x=A) }'],
    ['an argument of what is called by another name', 'block D(v) { v(C=2) }\nblock B(w=D) on 3x8x8 { let x = w x(A) }'],
    ['an argument behind one that is given before', 'block D(n, v) { v(C=n) }\nblock E(w) { w(A) }\nblock B on 3x8x8 { E(D(1)) }'],
    ['its own default', 'block B(u=A) on 3x8x8 { u(C=2) -> repeat 2 { u(C=3) } }'],
  ] as const)
    it(`takes a parameter to calls by way of ${how}`, async () => {
      const whole = (c: string): string => `block A(${c}=8, d=1) { conv(${c} * d, 1x1) }\n${text.replaceAll('C', c)}`;
      assert.equal(await renamedIn(whole('c').replace('A(c', 'A($0c'), 'wide'), whole('wide'));
    });

  it('leaves calls alone that are of others for sure', async () => {
    const rest = 'block O(c=8) { conv(c, 1x1) }\nblock B on 3x8x8 { for u in [O, relu] { u(c=3) } let v = O v(c=2) -> A }';
    assert.equal(await renamedIn(`block A($0c=8) { conv(c, 1x1) }\n${rest}`, 'wide'), `block A(wide=8) { conv(wide, 1x1) }\n${rest}`);
  });

  it('holds together what one name means for some values and another for others', async () => {
    const text = (n: string): string => `let ${n} = 2\nfn f(${n}) = ${n} + 1\nblock B(u=relu) on 8x8x8 { conv(f(u) + f(${n}), 1x1) -> u }`;
    assert.equal(await renamedIn(text('n').replace('let n', 'let $0n'), 'k'), text('k'));
  });

  it('does nothing where the name stays', async () =>
    assert.equal(await renamedIn('block $0B on 8x8x8 { relu }', 'B'), 'block B on 8x8x8 { relu }'));
});

describe('rename across files', () => {
  const files = (name: string, c: string): Files => ({
    'lib.cnn': `block ${name}(${c}=8) { conv(${c}, 3x3) }\nnetwork Own on 3x8x8 { ${name}(${c}=4) }`,
    'main.cnn': `import ${name}, Own from "./lib.cnn"\nnetwork Net on 3x8x8 { ${name}(${c}=16) -> ${name}(8) }\nblock V on 3x8x8 versus ${name}(${c}=2) { ${name} }`,
    'alias.cnn': `import ${name} as Block from "./lib.cnn"\nnetwork Net on 3x8x8 { Block(${c}=16) -> Block(8) }`,
    'apart.cnn': 'block Unit(c=8) on 3x8x8 { conv(c, 3x3) }\nnetwork Net on 3x8x8 { Unit(c=2) }',
  });

  it('takes an imported block to all who import it, from the declaration, the import or a use', async () => {
    for (const [file, part] of [
      ['lib.cnn', 'block Unit'],
      ['main.cnn', 'import Unit'],
      ['main.cnn', '-> Unit'],
      ['alias.cnn', 'import Unit'],
    ] as const) {
      const before = files('Unit', 'c');
      const marked = { ...before, [file]: before[file]?.replace(part, `${part}$0`) ?? '' };
      assert.deepEqual(await renamed(marked, 'Cell'), files('Cell', 'c'), `${part} in ${file}`);
    }
  });

  it('takes its parameters to all calls, also by another name', async () => {
    for (const [file, part] of [
      ['lib.cnn', 'Unit(c'],
      ['alias.cnn', 'Block(c'],
    ] as const) {
      const before = files('Unit', 'c');
      const marked = { ...before, [file]: before[file]?.replace(part, `${part}$0`) ?? '' };
      assert.deepEqual(await renamed(marked, 'channels'), files('Unit', 'channels'), `${part} in ${file}`);
    }
  });

  it('takes another name of an import only where it is known', async () => {
    const before = files('Unit', 'c');
    const after = { ...before, 'alias.cnn': before['alias.cnn']?.replaceAll('Block', 'Cell') };
    for (const part of ['as Block', '-> Block'])
      assert.deepEqual(await renamed({ ...before, 'alias.cnn': before['alias.cnn']?.replace(part, `${part}$0`) ?? '' }, 'Cell'), after);
  });

  it('refuses a name that an importing file has', async () => {
    const marked = { 'lib.cnn': 'block $0A on 3x8x8 { relu }', 'main.cnn': 'import A from "./lib.cnn"\n\nblock B on 3x8x8 { A }' };
    assert.match(await refused(marked, 'B'), /`B` already exists, in line 3 of main\.cnn/);
  });
});

describe('rename refuses', () => {
  it('what is built in, and says so', async () => {
    for (const [marked, why] of [
      ['block B on 8x8x8 { con$0v(8, 1x1) }', '`conv` is a built-in layer and cannot be renamed.'],
      ['block B on 8x8x8 { conv(8, 1x1, str$0ide=2) }', '`stride` is a parameter of the built-in layer `conv` and cannot be renamed.'],
      ['block B on 8x8x8 { conv(m$0ax(8, 2), 1x1) }', '`max` is a built-in function and cannot be renamed.'],
      ['block B on 8x8x8 { conv(8, 3x3, pad=sa$0me) }', '`same` is a built-in word and cannot be renamed.'],
      ['block B on 8x8x8 { expect par$0ams < 7 }', '`params` is a figure that `expect` knows and cannot be renamed.'],
      [
        'block B(pad) { p$0ad(2) -> conv(8, 3x3, pad=pad) }',
        '`pad` cannot be renamed: depending on the block’s arguments, it is also a built-in layer.',
      ],
      ['block B on 8x8x8 { nothing$0 }', '`nothing` is unknown here, so it cannot be renamed.'],
      ['block B on 8x8x8 { con$0cat { | relu | relu } }', '`concat` is a built-in layer and cannot be renamed.'],
    ] as const) {
      assert.equal(await refused(marked, 'other'), why);
      const { services, document, params } = await opened({ 'main.cnn': marked });
      await assert.rejects(async () => services.lsp.RenameProvider?.prepareRename(document, params), { message: why });
    }
  });

  it('what is no name', async () => {
    for (const bad of ['', '3x3', '2a', 'a b', 'größe', 'a-b'])
      assert.match(await refused('block $0B on 8x8x8 { relu }', bad), /is not a name/);
    for (const word of ['in', 'block', 'true', 'not', 'as'])
      assert.match(await refused('block $0B on 8x8x8 { relu }', word), /is a reserved word/);
  });

  it('a name that would hide a layer, or mean two things', async () => {
    for (const [marked, to, why] of [
      ['block $0B on 8x8x8 { relu }', 'relu', /`relu` is a built-in layer, which would be hidden/],
      ['block B on 8x8x8 { st$0em: relu }', 'conv', /`conv` is a built-in layer/],
      ['block $0B on 8x8x8 { relu } block C on 8x8x8 { relu }', 'C', /`C` already exists, in line 1/],
      ['block B($0a=1, b=2) on 8x8x8 { conv(a, 1x1) }', 'b', /`b` already exists/],
      ['block B on 8x8x8 { a: relu b$0: relu }', 'a', /`a` already exists/],
      ['block B(n$0=8) on 8x8x8 { a: conv(n, 1x1) }', 'a', /`a` already exists/],
    ] as const)
      assert.match(await refused(marked, to), why);
  });

  it('a name that something nearer, or farther, has where it is used', async () => {
    for (const [marked, to, line] of [
      ['block B($0n=8) on 8x8x8 {\nrepeat 2 as i { conv(n + i, 1x1) } }', 'i', 2],
      ['let k = 3\nblock B($0n=8) on 8x8x8 {\nconv(n * k, 1x1) }', 'k', 3],
      ['block A on 8x8x8 { relu }\nblock B($0act=relu) on 8x8x8 {\nact -> A }', 'A', 3],
      ['block B($0act=gelu) on 8x8x8 {\nact\nrelu }', 'relu', 3],
      ['block B($0n=2) on 8x8x8 {\nrepeat n { relu }\nexpect n == 2 }', 'layers', 3],
      ['fn $0f(x) = x\nblock B on 8x8x8 {\nconv(f(8) + max(1, 2), 1x1) }', 'max', 3],
    ] as const)
      assert.match(await refused(marked, to), new RegExp(`would mean something else in line ${line} `));
  });

  it('nothing more: a name that is passed over changes no meaning', async () => {
    assert.equal(
      await renamedIn('block B($0p=1) on 8x8x8 { pad(2) -> conv(8, 3x3, pad=p) }', 'pad'),
      'block B(pad=1) on 8x8x8 { pad(2) -> conv(8, 3x3, pad=pad) }',
    );
  });

  it('while a use could be missed', async () =>
    assert.match(await refused('block $0B on 8x8x8 { relu', 'C'), /main\.cnn has a syntax error/));
});

describe('references', () => {
  const files: Files = {
    'lib.cnn': 'block Unit(c=8) {\n  conv(c, 3x3)\n}\nnetwork Own on 3x8x8 { Unit(c=4) }',
    'main.cnn': 'import Unit from "./lib.cnn"\nnetwork Net on 3x8x8 { Unit(c=16) }',
    'alias.cnn': 'import Unit as Block from "./lib.cnn"\n\nnetwork Net on 3x8x8 { Block }',
  };
  const at = (file: string, part: string): Files => ({ ...files, [file]: files[file]?.replace(part, `${part}$0`) ?? '' });

  it('of a declaration are its uses in all files, by another name too', async () => {
    const all = ['alias.cnn:1', 'alias.cnn:1', 'alias.cnn:3', 'lib.cnn:1', 'lib.cnn:4', 'main.cnn:1', 'main.cnn:2'];
    assert.deepEqual(await references(at('lib.cnn', 'block Unit')), all);
    assert.deepEqual(await references(at('main.cnn', '{ Unit')), all);
    assert.deepEqual(
      await references(at('lib.cnn', 'block Unit'), false),
      all.filter((l) => l !== 'lib.cnn:1'),
    );
  });
  it('of another name are those in its file', async () =>
    assert.deepEqual(await references(at('alias.cnn', '{ Block')), ['alias.cnn:1', 'alias.cnn:3']));
  it('of a parameter are its uses and its arguments', async () =>
    assert.deepEqual(await references(at('lib.cnn', 'Unit(c')), ['lib.cnn:1', 'lib.cnn:2', 'lib.cnn:4', 'main.cnn:2']));
  it('of a layer are its uses', async () => assert.deepEqual(await references(at('lib.cnn', 'conv')), ['lib.cnn:2']));
});

describe('highlight', () => {
  it('marks where a name is given, and where it is used', async () => {
    const { services, document, params } = await opened({ 'main.cnn': 'block B(n=8) on 8x8x8 {\n  conv(n, 1x1)\n  conv($0n, 1x1)\n}' });
    const found: readonly DocumentHighlight[] =
      (await services.lsp.DocumentHighlightProvider?.getDocumentHighlight(document, params)) ?? [];
    assert.deepEqual(
      found.map((h) => [h.range.start.line, h.kind]),
      [
        [0, DocumentHighlightKind.Write],
        [1, DocumentHighlightKind.Read],
        [2, DocumentHighlightKind.Read],
      ],
    );
  });
});

describe('definition', () => {
  it('goes to the parameter that an argument fills, and past layers of its name', async () => {
    const line = async (marked: string): Promise<readonly number[] | undefined> => {
      const { services, document, params } = await opened({ 'main.cnn': marked });
      return (await services.lsp.DefinitionProvider?.getDefinition(document, params))?.map((l) => l.targetSelectionRange.start.line);
    };
    assert.deepEqual(await line('block A(\n c=8) { relu }\nblock B on 8x8x8 { A($0c=2) }'), [1]);
    assert.deepEqual(await line('block B(pad=1) on 8x8x8 { p$0ad(2) }'), []);
  });

  /** `file:line:character` of what the cursor leads to. */
  const places = async (marked: Files): Promise<readonly string[] | undefined> => {
    const { services, document, params } = await opened(marked);
    const found = await services.lsp.DefinitionProvider?.getDefinition(document, params);
    return found?.map(({ targetUri, targetSelectionRange: { start } }) =>
      [targetUri.slice(targetUri.lastIndexOf('/') + 1), start.line, start.character].join(':'),
    );
  };
  it('opens the file that an import names', async () => {
    const lib = '# A library.\nblock Unit(c=8) { conv(c, 3x3) }';
    for (const [main, wanted] of [
      ['import Unit from "./l$0ib.cnn"', ['lib.cnn:0:0']],
      ['import Unit as U from "./sub/$0other.cnn"', ['other.cnn:0:0']],
      ['import U$0nit from "./lib.cnn"', ['lib.cnn:1:6']],
      ['import Unit as U$0 from "./lib.cnn"', ['lib.cnn:1:6']],
      ['import Unit as U from "./lib.cnn"\nblock B on 3x8x8 { U$0 }', ['lib.cnn:1:6']],
      ['import Unit fr$0om', undefined],
      ['block B on 3x8x8 { relu $0-> bn }', undefined],
    ] as const)
      assert.deepEqual(await places({ 'main.cnn': main, 'lib.cnn': lib }), wanted, main);
  });
});

describe('every name of the examples', function () {
  this.timeout(120_000);
  const folder = new URL('../../examples/', import.meta.url);
  const files: Files = Object.fromEntries(
    readdirSync(folder)
      .filter((f) => f.endsWith('.cnn'))
      .map((f) => [f, readFileSync(new URL(f, folder), 'utf8')]),
  );
  const open = (all: Files, file: string): Promise<Analysed> =>
    analyse(all[file] ?? '', Object.fromEntries(Object.entries(all).filter(([f]) => f !== file)), file);
  /** Problems, parameters and cost of a file, which do not depend on what things are called. */
  const figures = ({ problems, analysis }: Analysed) => ({
    problems,
    targets: analysis.targets.map((t) => {
      const totals = analysis.target(t)?.facts.totals;
      return [totals?.params, totals?.macs];
    }),
  });
  const fresh = 'fresh_name';

  for (const file of Object.keys(files))
    it(`of ${file} can be another, and be restored`, async () => {
      const before = await open(files, file);
      const known = figures(before);
      assert.deepEqual(known.problems, []);
      const { shared } = before.services;
      const meanings = new Meanings(shared);
      const seen = new Map<string, WorkspaceEdit>();
      const rename = async ({ services, document }: Analysed, position: { line: number; character: number }, newName: string) =>
        (await services.lsp.RenameProvider?.rename(document, { position, newName, textDocument: { uri: document.uri.toString() } })) ?? {};
      for (const place of placesIn(before.document)) {
        const things = meanings.of(place);
        assert.ok(things.length > 0, `${place.name} means something`);
        if (things.some((t) => 'builtin' in t)) continue;
        const id = things.map((t) => t.id).join();
        const { start } = locationOfPlace(place).range;
        const edit = await rename(before, start, fresh);
        // Whichever of its places a name is renamed from, it is the same.
        const first = seen.get(id);
        if (first) {
          assert.deepEqual(edit, first, `${place.name} in line ${start.line + 1}`);
          continue;
        }
        seen.set(id, edit);
        const changed = afterwards(files, edit);
        const at = edit.changes?.[before.document.uri.toString()]?.find(
          (e) => e.range.start.line === start.line && e.range.start.character === start.character,
        );
        assert.ok(at, place.name);
        const after = await open(changed, file);
        assert.deepEqual(figures(after), known, place.name);
        const [moved] = [...placesIn(after.document)].filter((p) => p.name === fresh);
        assert.ok(moved);
        assert.deepEqual(afterwards(changed, await rename(after, locationOfPlace(moved).range.start, place.name)), files, place.name);
      }
      assert.ok(seen.size > 0);
    });
});
