/** Saving what the page wrote: where the dialog begins, which format the name asks for, and what one is told. */
import assert from 'node:assert/strict';
import { registerHooks } from 'node:module';
import type { SavedFormat } from '../../src/protocol/page.ts';

interface Uri {
  readonly scheme: string;
  readonly path: string;
}
const file = (path: string): Uri => ({ scheme: 'file', path });
/** What stands for VS Code: it answers as the test says, and notes what it is asked. */
const desk = {
  answer: undefined as Uri | undefined,
  fails: false,
  asked: undefined as { readonly defaultUri?: Uri; readonly filters: Readonly<Record<string, readonly string[]>> } | undefined,
  wrote: [] as (readonly [path: string, text: string])[],
  said: [] as string[],
};
const stub = {
  Uri: { joinPath: ({ path }: Uri, part: string) => file(part === '..' ? path.replace(/\/[^/]*$/, '') : `${path}/${part}`) },
  window: {
    showSaveDialog: async (options: typeof desk.asked) => {
      desk.asked = options;
      return desk.answer;
    },
    showInformationMessage: async (text: string) => void desk.said.push(text),
    showErrorMessage: async (text: string) => void desk.said.push(text),
  },
  workspace: {
    workspaceFolders: undefined,
    fs: {
      writeFile: async ({ path }: Uri, bytes: Uint8Array) => {
        if (desk.fails) throw new Error('the disk is full');
        desk.wrote.push([path, Buffer.from(bytes).toString()]);
      },
    },
  },
};

const formats: readonly SavedFormat[] = [
  { title: 'CSV', extension: 'csv', text: 'layer,kind' },
  { title: 'Markdown', extension: 'md', text: '| layer | kind |' },
];

describe('saving a table', () => {
  let save: (answer: Uri | undefined) => Promise<void>;
  before(async () => {
    Object.assign(globalThis, { vscodeStub: stub });
    const source = `const v = globalThis.vscodeStub; export const { Uri, window, workspace } = v;`;
    const hooks = registerHooks({
      resolve: (specifier, context, next) =>
        specifier === 'vscode'
          ? { url: `data:text/javascript,${encodeURIComponent(source)}`, shortCircuit: true }
          : next(specifier, context),
    });
    const { saveText } = await import('../../src/extension/save.ts');
    hooks.deregister();
    save = async (answer) => {
      Object.assign(desk, { answer, wrote: [], said: [] });
      await saveText({ type: 'save', name: 'Net-layers', formats }, file('/work/net.cnn') as never);
    };
  });

  it('begins beside the text, and writes the format that the name asks for', async () => {
    await save(file('/tables/net.MD'));
    assert.deepEqual(desk.asked?.defaultUri, file('/work/Net-layers.csv'));
    assert.deepEqual(desk.asked?.filters, { CSV: ['csv'], Markdown: ['md'] });
    assert.deepEqual(desk.wrote, [['/tables/net.MD', '| layer | kind |\n']]);
    assert.deepEqual(desk.said, ['Saved to net.MD.']);
    await save(file('/tables/net.txt'));
    assert.deepEqual(desk.wrote, [['/tables/net.txt', 'layer,kind\n']]);
  });

  it('writes nothing where one thinks better of it, and says why it cannot', async () => {
    await save(undefined);
    assert.deepEqual([desk.wrote, desk.said], [[], []]);
    desk.fails = true;
    await save(file('/tables/net.csv'));
    assert.deepEqual(desk.said, ['Pointwise cannot write net.csv: the disk is full']);
  });
});
