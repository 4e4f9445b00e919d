/** The file's own layers as Paddle has them, by the names that PyTorch's have. */
export const HELPERS: Readonly<Record<string, string>> = {
  GRN: `class GRN(nn.Layer):
    """Global response normalisation (Woo et al. 2023, ConvNeXt V2)."""

    def __init__(self, channels, eps=1e-6):
        super().__init__()
        self.weight = self.create_parameter([channels], is_bias=True)
        self.bias = self.create_parameter([channels], is_bias=True)
        self.eps = eps

    def forward(self, x):
        norm = (x * x).sum([2, 3], keepdim=True) ** 0.5
        response = norm / (norm.mean(1, keepdim=True) + self.eps)
        weight, bias = (p.reshape([1, -1, 1, 1]) for p in (self.weight, self.bias))
        return weight * (x * response) + bias + x`,
  DropPath: `class DropPath(nn.Layer):
    """Stochastic depth (Huang et al. 2016): leaves out whole branches in training."""

    def __init__(self, p=0.0):
        super().__init__()
        self.p = p

    def forward(self, x):
        if not self.training or self.p == 0:
            return x
        keep = paddle.rand([x.shape[0]] + [1] * (x.ndim - 1)) >= self.p
        return x * keep.astype(x.dtype) / (1 - self.p)`,
  LayerNorm2d: `class LayerNorm2d(nn.LayerNorm):
    """Layer normalisation over the channels of each pixel."""

    def forward(self, x):
        return super().forward(x.transpose([0, 2, 3, 1])).transpose([0, 3, 1, 2])`,
  Scale: `class Scale(nn.Layer):
    """A learnable factor per channel, or one for all."""

    def __init__(self, channels, init=1.0, bias=False):
        super().__init__()
        start = nn.initializer.Constant(float(init))
        self.weight = self.create_parameter([channels], default_initializer=start)
        self.bias = self.create_parameter([channels], is_bias=True) if bias else None

    def forward(self, x):
        shape = [1, -1] + [1] * (x.ndim - 2)
        x = x * self.weight.reshape(shape)
        return x if self.bias is None else x + self.bias.reshape(shape)`,
  InstanceNorm: `class InstanceNorm(nn.Layer):
    """Instance normalisation that takes a single pixel too."""

    def __init__(self, channels, eps=1e-5, affine=False):
        super().__init__()
        self.eps = eps
        one = nn.initializer.Constant(1.0)
        self.scale = self.bias = None
        if affine:
            self.scale = self.create_parameter([channels], default_initializer=one)
            self.bias = self.create_parameter([channels], is_bias=True)

    def forward(self, x):
        x = x - x.mean([2, 3], keepdim=True)
        x = x / ((x * x).mean([2, 3], keepdim=True) + self.eps) ** 0.5
        if self.scale is None:
            return x
        return x * self.scale.reshape([1, -1, 1, 1]) + self.bias.reshape([1, -1, 1, 1])`,
  AvgPoolInside: `class AvgPoolInside(nn.Layer):
    """The mean of each window over what lies inside the map, however its sides are padded."""

    def __init__(self, pad, *args, **kwargs):
        super().__init__()
        self.pad = pad
        self.pool = nn.AvgPool2D(*args, **kwargs)

    def forward(self, x):
        inside = self.pool(self.pad(paddle.ones_like(x[:1, :1])))
        return self.pool(self.pad(x)) / inside`,
  PowerPool: `class PowerPool(nn.Layer):
    """The p-norm of each window."""

    def __init__(self, p, *args, **kwargs):
        super().__init__()
        self.p = p
        self.args = args
        self.kwargs = {**kwargs, "exclusive": False, "divisor_override": 1}

    def forward(self, x):
        sums = F.avg_pool2d(x.abs() ** self.p, *self.args, **self.kwargs)
        return sums ** (1 / self.p)`,
  Blur: `class Blur(nn.Layer):
    """The binomial filter of anti-aliased networks (Zhang 2019), of which nothing is learnt."""

    def __init__(self, kernel=3, stride=2):
        super().__init__()
        taps = []
        for k in (kernel, kernel) if isinstance(kernel, int) else kernel:
            row = [1.0]
            for _ in range(k - 1):
                row = [(a + b) / 2 for a, b in zip([0.0] + row, row + [0.0])]
            taps.append(row)
        kernel = [[[[a * b for b in taps[1]] for a in taps[0]]]]
        self.register_buffer("kernel", paddle.to_tensor(kernel), persistable=False)
        self.stride = stride

    def forward(self, x):
        h, w = self.kernel.shape[2:]
        pads = [(w - 1) // 2, w // 2, (h - 1) // 2, h // 2]
        x = F.pad(x, pads, mode="reflect")
        kernel = self.kernel.expand([x.shape[1], 1, h, w])
        return F.conv2d(x, kernel, stride=self.stride, groups=x.shape[1])`,
  center_crop: `def center_crop(x, size):
    """The centre of a map; an odd pixel beside it is left at the bottom and right."""
    h, w = size
    top, left = (x.shape[2] - h) // 2, (x.shape[3] - w) // 2
    return x[:, :, top : top + h, left : left + w]`,
  SamePad2d: `class SamePad2d(nn.Layer):
    """Pads as TensorFlow's "same" does: so that ceil(n / stride) windows fit."""

    def __init__(self, kernel, stride=1, dilation=1, value=0.0):
        super().__init__()
        self.kernel, self.stride, self.dilation = (
            (n, n) if isinstance(n, int) else n for n in (kernel, stride, dilation)
        )
        self.value = value

    def forward(self, x):
        pads = []
        for n, k, s, d in zip(x.shape[2:], self.kernel, self.stride, self.dilation):
            total = max(0, (-(-n // s) - 1) * s + d * (k - 1) + 1 - n)
            pads = [total // 2, total - total // 2] + pads
        return F.pad(x, pads, value=self.value)`,
};

/** Layers that PyTorch has and Paddle has not. */
export const OWN: Readonly<Record<string, string>> = {
  DilatedMaxPool: `class DilatedMaxPool(nn.Layer):
    """Max pooling whose windows have gaps."""

    def __init__(self, kernel, stride=None, padding=0, ceil_mode=False, dilation=1):
        super().__init__()
        self.kernel, self.stride, self.padding, self.dilation = (
            (n, n) if isinstance(n, int) else n
            for n in (kernel, stride or kernel, padding, dilation)
        )
        self.ceil_mode = ceil_mode

    def forward(self, x):
        slices = []
        pads = []
        window = zip(self.kernel, self.stride, self.padding, self.dilation)
        for n, (k, s, p, d) in zip(x.shape[2:], window):
            free = n + 2 * p - d * (k - 1) - 1
            count = (-(-free // s) if self.ceil_mode else free // s) + 1
            if (count - 1) * s >= n + p:
                count -= 1
            last = (count - 1) * s + 1
            pads = [p, max(p, last + d * (k - 1) - n - p)] + pads
            slices.append([slice(i * d, i * d + last, s) for i in range(k)])
        x = F.pad(x, pads, value=float("-inf"))
        y = None
        for rows in slices[0]:
            for columns in slices[1]:
                part = x[:, :, rows, columns]
                y = part if y is None else paddle.maximum(y, part)
        return y`,
};
