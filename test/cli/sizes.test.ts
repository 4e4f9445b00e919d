/** `pointwise sizes`: what a target takes, where a size fails, and what elaborating it again says. */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Failure } from '../../src/cli/errors.ts';
import { sizes } from '../../src/cli/sizes.ts';

const example = (file: string): string => fileURLToPath(new URL(`../../examples/${file}.cnn`, import.meta.url));

describe('sizes of the command line', () => {
  let folder: string;
  before(() => {
    folder = mkdtempSync(join(tmpdir(), 'pointwise-sizes-'));
  });
  after(() => rmSync(folder, { recursive: true, force: true }));
  let files = 0;
  const file = (text: string): string => {
    const path = join(folder, `${files++}.cnn`);
    writeFileSync(path, text);
    return path;
  };

  it('of U-Net: multiples of 16, and where 350×525 fails', async () => {
    assert.equal(
      await sizes(example('unet'), { size: '350x525' }),
      `UNet  3×256×256
height   multiples of 16
width    multiples of 16
divisor  16×16
least    3×16×16

350×525 fails in \`Level(512, 1)\`: 42 against 43 rows, 64 against 65 columns at \`concat\` (Level/below/below/below/concat)
nearest  height 336 or 352, width 512 or 528`,
    );
    assert.match(await sizes(example('unet'), { size: '336x512' }), /^336×512 fits$/m);
  });

  it('as JSON', async () => {
    const axis = { least: 16, divisor: 16, remainders: [0], from: 16, sure: true };
    const { size, ...rest } = JSON.parse(await sizes(example('unet'), { json: true, size: '350x528' }));
    assert.deepEqual(rest, {
      target: 'UNet',
      input: [3, 256, 256],
      least: [16, 16],
      divisor: [16, 16],
      verified: true,
      height: axis,
      width: axis,
    });
    const { message, ...tried } = size;
    assert.match(message, /^`concat` joins maps of equal height × width/);
    assert.deepEqual(tried, {
      size: [350, 528],
      fits: false,
      faults: [
        {
          axis: 'height',
          name: 'Level/below/below/below/concat',
          kind: 'concat',
          in: 'Level(512, 1)',
          message: '42 against 43 rows',
        },
      ],
      nearest: { height: [336, 352], width: [528] },
    });
  });

  it('of what steps before it branches: multiples, and those that come to the same', async () => {
    const path = file('network H on 3x64x64 { conv(8, 3x3, stride=4) add { | identity | conv(8, 3x3, stride=2) -> upsample(2) } }');
    assert.match(await sizes(path, { target: 'H' }), /^height {3}1 to 4, then multiples of 8 and 8·k \+ 5 to 7$/m);
  });

  it('of a target that fails on its own input', async () => {
    const path = file(`network U on 3x350x350 { s: conv(8, 3x3) maxpool(4x4) -> d: upsample(4) concat { | s | d } }
network Small on 3x5x5 { conv(8, 7x7, pad=0) -> maxpool(2x2) }
network Wrong on 3x8x8 { linear(10) }`);
    assert.match(await sizes(path, { target: 'U' }), /^height {3}multiples of 4$/m);
    assert.match(await sizes(path, { target: 'Small', size: '6' }), /^6×6 fails in `Small`: 6 rows where at least 7 are needed/m);
    assert.match(await sizes(path, { target: 'Small' }), /^least {4}3×8×8$/m);
    await assert.rejects(sizes(path, { target: 'Wrong' }), (e) => e instanceof Failure && /needs-vector/.test(e.message));
  });

  it('says where what is solved does not hold', async () => {
    const path = file('network N on 3x32x32 { maxpool(2x2) expect 3x16x16 }\nnetwork V on 12 { linear(3) }');
    assert.match(await sizes(path, { target: 'N' }), /^least {4}3×2×2, which fails all the same: `expect 3x16x16` is broken/m);
    const { verified, message } = JSON.parse(await sizes(path, { target: 'N', json: true }));
    assert.deepEqual([verified, typeof message], [false, 'string']);
    await assert.rejects(sizes(path, { target: 'V' }), /takes a vector/);
    for (const size of ['3x4x5', 'a', '0', '4x'])
      await assert.rejects(sizes(path, { size }), (e) => e instanceof Failure && e.status === 2);
  });
});
