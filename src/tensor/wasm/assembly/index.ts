// What the module exports. Every kernel's last two arguments are the range of work items that this call does, so threads can share a call.
//
// An image is three arguments: the address of pixel (0, 0), bytes from a pixel to the next, bytes from a row to the next (`x, xp, xr`, `y, yp, yr`).
// Addresses and strides count bytes; C, K, O and other sizes count floats, channels or pixels.
export { setScratch } from './simd';
export { setTile, gemmRows, gemmPanels, gemmPoints } from './gemm';
export { gemmPlanes } from './planes';
export { winogradInput6, winogradInput8 } from './winograd-input';
export { winogradWeights4x3, winogradWeights6x3, winogradWeights4x5, winogradWeights5x4 } from './winograd-weights';
export { winogradOutput4of6, winogradOutput4of8, winogradOutput5of8, winogradOutput6of8 } from './winograd-output';
export { loadChw, storeChw, zeroHalo, copy, gather } from './layout';
export { pack, packDepthwise } from './pack';
export { activate, affine, prelu, combine } from './pointwise';
export { pool, maxPool, maxPool3, adaptivePool } from './pool';
export { bilinear } from './resample';
export { normPixel, channelSums, groupMeans, groupFactors, responseFactors, lrn, softmax, softmaxPixels, channelPool } from './normalise';
export { depthwise } from './depthwise';
export { linear } from './linear';
