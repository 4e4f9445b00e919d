/** In the extension host: activation, the language and the commands. */
import assert from 'node:assert/strict';
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

  it('takes .cnn files for its language', async () => {
    const document = await vscode.workspace.openTextDocument({ language: 'cnn', content: 'block A on 3x8x8 { relu }' });
    assert.equal(document.languageId, 'cnn');
  });
});
