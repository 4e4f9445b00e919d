/** In the extension host: activation, the language and the commands. */
import assert from 'node:assert/strict';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as vscode from 'vscode';

const id = 'pointwise.pointwise';

describe('the extension', () => {
  it('is there and starts', async () => {
    const extension = vscode.extensions.getExtension(id);
    assert.ok(extension, 'the extension is not installed');
    await extension.activate();
    assert.ok(extension.isActive);
  });

  it('has its commands', async () => {
    const commands = await vscode.commands.getCommands(true);
    for (const command of ['pointwise.run', 'pointwise.showDiagram', 'pointwise.compare']) assert.ok(commands.includes(command), command);
  });

  it('opens a model of another program as .cnn, beside it', async () => {
    const model = join(mkdtempSync(join(tmpdir(), 'pointwise-host-')), 'yolo-tiny.yaml');
    writeFileSync(model, 'nc: 2\nbackbone:\n  - [-1, 1, Conv, [16, 3, 2]]\nhead:\n  - [-1, 1, Classify, [nc]]\n');
    await vscode.commands.executeCommand('pointwise.openAsCnn', vscode.Uri.file(model));
    const { document } = vscode.window.activeTextEditor ?? {};
    assert.equal(document?.uri.fsPath, model.replace('.yaml', '.cnn'));
    assert.match(document?.getText() ?? '', /network YOLOTiny\(classes=2\) on 3x224x224/);
    assert.equal(document?.languageId, 'cnn');
  });

  it('takes .cnn files for its language', async () => {
    const document = await vscode.workspace.openTextDocument({ language: 'cnn', content: 'block A on 3x8x8 { relu }' });
    assert.equal(document.languageId, 'cnn');
  });
});
