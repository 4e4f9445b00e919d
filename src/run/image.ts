/**
 * Images as inputs, as ImageNet's are prepared for evaluation: the shorter side scaled to 256/224 of the crop, the middle cropped, each
 * channel less its mean and divided by its deviation (torchvision's `ImageClassification` preset). Scaling is bilinear with a triangle as wide
 * as a source pixel is large, as Pillow's, so that a large photograph loses no detail to aliasing.
 */
import type { Dims } from '../tensor/index.ts';

export const IMAGE_TYPES = ['png', 'jpg', 'jpeg', 'bmp', 'tif', 'tiff'] as const;

/** Why bytes cannot be an image input: a part of a sentence. */
export class ImageFault extends Error {}

/** Of ImageNet's red, green and blue, each from 0 to 1; of a grey image, their mean. */
const MEAN = [0.485, 0.456, 0.406] as const;
const DEVIATION = [0.229, 0.224, 0.225] as const;
const GREY = { mean: 0.449, deviation: 0.226 } as const;
/** The crop's part of the scaled shorter side. */
const CROP = 224 / 256;
/** More pixels than this nobody photographs; a file may claim them. */
const MOST_PIXELS = 2 ** 28;

/** Pixels from 0 to 1, channel after channel. */
export interface Pixels {
  readonly channels: number;
  readonly width: number;
  readonly height: number;
  readonly data: Float32Array;
}

/** Reads red, green and blue of a file. Throws `ImageFault`. */
async function decoded(bytes: Uint8Array): Promise<Pixels> {
  // It is large, and most runs need none.
  const { decode } = await import('image-js');
  try {
    const image = decode(bytes);
    if (image.width * image.height > MOST_PIXELS) throw new ImageFault(`it has ${image.width}×${image.height} pixels`);
    const rgb = image.colorModel === 'RGB' ? image : image.convertColor('RGB');
    const { width, height } = rgb;
    const data = new Float32Array(3 * width * height);
    const raw = rgb.getRawImage().data;
    for (let i = 0; i < width * height; i++)
      for (let c = 0; c < 3; c++) data[c * width * height + i] = (raw[i * 3 + c] as number) / rgb.maxValue;
    return { channels: 3, width, height, data };
  } catch (e) {
    if (e instanceof ImageFault) throw e;
    throw new ImageFault(`it cannot be read as an image (${e instanceof Error ? e.message : String(e)})`);
  }
}

/** For each of `to` pixels of an axis, which of `n` source pixels it is made of, and their shares: a triangle around its middle. */
function shares(
  n: number,
  to: number,
  from: number,
  count: number,
): readonly { readonly first: number; readonly parts: readonly number[] }[] {
  const scale = n / to;
  const reach = Math.max(1, scale);
  return Array.from({ length: count }, (_, i) => {
    const middle = (from + i + 0.5) * scale;
    const first = Math.max(0, Math.floor(middle - reach + 0.5));
    const last = Math.min(n, Math.floor(middle + reach + 0.5));
    const parts = Array.from({ length: last - first }, (_x, k) => Math.max(0, 1 - Math.abs((first + k + 0.5 - middle) / reach)));
    const all = parts.reduce((a, b) => a + b, 0);
    return { first, parts: parts.map((p) => p / all) };
  });
}

/** The middle of an image that is scaled so that `height` × `width` is `CROP` of its tighter side. */
export function cropped({ channels, width: W, height: H, data }: Pixels, height: number, width: number): Pixels {
  const scale = Math.max(height / H, width / W) / CROP;
  const [h, w] = [Math.max(height, Math.round(H * scale)), Math.max(width, Math.round(W * scale))];
  const columns = shares(W, w, Math.round((w - width) / 2), width);
  const rows = shares(H, h, Math.round((h - height) / 2), height);
  const out = new Float32Array(channels * height * width);
  const across = new Float32Array(H * width);
  for (let c = 0; c < channels; c++) {
    for (let y = 0; y < H; y++)
      for (const [x, { first, parts }] of columns.entries()) {
        let sum = 0;
        for (let k = 0; k < parts.length; k++) sum += (parts[k] as number) * (data[(c * H + y) * W + first + k] as number);
        across[y * width + x] = sum;
      }
    for (const [y, { first, parts }] of rows.entries())
      for (let x = 0; x < width; x++) {
        let sum = 0;
        for (let k = 0; k < parts.length; k++) sum += (parts[k] as number) * (across[(first + k) * width + x] as number);
        out[(c * height + y) * width + x] = sum;
      }
  }
  return { channels, width, height, data: out };
}

/** An image as an input of three channels, or of one (the mean of the three). Throws `ImageFault`. */
export async function imageInput(bytes: Uint8Array, [C, H, W]: Dims): Promise<Float32Array> {
  if (C !== 3 && C !== 1) throw new ImageFault(`an image has 3 channels, or 1 in grey, and the input has ${C}`);
  const { data } = cropped(await decoded(bytes), H, W);
  const size = H * W;
  if (C === 1)
    return Float32Array.from({ length: size }, (_, i) => {
      const grey = ((data[i] as number) + (data[size + i] as number) + (data[2 * size + i] as number)) / 3;
      return (grey - GREY.mean) / GREY.deviation;
    });
  return data.map((v, i) => {
    const c = Math.floor(i / size);
    return (v - (MEAN[c] as number)) / (DEVIATION[c] as number);
  });
}
