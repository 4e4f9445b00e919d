/** What layers and arguments are called elsewhere (PyTorch, Keras, papers), in small letters and without `2d` and `_`, and here. */
const NAMES: Readonly<Record<string, string>> = {
  convolution: 'conv',
  convtranspose: 'deconv',
  convtransposed: 'deconv',
  conv2dtranspose: 'deconv',
  transposedconv: 'deconv',
  depthwiseconv: 'dwconv',
  depthwise: 'dwconv',
  batchnorm: 'bn',
  batchnormalization: 'bn',
  layernorm: 'ln',
  layernormalization: 'ln',
  groupnorm: 'gn',
  groupnormalization: 'gn',
  instancenormalization: 'instancenorm',
  localresponsenorm: 'lrn',
  dense: 'linear',
  fc: 'linear',
  fullyconnected: 'linear',
  innerproduct: 'linear',
  gemm: 'linear',
  maxpooling: 'maxpool',
  avgpooling: 'avgpool',
  averagepool: 'avgpool',
  averagepooling: 'avgpool',
  globalavgpool: 'gap',
  globalaveragepool: 'gap',
  globalaveragepooling: 'gap',
  globalmaxpool: 'gmp',
  globalmaxpooling: 'gmp',
  adaptiveavgpooling: 'adaptiveavgpool',
  swish: 'silu',
  hardsilu: 'hardswish',
  upsampling: 'upsample',
  interpolate: 'upsample',
  resize: 'upsample',
  view: 'reshape',
  unflatten: 'reshape',
  permute: 'transpose',
  blurpool: 'blur',
  globalresponsenorm: 'grn',
  layerscale: 'scale',
  centercrop: 'crop',
  rescaling: 'times',
  stochasticdepth: 'droppath',
  channelshuffle: 'shuffle',
  zeropadding: 'pad',
  zeropad: 'pad',
  skip: 'identity',
  kernelsize: 'kernel',
  poolsize: 'kernel',
  ksize: 'kernel',
  strides: 'stride',
  padding: 'pad',
  outputpadding: 'output_pad',
  filters: 'channels',
  outchannels: 'channels',
  dilations: 'dilation',
  dilationrate: 'dilation',
  scalefactor: 'scale',
  usebias: 'bias',
  false: 'false',
  true: 'true',
  int: 'floor',
  flops: 'macs',
  parameters: 'params',
};

/** Our name for what other frameworks call this. */
export function ourName(name: string): string | undefined {
  const plain = name.toLowerCase().replaceAll('_', '');
  return NAMES[plain] ?? NAMES[plain.replace('2d', '')] ?? (plain.endsWith('2d') ? plain.slice(0, -2) : undefined);
}

/** Whether an argument would be a layer's activation, as Keras has it. */
export const isActivation = (argument: string): boolean => argument.startsWith('act');

/** The parameters of layers elsewhere in their order, where a call has to be rewritten and not only renamed. */
const CALLS: Readonly<Record<string, string>> = {
  // PyTorch
  Conv2d: 'in_channels out_channels kernel_size stride padding dilation groups bias',
  ConvTranspose2d: 'in_channels out_channels kernel_size stride padding output_padding groups bias dilation',
  Linear: 'in_features out_features bias',
  BatchNorm2d: 'num_features eps momentum affine',
  InstanceNorm2d: 'num_features eps momentum affine',
  GroupNorm: 'num_groups num_channels eps affine',
  LayerNorm: 'num_channels eps',
  MaxPool2d: 'kernel_size stride padding dilation',
  AvgPool2d: 'kernel_size stride padding ceil_mode count_include_pad',
  AdaptiveAvgPool2d: 'output_size',
  AdaptiveMaxPool2d: 'output_size',
  ReLU: 'inplace',
  ReLU6: 'inplace',
  SiLU: 'inplace',
  LeakyReLU: 'negative_slope inplace',
  PReLU: 'num_parameters',
  Dropout: 'p inplace',
  Dropout2d: 'p inplace',
  Upsample: 'size scale_factor mode',
  PixelShuffle: 'scale_factor',
  PixelUnshuffle: 'scale_factor',
  // Keras
  Conv2D: 'filters kernel_size strides padding',
  Conv2DTranspose: 'filters kernel_size strides padding',
  DepthwiseConv2D: 'kernel_size strides padding',
  Dense: 'units activation use_bias',
  MaxPooling2D: 'pool_size strides padding',
  AveragePooling2D: 'pool_size strides padding',
};

/** Our names of parameters that have other names elsewhere; null for what is not written here, since it is what arrives or has no meaning. */
const PARAMETERS: Readonly<Record<string, string | null>> = {
  in_channels: 'in',
  in_features: 'in',
  out_channels: 'channels',
  filters: 'channels',
  out_features: 'features',
  units: 'features',
  kernel_size: 'kernel',
  pool_size: 'kernel',
  strides: 'stride',
  padding: 'pad',
  output_padding: 'output_pad',
  dilation_rate: 'dilation',
  num_groups: 'groups',
  use_bias: 'bias',
  num_parameters: 'channels',
  output_size: 'size',
  negative_slope: 'slope',
  scale_factor: 'scale',
  ceil_mode: 'ceil',
  rate: 'p',
  num_features: null,
  num_channels: null,
  inplace: null,
};

/** What the nth argument by position, or the one of a name, of a layer elsewhere is called here: `in` for input channels, null where it is left out. */
export function ourParameter(callee: string, position: number, name: string | undefined): string | null | undefined {
  const theirs = name ?? CALLS[callee]?.split(' ')[position];
  return theirs === undefined ? undefined : theirs in PARAMETERS ? PARAMETERS[theirs] : theirs;
}

/** Whether calls of a layer from elsewhere can be rewritten. */
export const isForeignCall = (callee: string): boolean => Object.hasOwn(CALLS, callee);
