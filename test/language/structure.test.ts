/** What an editor does with the structure of a text: folds it, grows a selection over it, follows its imports and its calls. */
import assert from 'node:assert/strict';
import type { CallHierarchyItem, Range } from 'vscode-languageserver-types';
import { selectionRanges } from '../../src/language/editor/selection-ranges.ts';
import { analyse, cursor } from '../support/cnn.ts';

/** Where the first line is to which a comment `# fold` belongs, and the line to which it folds. */
async function folds(text: string): Promise<readonly string[]> {
  const { services, document } = await analyse(text);
  const found = await services.lsp.FoldingRangeProvider?.getFoldingRanges(document, { textDocument: { uri: '' } });
  return (found ?? [])
    .toSorted((a, b) => a.startLine - b.startLine || b.endLine - a.endLine)
    .map((f) => `${f.startLine}-${f.endLine}${f.kind === undefined ? '' : ` ${f.kind}`}`);
}

describe('folding', () => {
  it('folds bodies, branches and lists up to the line of what closes them', async () => {
    assert.deepEqual(
      await folds(`block A(
  a=1,
  b=2
) on 3x8x8 {
  concat {
    | conv(8, 3x3) # a bracket (
      relu
  } -> relu
  if a > 1 {
    relu
  } else {
    tanh
  }
  let t = "{"
}
let x = [
  1,
  2
]
`),
      ['0-2', '3-13', '4-6', '8-9', '10-11', '15-17'],
    );
  });
  it('folds comments, imports and regions', async () => {
    assert.deepEqual(
      await folds(
        '# One.\n# Two.\nimport A from "./a.cnn"\nimport B from "./b.cnn"\n\n# region The rest\nlet a = 1 # not alone\n# alone\n# endregion\n',
      ),
      ['0-1 comment', '2-3 imports', '5-8 region'],
    );
  });
  it('folds half-typed text', async () => {
    assert.deepEqual(await folds('block A on 3x8x8 {\n  conv(8, \n  relu\n}\nblock B on 3x8x8 {\n  relu ->\n  tanh\n}\n'), ['0-2', '4-6']);
    assert.deepEqual(await folds('block A {\n  relu\n'), []);
  });
});

describe('a selection', () => {
  /** What is selected at a cursor, step by step. */
  async function steps(marked: string): Promise<readonly string[]> {
    const { text, position } = cursor(marked);
    const { document } = await analyse(text);
    const found: string[] = [];
    for (let s = selectionRanges(document, [position])[0]; s; s = s.parent as typeof s) found.push(document.textDocument.getText(s.range));
    return found;
  }
  it('grows from a word over its argument, stage, pipeline and body to the declaration', async () => {
    const text = 'block A on 3x8x8 {\n  x: conv(8, 3x3, stride=$02) -> relu\n}\nlet a = 1';
    assert.deepEqual(await steps(text), [
      '2',
      'stride=2',
      'conv(8, 3x3, stride=2)',
      'x: conv(8, 3x3, stride=2)',
      'x: conv(8, 3x3, stride=2) -> relu',
      '{\n  x: conv(8, 3x3, stride=2) -> relu\n}',
      'block A on 3x8x8 {\n  x: conv(8, 3x3, stride=2) -> relu\n}',
      'block A on 3x8x8 {\n  x: conv(8, 3x3, stride=2) -> relu\n}\nlet a = 1',
    ]);
  });
  it('takes what stands between braces before them', async () => {
    const found = await steps('block A on 3x8x8 {\n  re$0lu\n  tanh\n}');
    assert.deepEqual(found, ['relu', 'relu\n  tanh', '{\n  relu\n  tanh\n}', 'block A on 3x8x8 {\n  relu\n  tanh\n}']);
    assert.deepEqual((await steps('block A on 3x8x8 { add { | re$0lu -> tanh | bn } }')).slice(0, 4), [
      'relu',
      'relu -> tanh',
      '| relu -> tanh',
      '| relu -> tanh | bn',
    ]);
  });
  it('is the text where there is nothing else', async () => {
    assert.deepEqual(await steps('$0'), ['']);
    assert.deepEqual(await steps('let a = 1\n\n$0\n'), ['let a = 1\n\n\n']);
  });
});

describe('links', () => {
  it('lead from the paths of imports to their files', async () => {
    const { services, document } = await analyse('import A from "./lib/a.cnn"\nimport B from ""\nimport C from\n');
    const links = await services.lsp.DocumentLinkProvider?.getDocumentLinks(document, { textDocument: { uri: '' } });
    assert.deepEqual(
      links?.map((l) => [document.textDocument.getText(l.range), l.target]),
      [['./lib/a.cnn', 'file:///test/lib/a.cnn']],
    );
  });
});

describe('the symbols of the workspace', () => {
  it('are the declarations of all files whose name the query fits', async () => {
    const { services } = await analyse('block Bottleneck { relu }\nlet wide = 2\nfn twice(n) = 2 * n', {
      'lib.cnn': 'network Bone on 3x8x8 { relu }',
    });
    const found = async (query: string): Promise<readonly string[]> =>
      ((await services.shared.lsp.WorkspaceSymbolProvider?.getSymbols({ query })) ?? [])
        .map((s) => `${s.name} in ${s.containerName}`)
        .sort();
    assert.deepEqual(await found(''), ['Bone in lib.cnn', 'Bottleneck in main.cnn', 'twice in main.cnn', 'wide in main.cnn']);
    assert.deepEqual(await found('bon'), ['Bone in lib.cnn', 'Bottleneck in main.cnn']);
    assert.deepEqual(await found('wi'), ['wide in main.cnn']);
  });
});

describe('the call hierarchy', () => {
  const LIB = 'block ConvBN(c) { conv(c, 1x1) -> bn }\n';
  const MAIN = `import ConvBN as Unit from "./lib.cnn"
fn twice(n) = 2 * n
block Stage(of, n=2) { repeat n { of(twice(8)) -> of(8) } }
network Net(unit=Unit) on 3x8x8 { Stage(unit) -> Unit(4) }
network Wide = Net(unit=Unit)
`;
  /** The calls to and from what stands at the cursor: `Net: Stage, Unit(4)`, each call by its text. */
  async function hierarchy(marked: string) {
    const { text, position } = cursor(marked);
    const { services, document } = await analyse(text, { 'lib.cnn': LIB });
    const provider = services.lsp.CallHierarchyProvider;
    const items = (await provider?.prepareCallHierarchy(document, { position, textDocument: { uri: document.uri.toString() } })) ?? [];
    const textIn = (item: CallHierarchyItem, ranges: readonly Range[]): string => {
      const of = item.uri.endsWith('lib.cnn') ? LIB : text;
      return ranges.map((r) => (of.split('\n')[r.start.line] ?? '').slice(r.start.character, r.end.character)).join();
    };
    const all = await Promise.all(
      items.map(async (item) => ({
        name: item.name,
        from: ((await provider?.incomingCalls({ item })) ?? []).map((c) => `${c.from.name}: ${textIn(c.from, c.fromRanges)}`),
        to: ((await provider?.outgoingCalls({ item })) ?? []).map((c) => `${c.to.name}: ${textIn(item, c.fromRanges)}`),
      })),
    );
    return all;
  }
  it('tells what calls a block, and what it calls, by whatever name', async () => {
    assert.deepEqual(await hierarchy(MAIN.replace('-> Unit(', '-> Un$0it(')), [
      { name: 'ConvBN', from: ['Stage: of,of', 'Net: Unit,Unit', 'Wide: Unit'], to: [] },
    ]);
    assert.deepEqual(await hierarchy(MAIN.replace('block Stage', 'block St$0age')), [
      { name: 'Stage', from: ['Net: Stage'], to: ['ConvBN: of,of', 'twice: twice'] },
    ]);
    assert.deepEqual(await hierarchy(MAIN.replace('network Net', 'network N$0et')), [
      { name: 'Net', from: ['Wide: Net'], to: ['ConvBN: Unit,Unit', 'Stage: Stage'] },
    ]);
    assert.deepEqual(await hierarchy(MAIN.replace('twice(8)', 'tw$0ice(8)')), [{ name: 'twice', from: ['Stage: twice'], to: [] }]);
  });
  it('has nothing of what is no declaration', async () => {
    assert.deepEqual(await hierarchy('block A on 3x8x8 { re$0lu }'), []);
    assert.deepEqual(await hierarchy('let a$0 = 1'), []);
    assert.deepEqual(await hierarchy('block A(c$0) { conv(c, 1x1) }'), []);
  });
});
