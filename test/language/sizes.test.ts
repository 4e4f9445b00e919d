/** What the editor says of the inputs that a target takes: on hover, and where branches disagree. */
import assert from 'node:assert/strict';
import { analyse, cursor } from '../support/cnn.ts';

const LEVEL = `block Level(c=8, depth=1) on 8x64x64 {
  down: conv(c, 3x3)
  if depth > 0 {
    maxpool(2x2) -> below: Level(2*c, depth - 1) -> raised: deconv(c, 2x2, stride=2)
    concat { | down | raised }
  }
}
`;

/** The notes of the problems of branches in a text. */
const notes = async (text: string): Promise<readonly string[]> =>
  (await analyse(text)).problems
    .filter((p) => p.code === 'branches-disagree')
    .flatMap((p) => p.related.map((r) => r.message))
    .filter((m) => m.includes('agree'));

describe('the inputs that a target takes', () => {
  const hover = async (marked: string): Promise<string> => {
    const { text, position } = cursor(marked);
    const { services, document } = await analyse(text);
    const found = await services.lsp.HoverProvider?.getHoverContent(document, { position, textDocument: { uri: document.uri.toString() } });
    return (found?.contents as { value: string } | undefined)?.value ?? '';
  };

  it('are a row of its hover, where it does not take all', async () => {
    assert.match(await hover(`${LEVEL}network U$0Net on 3x256x256 { Level(8, 4) }`), /^\| input \| height and width: multiples of 16 \|$/m);
    assert.match(
      await hover('network T$0all on 3x64x64 { x: identity maxpool(4x2) -> u: upsample(4x2) -> conv(3, 1x1) -> y: relu add { | x | y } }'),
      /^\| input \| height: multiples of 4; width: multiples of 2 \|$/m,
    );
    assert.match(await hover('network P$0lain on 3x64x64 { conv(8, 7x7, pad=0) }'), /^\| input \| height and width: any from 7 \|$/m);
    assert.doesNotMatch(await hover('network P$0lain on 3x64x64 { conv(8, 7x7) }'), /\| input \|/);
    assert.doesNotMatch(await hover('network V$0ector on 12 { linear(3) }'), /\| input \|/);
  });

  it('are said where branches disagree, with the nearest', async () => {
    assert.deepEqual(await notes(`${LEVEL}network UNet on 3x350x528 { Level(8, 4) }`), [
      "In `UNet` on 3×350×528, heights agree where the input's height is a multiple of 16; the nearest are 336 and 352.",
    ]);
    assert.deepEqual(await notes(`${LEVEL}network UNet on 3x350x525 { Level(8, 4) }`), [
      "In `UNet` on 3×350×525, heights agree where the input's height is a multiple of 16; the nearest are 336 and 352; widths agree where the input's width is a multiple of 16; the nearest are 512 and 528.",
    ]);
    assert.deepEqual(await notes(`${LEVEL}network UNet on 3x24x24 { Level(8, 4) }`), [
      "In `UNet` on 3×24×24, heights and widths agree where the input's are multiples of 16; the nearest are 16 and 32.",
    ]);
  });

  it('are not where no size would do, or the channels are at fault', async () => {
    assert.deepEqual(await notes('network N on 3x64x64 { concat { | identity | conv(8, 3x3, stride=2) } }'), []);
    assert.deepEqual(await notes('network N on 3x64x64 { add { | identity | conv(8, 3x3) } }'), []);
  });

  it('stand at the name of the target, also after an edit above it', async () => {
    const { problems } = await analyse(`# A comment.\n${LEVEL}network UNet on 3x350x352 { Level(8, 4) }`);
    const note = problems.find((p) => p.code === 'branches-disagree')?.related.at(-1);
    assert.deepEqual(note?.location.range, { start: { line: 8, character: 8 }, end: { line: 8, character: 12 } });
  });
});
