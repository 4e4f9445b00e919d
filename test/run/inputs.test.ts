/** Inputs as people choose them: patterns, images and arrays, and why a file cannot be one. */
import assert from 'node:assert/strict';
import { encodePng, Image } from 'image-js';
import { cropped } from '../../src/run/image.ts';
import { inputsFor, madeInput, SpecFault } from '../../src/run/inputs.ts';
import { writeNpy } from '../../src/run/npy.ts';
import { targetOf } from '../support/cnn.ts';

const rounded = (data: Float32Array): readonly number[] => [...data].map((v) => Math.round(v * 100) / 100);

describe('inputs that are made', () => {
  it('are patterns of C×H×W numbers', () => {
    assert.deepEqual(rounded(madeInput('impulse', [2, 3, 2], 1)), [0, 0, 0, 1, 0, 0, 0, 0, 0, 1, 0, 0]);
    assert.deepEqual(rounded(madeInput('checkerboard', [1, 2, 3], 1)), [1, -1, 1, -1, 1, -1]);
    assert.deepEqual(rounded(madeInput('gradient', [3, 2, 3], 1)), [0, 0.5, 1, 0, 0.5, 1, 0, 0, 0, 1, 1, 1, 0, 0.25, 0.5, 0.5, 0.75, 1]);
  });

  it('have the squares of a checkerboard eight to the shorter side', () => {
    const row = madeInput('checkerboard', [1, 32, 64], 1).subarray(0, 64);
    assert.equal(
      row.findIndex((v) => v < 0),
      4,
    );
  });

  it('are of the seed where they are random, and uniform ones between 0 and 1', () => {
    const [a, b, c] = [1, 1, 2].map((seed) => madeInput('uniform', [3, 16, 16], seed)) as [Float32Array, Float32Array, Float32Array];
    assert.deepEqual(a, b);
    assert.notDeepEqual(a, c);
    assert.ok(a.every((v) => v >= 0 && v < 1));
    const mean = a.reduce((s, v) => s + v, 0) / a.length;
    assert.ok(Math.abs(mean - 0.5) < 0.05, String(mean));
  });
});

/** An image of one colour a pixel. */
function png(width: number, height: number, colour: (x: number, y: number) => readonly [number, number, number]): Uint8Array {
  const data = new Uint8Array(width * height * 3);
  for (let y = 0; y < height; y++) for (let x = 0; x < width; x++) data.set(colour(x, y), (y * width + x) * 3);
  return encodePng(new Image(width, height, { data, colorModel: 'RGB' }));
}

describe('an image as an input', () => {
  const graphOf = async (shape: string) => (await targetOf(`block B on ${shape} { relu }`, 'B')).graph;
  const of = async (shape: string, bytes: Uint8Array, name = 'x.png'): Promise<Float32Array> =>
    (await inputsFor(await graphOf(shape), { seed: 1, input: [{ name, bytes }] }))[0] as Float32Array;

  it('has ImageNet’s means and deviations taken out, channel by channel', async () => {
    const plain = png(20, 30, () => [255, 0, 128]);
    const data = await of('3x8x8', plain);
    const expected = [(1 - 0.485) / 0.229, -0.456 / 0.224, (128 / 255 - 0.406) / 0.225];
    for (const [c, v] of expected.entries())
      for (const x of data.subarray(c * 64, (c + 1) * 64)) assert.ok(Math.abs(x - v) < 1e-5, `channel ${c}: ${x}, not ${v}`);
    const grey = await of('1x4x4', plain);
    assert.ok(Math.abs((grey[0] as number) - ((1 + 128 / 255) / 3 - 0.449) / 0.226) < 1e-5);
  });

  it('is scaled so that its shorter side is 256/224 of the crop, and cut from its middle', () => {
    // A ramp over 16 columns, of which the middle 14 are kept: bilinear scaling keeps a ramp.
    const ramp = { channels: 1, width: 16, height: 8, data: Float32Array.from({ length: 128 }, (_, i) => i % 16) };
    const { data } = cropped(ramp, 7, 14);
    assert.deepEqual(
      rounded(data.subarray(0, 14)),
      Array.from({ length: 14 }, (_, i) => i + 1),
    );
  });

  it('loses nothing to aliasing: what is finer than a pixel becomes its mean', () => {
    const stripes = { channels: 1, width: 512, height: 512, data: Float32Array.from({ length: 512 * 512 }, (_, i) => i % 2) };
    for (const v of cropped(stripes, 28, 28).data) assert.ok(Math.abs(v - 0.5) < 0.02, String(v));
  });

  it('is refused where it is none, or the input is no image', async () => {
    const refused = async (shape: string, bytes: Uint8Array, says: RegExp): Promise<void> =>
      assert.rejects(of(shape, bytes), (e) => e instanceof SpecFault && says.test(e.message));
    await refused('3x8x8', new Uint8Array([1, 2, 3]), /^x\.png cannot be an input: it cannot be read as an image/);
    await refused(
      '4x8x8',
      png(8, 8, () => [0, 0, 0]),
      /^x\.png cannot be an input: an image has 3 channels, or 1 in grey, and the input has 4\.$/,
    );
  });
});

describe('an array as an input', () => {
  const of = async (shape: string, dims: readonly number[]): Promise<readonly Float32Array[]> => {
    const bytes = writeNpy({ shape: dims, data: new Float32Array(dims.reduce((a, b) => a * b, 1)) });
    return inputsFor((await targetOf(`block B on ${shape} { relu }`, 'B')).graph, { seed: 1, input: [{ name: 'x.npy', bytes }] });
  };

  it('may be a batch of one', async () => {
    assert.equal((await of('3x4x4', [1, 3, 4, 4]))[0]?.length, 48);
    assert.equal((await of('12', [1, 12]))[0]?.length, 12);
  });

  it('is refused where its shape is another, or there are too few', async () => {
    await assert.rejects(of('3x4x4', [3, 4, 5]), /^Error: x\.npy holds 3×4×5, and the input is 3×4×4\.$/);
    const { graph } = await targetOf('block B takes x, y on 3x4x4, 3x4x4 { add { | x | y } }', 'B');
    await assert.rejects(inputsFor(graph, { seed: 1, input: [{ name: 'x.npy', bytes: new Uint8Array() }] }), /takes 2 inputs, not 1\.$/);
  });
});
