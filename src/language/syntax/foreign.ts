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
  cat: 'concat',
  concatenate: 'concat',
  merge: 'concat',
  multiply: 'mul',
  subtract: 'sub',
  divide: 'div',
  bmm: 'matmul',
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

/** Statements and functions of other languages that have no counterpart by one name, and how one says it here. */
const SAID_OTHERWISE: Readonly<Record<string, string>> = {
  return: 'A body gives what its last line makes; each further output is a statement, `output p3 = …`.',
  while: 'Loops are `repeat n { … }` and `for x in list { … }`.',
  pass: 'A body may be empty, `{ }`; what passes its input on is `identity`.',
  print: 'Hover a stage to see its shape; `expect 64x8x8` checks it.',
  lambda: 'A function is `fn name(x) = …`.',
  self: 'What a body names is used by its name.',
  SeparableConv2D: 'It is two layers here: `dwconv(3x3) -> conv(64, 1x1)`.',
  SeparableConv: 'It is two layers here: `dwconv(3x3) -> conv(64, 1x1)`.',
  ReflectionPad2d: 'Write `pad(1, mode="reflect")`.',
  ReplicationPad2d: 'Write `pad(1, mode="edge")`.',
  Sequential: 'Stages follow each other by themselves: `conv(64, 3x3) -> relu`.',
  ModuleList: 'A list of layers is a list, `[conv(8, 3x3), relu]`, and a loop goes through values.',
  reversed: 'Count down, `range(n - 1, -1, -1)`, or take from the end, `[xs[-1 - i] for i in range(len(xs))]`.',
  sorted: 'Lists stay in the order in which they are written.',
  log2: 'There is none: count how often one halves, or give it as a parameter.',
  pow: 'A power is written `**`.',
  append: 'A list does not change: name a longer one, `let xs = xs + [here]`.',
};

/** How one says here what is a word of another language. */
export const saidOtherwise = (name: string): string | undefined => (Object.hasOwn(SAID_OTHERWISE, name) ? SAID_OTHERWISE[name] : undefined);

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
