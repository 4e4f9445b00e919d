/** Texts to begin with, which ship beside the extension. */

export interface Template {
  /** Of its file in `media/templates`, without `.cnn`. */
  readonly name: string;
  readonly title: string;
  readonly says: string;
}

/** What *New Network …* offers, and the lesson begins with. */
export const TEMPLATES = [
  { name: 'block', title: 'Block', says: 'a 3×3 between two 1×1, compared with what it would be without' },
  { name: 'classifier', title: 'Image classifier', says: 'a stem, stages of residual blocks, a head' },
  { name: 'segmenter', title: 'U-Net', says: 'a score for each pixel, with what was seen at each size' },
  { name: 'inception', title: 'Inception', says: 'GoogLeNet’s block of four branches' },
  { name: 'bottleneck', title: 'Bottleneck', says: 'ResNet’s, on 256 channels' },
  { name: 'pointwise', title: '1×1 convolution', says: 'four kernels over three channels' },
] as const satisfies readonly Template[];
export type TemplateName = (typeof TEMPLATES)[number]['name'];
