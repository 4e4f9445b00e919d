/** In the extension host, what a user does with a file: reads problems and mends them, renames, looks up, completes, exports. */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as vscode from 'vscode';
import type { PointwiseApi } from '../../src/extension/extension.ts';

const LIB = 'block Narrow(c) { conv(c, 1x1) -> relu }\n';
const MAIN = 'import Narrow from "./lib.cnn"\nblock B(width=16) on 64x8x8 {\n  Narrow(width)\n  conv(width->32, 3x3)\n}\n';

describe('editing', function () {
  this.timeout(60_000);
  let folder: string;
  let main: vscode.TextDocument;
  const uriOf = (name: string): vscode.Uri => vscode.Uri.file(join(folder, name));
  /** Waits until something is so; VS Code tells of little. */
  const until = async <T>(what: string, ask: () => T | undefined | Thenable<T | undefined>): Promise<T> => {
    const end = Date.now() + 30_000;
    for (;;) {
      const found = await ask();
      if (found !== undefined) return found;
      if (Date.now() > end) throw new Error(`waited in vain for this: ${what}`);
      await new Promise((go) => setTimeout(go, 50));
    }
  };
  const codes = (): string[] =>
    vscode.languages.getDiagnostics(main.uri).map((d) => String(typeof d.code === 'object' ? d.code.value : d.code));
  const says = (...expected: string[]): Promise<true> =>
    until(`the problems ${expected.join() || 'none'}, not ${codes().join()}`, () =>
      codes().join() === expected.join() ? true : undefined,
    );
  const replace = async (from: string, to: string): Promise<void> => {
    const at = main.getText().indexOf(from);
    assert.ok(at >= 0, from);
    const edit = new vscode.WorkspaceEdit();
    edit.replace(main.uri, new vscode.Range(main.positionAt(at), main.positionAt(at + from.length)), to);
    assert.ok(await vscode.workspace.applyEdit(edit));
  };
  const at = (text: string, by = 0): vscode.Position => main.positionAt(main.getText().indexOf(text) + by);

  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), 'pointwise-host-'));
    writeFileSync(join(folder, 'lib.cnn'), LIB);
    writeFileSync(join(folder, 'main.cnn'), MAIN);
    main = await vscode.workspace.openTextDocument(uriOf('main.cnn'));
    await vscode.window.showTextDocument(main);
    await until('that the file is analysed', async () => {
      const lenses = await vscode.commands.executeCommand<vscode.CodeLens[]>('vscode.executeCodeLensProvider', main.uri);
      return lenses.length > 0 ? true : undefined;
    });
  });
  afterEach(async () => {
    await vscode.commands.executeCommand('workbench.action.revertAndCloseActiveEditor');
    rmSync(folder, { recursive: true });
  });

  it('offers a quick fix for channels that do not agree, and the fix mends it', async () => {
    await replace('width->32', '48->32');
    await says('channel-mismatch');
    const range = new vscode.Range(at('48->32'), at('48->32', 2));
    const actions = await vscode.commands.executeCommand<vscode.CodeAction[]>(
      'vscode.executeCodeActionProvider',
      main.uri,
      range,
      'quickfix',
    );
    const fix = actions.find((a) => a.isPreferred);
    assert.match(fix?.title ?? '', /Write what arrives: 16->32/);
    assert.ok(fix?.edit && (await vscode.workspace.applyEdit(fix.edit)));
    assert.equal(main.getText(), MAIN.replace('width->32', '16->32'));
    await says();
  });

  it('renames a block in its file and in those that import it', async () => {
    const edit = await vscode.commands.executeCommand<vscode.WorkspaceEdit>(
      'vscode.executeDocumentRenameProvider',
      main.uri,
      at('Narrow(width)'),
      'Thin',
    );
    assert.deepEqual(
      edit
        .entries()
        .map(([u]) => u.path.split('/').at(-1))
        .sort(),
      ['lib.cnn', 'main.cnn'],
    );
    assert.ok(await vscode.workspace.applyEdit(edit));
    assert.equal(main.getText(), MAIN.replaceAll('Narrow', 'Thin'));
    await says();
    await vscode.commands.executeCommand('undo');
  });

  it('finds references and definitions across files', async () => {
    const found = await vscode.commands.executeCommand<vscode.Location[]>('vscode.executeReferenceProvider', main.uri, at('Narrow(width)'));
    assert.deepEqual(found.map((l) => l.uri.path.split('/').at(-1)).sort(), ['lib.cnn', 'main.cnn', 'main.cnn']);
    const [definition] = await vscode.commands.executeCommand<vscode.LocationLink[]>(
      'vscode.executeDefinitionProvider',
      main.uri,
      at('Narrow(width)'),
    );
    assert.equal(definition?.targetUri.path.split('/').at(-1), 'lib.cnn');
  });

  it('completes what may stand at a place, and hovers over what is there', async () => {
    await replace('conv(width->32, 3x3)', '');
    const list = await vscode.commands.executeCommand<vscode.CompletionList>(
      'vscode.executeCompletionItemProvider',
      main.uri,
      at('  \n}', 2),
    );
    const labels = list.items.map((i) => (typeof i.label === 'string' ? i.label : i.label.label));
    for (const label of ['conv', 'Narrow', 'concat', 'repeat']) assert.ok(labels.includes(label), label);
    const [hover] = await vscode.commands.executeCommand<vscode.Hover[]>('vscode.executeHoverProvider', main.uri, at('Narrow(width)'));
    const [content] = hover?.contents ?? [];
    assert.match(typeof content === 'object' ? content.value : String(content), /64×8×8 → 16×8×8/);
  });

  it('tells in an importing file what an edit of the other does, before it is saved', async () => {
    const lib = await vscode.workspace.openTextDocument(uriOf('lib.cnn'));
    const edit = new vscode.WorkspaceEdit();
    edit.replace(lib.uri, new vscode.Range(0, 0, 1, 0), LIB.replace('conv(c,', 'conv(2*c,'));
    assert.ok(await vscode.workspace.applyEdit(edit));
    await says('channel-mismatch');
  });

  it('shows shapes at the ends of lines, and what the reduction saves above the block', async () => {
    const whole = new vscode.Range(0, 0, main.lineCount, 0);
    const hints = await vscode.commands.executeCommand<vscode.InlayHint[]>('vscode.executeInlayHintProvider', main.uri, whole);
    assert.deepEqual(
      hints.map((h) => String(h.label).trim()),
      ['16×8×8 · 1,040 params', '32×8×8 · 4,640 params'],
    );
    const lenses = await vscode.commands.executeCommand<vscode.CodeLens[]>('vscode.executeCodeLensProvider', main.uri, 10);
    assert.ok(lenses.some((l) => l.command?.title === '5.63k vs naive 18.43k weights · 3.3× fewer'));
  });

  it('colours names by what they mean, in every theme', async () => {
    const legend = await vscode.commands.executeCommand<vscode.SemanticTokensLegend>(
      'vscode.provideDocumentSemanticTokensLegend',
      main.uri,
    );
    const { data } = await vscode.commands.executeCommand<vscode.SemanticTokens>('vscode.provideDocumentSemanticTokens', main.uri);
    const types = Array.from({ length: data.length / 5 }, (_, i) => legend.tokenTypes[data[5 * i + 3] ?? 0]);
    assert.deepEqual(types, ['block', 'block', 'parameter', 'size', 'block', 'parameter', 'layer', 'parameter', 'size']);
    const settings = vscode.workspace.getConfiguration('editor', { uri: main.uri, languageId: 'cnn' });
    assert.equal(settings.get('semanticHighlighting.enabled'), true);
    assert.ok(settings.get<{ readonly rules: object }>('semanticTokenColorCustomizations')?.rules);
  });

  it('tells the figures of the target at the cursor in the status bar, as the text stands', async () => {
    const api: PointwiseApi | undefined = await vscode.extensions.getExtension('pointwise.pointwise')?.activate();
    assert.ok(api);
    const says = (figures: string): Promise<true> =>
      until(`${figures} in the status bar`, () => (api.status()?.endsWith(figures) ? true : undefined));
    await says('B: 5.68k params · 360.4k MACs');
    await replace('width->32', 'width->64');
    await says('B: 10.32k params · 655.4k MACs');
    await replace('width->32'.replace('32', '64'), 'width->64, 3x3) }\nblock C on 8x8x8 { conv(8');
    await vscode.window.activeTextEditor?.edit(() => undefined);
    const editor = vscode.window.activeTextEditor;
    assert.ok(editor);
    editor.selection = new vscode.Selection(at('block C', 8), at('block C', 8));
    await says('C: 584 params · 36.86k MACs');
  });

  it('shows in the margin where the weights of the target are, or nothing', async () => {
    const api: PointwiseApi | undefined = await vscode.extensions.getExtension('pointwise.pointwise')?.activate();
    assert.ok(api);
    const heated = (lines: number): Promise<true> =>
      until(`${lines} lines with heat`, () => (api.heat().length === lines ? true : undefined));
    // The call of the other file's block, and the convolution: 1,024 and 4,608 weights.
    await heated(2);
    assert.deepEqual(
      api.heat().map((l) => Math.round(l.share * 5632)),
      [1024, 4608],
    );
    const settings = vscode.workspace.getConfiguration();
    await settings.update('pointwise.heat', 'off', vscode.ConfigurationTarget.Global);
    await heated(0);
    await settings.update('pointwise.heat', undefined, vscode.ConfigurationTarget.Global);
    await heated(2);
  });

  it('copies the target of a lens as PyTorch, and as what else is asked for', async () => {
    const lenses = await vscode.commands.executeCommand<vscode.CodeLens[]>('vscode.executeCodeLensProvider', main.uri, 9);
    const lens = lenses.find((l) => l.command?.title === 'Copy as PyTorch');
    assert.ok(lens?.command);
    const copied = async (by: () => Thenable<unknown>, sign: RegExp): Promise<void> => {
      await vscode.env.clipboard.writeText('');
      await by();
      await until(`${sign} on the clipboard`, async () => (sign.test(await vscode.env.clipboard.readText()) ? true : undefined));
    };
    const { command, arguments: given = [] } = lens.command;
    await copied(() => vscode.commands.executeCommand(command, ...given), /class B\(nn\.Module\):/);
    await copied(() => vscode.commands.executeCommand('pointwise.copyAs', main.uri, 'B', 'keras'), /def B\(x, width=16/);
  });

  it('opens the workbench on the target of a lens', async () => {
    const lenses = await vscode.commands.executeCommand<vscode.CodeLens[]>('vscode.executeCodeLensProvider', main.uri, 10);
    const lens = lenses.find((l) => l.command?.title === 'Diagram')?.command;
    assert.ok(lens);
    await vscode.commands.executeCommand(lens.command, ...(lens.arguments ?? []));
    const label = await until(
      'the workbench',
      () => vscode.window.tabGroups.all.flatMap((g) => g.tabs).find((t) => t.label.endsWith('· Pointwise'))?.label,
    );
    assert.equal(label, 'B · Pointwise');
  });
});
