/** `blur`: the fixed low-pass filter of anti-aliased networks (Zhang 2019, Making convolutional networks shift-invariant again, section 3.2). */

import type { Pads, Pair } from '../../tensor/index.ts';
import { fault } from '../fault.ts';
import { mapOf, slide } from '../geometry.ts';
import { type KerasHelper, of } from '../keras.ts';
import { defineLayer } from '../layer.ts';
import { int, ints, string } from '../onnx.ts';
import { size } from '../params.ts';
import { call } from '../python.ts';
import { bothOf, own, type TorchHelper, unless } from '../torch.ts';

/** More taps than any network has; each costs a pass over the map. */
const MOST = 31;

interface Filter {
  readonly kernel: Pair;
  readonly stride: Pair;
}
/** What keeps the size at stride 1, the odd pixel below and right. */
const padsOf = ({ kernel: [kh, kw] }: Filter): Pads => [(kh - 1) >> 1, (kw - 1) >> 1, kh >> 1, kw >> 1];
const window = (p: Filter): Filter & { readonly pads: Pads; readonly dilation: Pair } => ({
  kernel: p.kernel,
  stride: p.stride,
  pads: padsOf(p),
  dilation: [1, 1],
});

/** The k binomial coefficients of k − 1, over their sum: 1/4, 1/2, 1/4. */
const binomial = (k: number): readonly number[] =>
  Array.from({ length: k - 1 }).reduce<readonly number[]>((row) => [...row, 0].map((n, i) => (n + (row[i - 1] ?? 0)) / 2), [1]);

const BLUR: TorchHelper = {
  name: 'Blur',
  imports: ['import torch.nn.functional as F'],
  source: `class Blur(nn.Module):
    """The binomial filter of anti-aliased networks (Zhang 2019), of which nothing is learnt."""

    def __init__(self, kernel=3, stride=2):
        super().__init__()
        taps = []
        for k in (kernel, kernel) if isinstance(kernel, int) else kernel:
            row = torch.ones(1)
            for _ in range(k - 1):
                row = (F.pad(row, (0, 1)) + F.pad(row, (1, 0))) / 2
            taps.append(row)
        kernel = torch.outer(*taps)
        self.register_buffer("kernel", kernel[None, None], persistent=False)
        self.stride = stride

    def forward(self, x):
        h, w = self.kernel.shape[2:]
        pads = ((w - 1) // 2, w // 2, (h - 1) // 2, h // 2)
        x = F.pad(x, pads, mode="reflect")
        kernel = self.kernel.expand(x.shape[1], 1, h, w)
        return F.conv2d(x, kernel, stride=self.stride, groups=x.shape[1])`,
};

const KERAS_BLUR: KerasHelper = {
  name: 'blur',
  source: `def blur(x, kernel=3, stride=2):
    """The binomial filter of anti-aliased networks (Zhang 2019), of which nothing is learnt."""
    (h, w), (down, right) = (
        (n, n) if isinstance(n, int) else n for n in (kernel, stride)
    )
    pads = ((0, 0), ((h - 1) // 2, h // 2), ((w - 1) // 2, w // 2), (0, 0))
    x = ops.pad(x, pads, mode="reflect")
    rows = [math.comb(h - 1, i) / 2 ** (h - 1) for i in range(h)]
    columns = [math.comb(w - 1, i) / 2 ** (w - 1) for i in range(w)]
    taps = ops.outer(ops.array(rows, x.dtype), ops.array(columns, x.dtype))
    kernel = ops.broadcast_to(taps[:, :, None, None], (h, w, x.shape[-1], 1))
    return ops.depthwise_conv(x, kernel, strides=1, padding="valid")[:, ::down, ::right]`,
};

export const blur = defineLayer({
  kind: 'blur',
  role: 'pool',
  doc: 'Blurs each channel by the binomial filter, 1/4 1/2 1/4 along each axis for a kernel of 3, before it takes every `stride`-th pixel: the anti-aliased step of Zhang 2019. Nothing is learnt; the edge is mirrored.',
  params: {
    kernel: size('Taps of the filter, height × width.', { default: [3, 3], defaultText: '3', max: MOST }),
    stride: size('Step of the filter.', { default: [2, 2], defaultText: '2' }),
  },
  takes: 'map',
  shape(p, xs) {
    const [c, h, w] = mapOf(xs);
    const [, , bottom, right] = padsOf(p);
    if (bottom >= h || right >= w)
      return fault(
        'pad-too-large',
        `\`blur\` mirrors ${bottom}×${right} pixels for its ${p.kernel.join('×')} kernel, but a ${h}×${w} map has only ${h - 1}×${w - 1} beside its edge: use a smaller kernel.`,
        { param: 'kernel', assume: [c, Math.ceil(h / p.stride[0]), Math.ceil(w / p.stride[1])] },
      );
    const out = slide('blur', [c, h, w], window(p));
    return 'fault' in out ? out : [c, ...out];
  },
  window,
  // A binomial filter of k taps is the mean of two neighbours k − 1 times over; the last of them takes the steps.
  run(k, p, [x]) {
    const [kh, kw] = p.kernel;
    let y = k.pad(x, { pads: padsOf(p), mode: 'reflect', value: 0 });
    const means = Math.max(1, kh - 1, kw - 1);
    for (let i = 1; i <= means; i++)
      y = k.pool(y, {
        kind: { of: 'avg', countIncludePad: false },
        kernel: [i < kh ? 2 : 1, i < kw ? 2 : 1],
        stride: i === means ? p.stride : [1, 1],
        pads: [0, 0, 0, 0],
        dilation: [1, 1],
        ceil: false,
      });
    return y;
  },
  export: {
    onnx(g, p, [x], _w, { xs }) {
      const [c, h, w] = mapOf(xs);
      const [kh, kw] = p.kernel;
      const [top, left, bottom, right] = padsOf(p);
      const pads = g.constant([8], [0, 0, top, left, 0, 0, bottom, right], 'int64');
      const padded = g.node('Pad', [x, pads], { mode: string('reflect') }, [c, h + top + bottom, w + left + right]);
      const taps = binomial(kh).flatMap((v) => binomial(kw).map((u) => v * u));
      const filter = g.constant([c, 1, kh, kw], Array.from({ length: c }, () => taps).flat());
      return g.node('Conv', [padded, filter], { kernel_shape: ints(p.kernel), strides: ints(p.stride), group: int(c) });
    },
    pytorch: (p) =>
      own('blur', BLUR, [...unless('kernel', p.kernel, [3, 3], bothOf(p.kernel)), ...unless('stride', p.stride, [2, 2], bothOf(p.stride))]),
    keras: {
      form: (p) =>
        of(
          (x) =>
            call(
              'blur',
              x,
              ...unless('kernel', p.kernel, [3, 3], bothOf(p.kernel)),
              ...unless('stride', p.stride, [2, 2], bothOf(p.stride)),
            ),
          KERAS_BLUR,
        ),
    },
  },
});
