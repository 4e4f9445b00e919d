/** Edits over the language server's own protocol: what an editor hears of each, in the file and in those that import it. */
import assert from 'node:assert/strict';
import { type ApplyWorkspaceEditParams, ApplyWorkspaceEditRequest } from 'vscode-languageserver/node';
import type { SelectionRange } from 'vscode-languageserver-types';
import {
  APPLY,
  type ApplyResult,
  COMPARISON,
  type ComparisonResult,
  EXPORT,
  EXPORTERS,
  type ExporterInfo,
  type ExportResult,
  SPACE,
  type SpaceResult,
  STATUS,
  type StatusResult,
  type Tried,
  VIEW,
  type ViewParams,
  type ViewResult,
} from '../../src/protocol/server.ts';
import { type Received, receive } from '../../src/view/receive.ts';
import { EditorClient } from '../support/editor.ts';

const LIB = 'block Narrow(c) { conv(c, 1x1) -> relu }\n';
const MAIN = 'import Narrow from "./lib.cnn"\nblock B on 64x8x8 {\n  Narrow(16)\n  conv(16->32, 3x3)\n}\n';
const BAD = LIB.replace('conv(c, 1x1)', 'conv(2*c, 1x1)');

describe('edits over the protocol', function () {
  this.timeout(60_000);
  let editor: EditorClient;
  beforeEach(async () => {
    editor = await EditorClient.on({ 'lib.cnn': LIB, 'main.cnn': MAIN });
    await editor.open('main.cnn', MAIN);
    await editor.says('main.cnn', []);
  });
  afterEach(() => editor.close());

  it('of an imported file is told in the file that imports it, and so is its undoing', async () => {
    await editor.open('lib.cnn', LIB);
    await editor.write('lib.cnn', BAD);
    await editor.says('main.cnn', ['channel-mismatch']);
    await editor.write('lib.cnn', LIB);
    await editor.says('main.cnn', []);
  });

  it('gives all lenses with their titles, of the text as it stands', async () => {
    // VS Code mixes up two lists where a title comes after the next list, and what is clicked then leads nowhere.
    assert.deepEqual(editor.initialized.capabilities.codeLensProvider, { resolveProvider: false });
    const title = '5.63k vs naive 18.43k weights · 3.3× fewer';
    assert.deepEqual(await editor.lenses('main.cnn'), ['▷ Run', 'Diagram', title, 'Copy as PyTorch']);
    await editor.write('main.cnn', MAIN.replace('16->32', '16->64'));
    assert.equal((await editor.lenses('main.cnn')).at(-2), '10.24k vs naive 36.86k weights · 3.6× fewer');
  });

  it('tells the figures of a target as the text stands, and grows selections', async () => {
    const [uri, target] = [editor.uri('main.cnn'), 'B'];
    const status = async (): Promise<string | undefined> =>
      ((await editor.connection.sendRequest(STATUS, { uri, target })) as StatusResult)?.text;
    assert.equal(await status(), '5.68k params · 360.4k MACs');
    await editor.write('main.cnn', MAIN.replace('16->32', '16->64'));
    assert.equal(await status(), '10.32k params · 655.4k MACs');
    assert.equal(await editor.connection.sendRequest(STATUS, { uri, target: 'Gone' }), null);
    const grown: SelectionRange[] = await editor.connection.sendRequest('textDocument/selectionRange', {
      textDocument: { uri },
      positions: [{ line: 2, character: 4 }],
    });
    assert.deepEqual(grown[0]?.range, { start: { line: 2, character: 2 }, end: { line: 2, character: 8 } });
  });

  it('knows the version of a text also where its words are those of before', async () => {
    // A file that another imports, and nobody has opened.
    const lib = LIB.replace('(c)', '(c=8) on 4x8x8');
    await editor.close();
    editor = await EditorClient.on({ 'lib.cnn': lib, 'main.cnn': MAIN });
    await editor.open('main.cnn', MAIN);
    await editor.says('main.cnn', []);
    const version = async (): Promise<number | undefined> => {
      const answer: ViewResult = await editor.connection.sendRequest(VIEW, {
        uri: editor.uri('lib.cnn'),
        target: 'Narrow',
      } satisfies ViewParams);
      return answer.status === 'ok' ? answer.sent.head.version : undefined;
    };
    const unopened = await version();
    await editor.open('lib.cnn', lib);
    const opened = await version();
    await editor.write('lib.cnn', lib);
    const again = await version();
    assert.deepEqual([unopened, opened, again], [0, 1, 2]);
  });

  it('sends of a view what changed', async () => {
    const uri = editor.uri('main.cnn');
    const ask = (have?: number): Promise<ViewResult> =>
      editor.connection.sendRequest(VIEW, { uri, target: 'B', ...(have === undefined ? {} : { have }) } satisfies ViewParams);
    const put = (r: ViewResult, had?: Received): Received => {
      const received = r.status === 'ok' ? receive(r.sent, had) : undefined;
      assert.ok(received, r.status);
      return received;
    };
    const first = put(await ask());
    assert.equal(first.view.graph.nodes.at(-1)?.source.range.start.line, 3);

    // A line above moves places and changes nothing else.
    await editor.write('main.cnn', `# A comment.\n${MAIN}`);
    const moved = await ask(first.id);
    assert.deepEqual(moved.status === 'ok' && [moved.sent.nodes.at, moved.sent.facts.at, moved.sent.since], [[], [], first.id]);
    const second = put(moved, first);
    assert.equal(second.view.graph.nodes.at(-1)?.source.range.start.line, 4);

    // A number changes the layers that it reaches.
    await editor.write('main.cnn', MAIN.replace('16->32', '16->64'));
    const changed = await ask(second.id);
    assert.deepEqual(changed.status === 'ok' && changed.sent.nodes.at.map(([i]) => i), [3]);
    const third = put(changed, second);
    assert.deepEqual(third.view, put(await ask()).view);
    assert.deepEqual(third.view.graph.nodes.at(-1)?.shape, [64, 8, 8]);
  });

  it('writes a target as each of the files that it offers, and refuses one with an error', async () => {
    const uri = editor.uri('main.cnn');
    const offered: readonly ExporterInfo[] = await editor.connection.sendRequest(EXPORTERS);
    assert.ok(offered.length >= 3);
    assert.deepEqual(
      offered.filter((e) => e.isCode).map((e) => e.title),
      ['PyTorch code', 'Keras code', 'Paddle code'],
    );
    for (const { name } of offered) {
      const result: ExportResult = await editor.connection.sendRequest(EXPORT, { uri, target: 'B', to: name, seed: 1 });
      assert.ok('base64' in result && result.base64.length > 20, name);
    }
    await editor.write('main.cnn', MAIN.replace('16->32', '17->32'));
    const refused: ExportResult = await editor.connection.sendRequest(EXPORT, { uri, target: 'B', to: 'onnx', seed: 1 });
    assert.deepEqual(refused, { refused: '`conv` has an error: correct it first.' });
  });

  it('keeps the last good view while the text is broken, and makes comparisons when asked', async () => {
    const uri = editor.uri('main.cnn');
    const params: ViewParams = { uri, target: undefined };
    await editor.connection.sendRequest(VIEW, params);
    await editor.write('main.cnn', MAIN.replace('16->32, 3x3)', '16->32, '));
    const stale: ViewResult = await editor.connection.sendRequest(VIEW, params);
    assert.equal(stale.status, 'stale');
    assert.equal(stale.status === 'stale' && stale.sent?.head.target, 'B');
    await editor.write('main.cnn', MAIN);
    await editor.connection.sendRequest(VIEW, params);
    const { comparison }: ComparisonResult = await editor.connection.sendRequest(COMPARISON, { uri, target: 'B' });
    assert.equal(comparison?.other.totals.weights, 18_432);
    const space: SpaceResult = await editor.connection.sendRequest(SPACE, { uri, target: 'B' });
    const told = space.points.map((p) => [p.kind, p.name, p.weights, p.graph?.nodes.length]);
    assert.deepEqual(told, [
      ['target', 'B', 5632, 4],
      ['naive', 'naive', 18_432, 2],
    ]);
    assert.ok(space.version > 0);
    const nowhere: SpaceResult = await editor.connection.sendRequest(SPACE, { uri: editor.uri('nowhere.cnn'), target: 'B' });
    assert.deepEqual(nowhere, { version: 0, points: [], unknown: [] });
  });

  it('shows a target with values that are tried, compares it so, and has the editor write them in one edit', async () => {
    const text = 'let n = 2\nblock Try(c=16) on 64x8x8 {\n  repeat n { conv(c, 1x1) -> conv(64, 3x3) }\n}\n';
    await editor.open('try.cnn', text);
    const [uri, target] = [editor.uri('try.cnn'), 'Try'];
    const view = (tried: Tried): Promise<ViewResult> =>
      editor.connection.sendRequest(VIEW, { uri, target, trying: { on: target, tried } } satisfies ViewParams);
    const shown = await view({ c: '32', 'let n': '1' });
    assert.ok(shown.status === 'ok');
    assert.deepEqual(
      [shown.sent.totals.weights, shown.sent.head.trying?.text.weights, shown.sent.head.knobs.map((k) => k.key)],
      [32 * 64 * 10, 2 * 16 * 64 * 10, ['c', 'on', 'let n']],
    );
    const { comparison }: ComparisonResult = await editor.connection.sendRequest(COMPARISON, {
      ...{ uri, target, tried: { c: '32', 'let n': '1' } },
      against: { kind: 'target', uri, name: target },
    });
    assert.deepEqual([comparison?.this.totals.weights, comparison?.other.totals.weights], [32 * 64 * 10, 2 * 16 * 64 * 10]);

    const edits: ApplyWorkspaceEditParams[] = [];
    editor.connection.onRequest(ApplyWorkspaceEditRequest.type, (params) => {
      edits.push(params);
      return { applied: edits.length === 1 };
    });
    const apply = (tried: Tried): Promise<ApplyResult> => editor.connection.sendRequest(APPLY, { uri, target, tried });
    assert.deepEqual(await apply({ c: '32', 'let n': '1' }), {});
    const at = (line: number, from: number, to: number) => ({ start: { line, character: from }, end: { line, character: to } });
    assert.deepEqual(edits[0]?.edit.documentChanges, [
      {
        textDocument: { uri, version: 1 },
        edits: [
          { range: at(1, 12, 14), newText: '32' },
          { range: at(0, 8, 9), newText: '1' },
        ],
      },
    ]);
    assert.match((await apply({ c: '8' })).refused ?? '', /did not take the change/);
    assert.match((await apply({ c: '0' })).refused ?? '', /must be at least 1/);
    assert.match((await apply({ c: '16' })).refused ?? '', /says so already/);
    assert.equal(edits.length, 2);
  });
});
