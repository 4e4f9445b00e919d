/** The values that are of use for a parameter. */

const KERNELS = ['1x1', '3x3', '5x5', '7x7'];

/** Values that are often given to a parameter, the most useful first. `body`: the shape that arrives is known. */
export function usefulValues(callee: string, parameter: string, body: boolean): readonly string[] {
  switch (parameter) {
    case 'kernel':
      // Windows that double or halve the size are even.
      return callee === 'deconv' || callee.endsWith('pool') ? ['2x2', ...KERNELS] : KERNELS;
    case 'stride':
    case 'dilation':
      return ['1', '2'];
    case 'groups':
      if (callee === 'gn') return ['32', '1'];
      return callee === 'shuffle' || !body ? ['1', '2'] : ['1', '2', 'here.c'];
    default:
      return [];
  }
}
