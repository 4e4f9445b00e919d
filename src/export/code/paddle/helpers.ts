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
