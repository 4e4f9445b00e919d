/** *Open as .cnn*: what is written where, what one is asked and told, and that it can be ended. A script stands for the command line. */
import assert from 'node:assert/strict';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { copyFile, stat } from 'node:fs/promises';
import { registerHooks } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

interface Uri {
  readonly path: string;
  readonly fsPath: string;
}
const file = (path: string): Uri => ({ path, fsPath: path });
const desk = { answers: [] as (string | undefined)[], asked: [] as string[], opened: [] as string[], cancel: false };
const ask = async (text: string): Promise<string | undefined> => {
  desk.asked.push(text);
  return desk.answers.shift();
};
const stub = {
  ProgressLocation: { Notification: 15 },
  Uri: { file, joinPath: ({ path }: Uri, ...parts: readonly string[]) => file(join(path, ...parts)) },
  window: {
    showInformationMessage: ask,
    showWarningMessage: ask,
    showErrorMessage: ask,
    showOpenDialog: async () => undefined,
    showTextDocument: async (d: string) => void desk.opened.push(d),
    withProgress: (_: unknown, work: (progress: unknown, token: unknown) => unknown) =>
      work(undefined, {
        get isCancellationRequested() {
          return desk.cancel;
        },
        onCancellationRequested: (listener: () => void) => {
          if (desk.cancel) setTimeout(listener, 50);
          return { dispose: () => undefined };
        },
      }),
  },
  workspace: {
    fs: {
      stat: ({ fsPath }: Uri) => stat(fsPath),
      copy: ({ fsPath }: Uri, to: Uri) => copyFile(fsPath, to.fsPath),
    },
    openTextDocument: async (o: Uri | { readonly content: string }) => ('content' in o ? o.content : o.fsPath),
  },
};

/** Writes as `import` does; refuses `bad` in whole, and never ends with `slow`. */
const SCRIPT = `
const fs = require('node:fs');
const [, model, , out, partial] = process.argv.slice(2);
if (model.includes('slow')) setInterval(() => undefined, 1000);
else if (model.includes('bad') && !partial) {
  console.error(model + ': .cnn cannot say all of this model:\\n  1× Cos\\n--partial writes the largest part that can be said.');
  process.exitCode = 1;
} else {
  fs.writeFileSync(out, 'network Net on 3x8x8 { relu }\\n');
  fs.writeFileSync('net.safetensors', 'weights');
  console.error('wrote net.cnn: Net, 12 params\\nwrote net.safetensors: 1 tensors\\nImages come with channels first.');
}`;

describe('opening a model as .cnn', () => {
  let folder: string;
  let cli: string;
  let openAsCnn: (cli: string, model: never) => Promise<void>;
  const open = async (name: string, ...answers: (string | undefined)[]): Promise<void> => {
    Object.assign(desk, { answers, asked: [], opened: [] });
    await openAsCnn(cli, file(join(folder, name)) as never);
  };
  before(async () => {
    Object.assign(globalThis, { vscodeStub: stub });
    const source = 'const v = globalThis.vscodeStub; export const { Uri, window, workspace, ProgressLocation } = v;';
    const hooks = registerHooks({
      resolve: (specifier, context, next) =>
        specifier === 'vscode'
          ? { url: `data:text/javascript,${encodeURIComponent(source)}`, shortCircuit: true }
          : next(specifier, context),
    });
    ({ openAsCnn } = (await import('../../src/extension/open-as-cnn.ts')) as never);
    hooks.deregister();
  });
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'pointwise-open-'));
    cli = join(folder, 'cli.cjs');
    writeFileSync(cli, SCRIPT);
    desk.cancel = false;
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  it('writes text and weights beside it, opens the text and says what was found', async () => {
    await open('v1.2.onnx');
    assert.deepEqual(desk.opened, [join(folder, 'v1.2.cnn')]);
    assert.equal(readFileSync(join(folder, 'v1.2.safetensors'), 'utf8'), 'weights');
    assert.deepEqual(desk.asked, ['Net, 12 params Images come with channels first.']);
  });

  it('asks before it replaces a text, and leaves it where one wants that', async () => {
    const text = join(folder, 'net.cnn');
    for (const [answer, opened, left] of [
      [undefined, [], 'mine'],
      ['Open Without a File', ['network Net on 3x8x8 { relu }\n'], 'mine'],
      ['Replace', [text], 'network Net on 3x8x8 { relu }\n'],
    ] as const) {
      writeFileSync(text, 'mine');
      await open('net.onnx', answer);
      assert.equal(desk.asked[0], 'net.cnn is there already.');
      assert.deepEqual([desk.opened, readFileSync(text, 'utf8')], [opened, left]);
    }
  });

  it('says why a model cannot be opened, and opens the part that can be', async () => {
    await open('bad.onnx');
    assert.deepEqual(desk.asked, ['Pointwise cannot open bad.onnx: .cnn cannot say all of this model:\n  1× Cos']);
    assert.deepEqual(desk.opened, []);
    await open('bad.onnx', 'Open the Part That Can Be Said');
    assert.deepEqual(desk.opened, [join(folder, 'bad.cnn')]);
  });

  it('opens the text without a file where it cannot write beside the model', async () => {
    mkdirSync(join(folder, 'net.safetensors'));
    await open('net.onnx');
    assert.match(desk.asked[0] ?? '', /^Pointwise cannot write beside net\.onnx: /);
    assert.deepEqual(desk.opened, ['network Net on 3x8x8 { relu }\n']);
  });

  it('is ended where one cancels it, and leaves nothing', async () => {
    desk.cancel = true;
    await open('slow.onnx');
    assert.deepEqual([desk.asked, desk.opened, existsSync(join(folder, 'slow.cnn'))], [[], [], false]);
  });
});
