"""Runs exported Paddle code over a stand-in: Paddle's layers, with their names and arguments, made of PyTorch's.

Paddle itself is not asked, so what this shows is that the code is Python, that its structure, shapes and numbers are those of Pointwise, that
it uses no name or argument that Paddle's documentation does not have, and that weights have the keys and axes that they have there.
"""

import runpy
import sys
import types

import torch
import torch.nn.functional as F


class Layer(torch.nn.Module):
    def create_parameter(self, shape, default_initializer=None, is_bias=False):
        return torch.nn.Parameter(torch.full(shape, default_initializer or 0.0))

    def register_buffer(self, name, tensor, persistable=True):
        super().register_buffer(name, tensor, persistent=persistable)


def parameters_of(layer, size, weight="weight", weight_attr=None, bias_attr=None):
    """A scale and a shift by Paddle's names. Where they are not wanted, Paddle's are constant."""
    layer.register_parameter(weight, None if weight_attr is False else torch.nn.Parameter(torch.ones(size)))
    layer.register_parameter("bias", None if bias_attr is False else torch.nn.Parameter(torch.zeros(size)))


class Linear(Layer):
    """Its kernel has the inputs first."""

    def __init__(self, in_features, out_features, weight_attr=None, bias_attr=None):
        super().__init__()
        self.weight = torch.nn.Parameter(torch.zeros(in_features, out_features))
        self.bias = None if bias_attr is False else torch.nn.Parameter(torch.zeros(out_features))

    def forward(self, x):
        return F.linear(x, self.weight.t(), self.bias)


def convolution(make):
    return lambda *args, bias_attr=None, **kwargs: make(*args, bias=bias_attr is not False, **kwargs)


class BatchNorm(Layer):
    def __init__(self, num_features, momentum=0.9, epsilon=1e-5, weight_attr=None, bias_attr=None):
        super().__init__()
        self.epsilon = epsilon
        parameters_of(self, num_features, "weight", weight_attr, bias_attr)
        self.register_buffer("_mean", torch.zeros(num_features))
        self.register_buffer("_variance", torch.ones(num_features))

    def forward(self, x):
        return F.batch_norm(x, self._mean, self._variance, self.weight, self.bias, False, 0.0, self.epsilon)


class GroupNorm(Layer):
    def __init__(self, num_groups, num_channels, epsilon=1e-5, weight_attr=None, bias_attr=None):
        super().__init__()
        self.groups, self.epsilon = num_groups, epsilon
        parameters_of(self, num_channels, "weight", weight_attr, bias_attr)

    def forward(self, x):
        return F.group_norm(x, self.groups, self.weight, self.bias, self.epsilon)


class InstanceNorm2D(Layer):
    def __init__(self, num_features, epsilon=1e-5, momentum=0.9, weight_attr=None, bias_attr=None):
        super().__init__()
        self.epsilon = epsilon
        parameters_of(self, num_features, "scale", weight_attr, bias_attr)

    def forward(self, x):
        return F.instance_norm(x, weight=self.scale, bias=self.bias, eps=self.epsilon)


class LayerNorm(Layer):
    def __init__(self, normalized_shape, epsilon=1e-5, weight_attr=None, bias_attr=None):
        super().__init__()
        self.shape, self.epsilon = [normalized_shape], epsilon
        parameters_of(self, normalized_shape, "weight", weight_attr, bias_attr)

    def forward(self, x):
        return F.layer_norm(x, self.shape, self.weight, self.bias, self.epsilon)


class PReLU(Layer):
    def __init__(self, num_parameters=1, init=0.25):
        super().__init__()
        self._weight = torch.nn.Parameter(torch.full((num_parameters,), init))

    def forward(self, x):
        return F.prelu(x, self._weight)


def avg_pool2d(x, kernel_size, stride=None, padding=0, ceil_mode=False, exclusive=True, divisor_override=None):
    if divisor_override is not None:
        # Paddle divides first and multiplies by all of the window then.
        assert not exclusive, "a sum of what is inside alone"
    else:
        assert exclusive or not (ceil_mode and padding), "Paddle counts what hangs over"
    return F.avg_pool2d(x, kernel_size, stride, padding, ceil_mode, not exclusive, divisor_override)


class AvgPool2D(Layer):
    def __init__(self, kernel_size, stride=None, padding=0, ceil_mode=False, exclusive=True):
        super().__init__()
        self.arguments = (kernel_size, stride, padding, ceil_mode, exclusive)

    def forward(self, x):
        return avg_pool2d(x, *self.arguments)


def lp_pool(norm_type, kernel_size, stride=None, padding=0, ceil_mode=False):
    assert not padding
    return torch.nn.LPPool2d(norm_type, kernel_size, stride, ceil_mode)


nn = types.ModuleType("paddle.nn")
nn.functional = types.ModuleType("paddle.nn.functional")
nn.initializer = types.SimpleNamespace(Constant=lambda value: value)
for name in "Sequential Identity ReLU ReLU6 LeakyReLU ELU SELU Mish Sigmoid Tanh Softplus Hardsigmoid Hardswish Hardtanh Dropout Flatten PixelShuffle PixelUnshuffle ChannelShuffle Upsample".split():
    setattr(nn, name, getattr(torch.nn, name))
nn.Layer, nn.LayerList, nn.LayerDict, nn.LayerNorm, nn.Silu = Layer, torch.nn.ModuleList, torch.nn.ModuleDict, LayerNorm, torch.nn.SiLU
nn.GELU = lambda approximate=False: torch.nn.GELU(approximate="tanh" if approximate else "none")
nn.Softmax = lambda axis=-1: torch.nn.Softmax(dim=axis)
nn.Linear, nn.PReLU, nn.GroupNorm, nn.InstanceNorm2D = Linear, PReLU, GroupNorm, InstanceNorm2D
nn.Conv2D = convolution(torch.nn.Conv2d)
nn.Conv2DTranspose = convolution(torch.nn.ConvTranspose2d)
nn.BatchNorm2D = nn.BatchNorm1D = BatchNorm
nn.LocalResponseNorm = torch.nn.LocalResponseNorm
nn.MaxPool2D = lambda kernel, stride=None, padding=0, ceil_mode=False: torch.nn.MaxPool2d(kernel, stride, padding, ceil_mode=ceil_mode)
nn.AvgPool2D, nn.LPPool2D = AvgPool2D, lp_pool
nn.AdaptiveAvgPool2D, nn.AdaptiveMaxPool2D = torch.nn.AdaptiveAvgPool2d, torch.nn.AdaptiveMaxPool2d
nn.ZeroPad2D = torch.nn.ZeroPad2d


def pad(padding, mode="constant", value=0.0):
    if mode == "constant":
        return torch.nn.ConstantPad2d(padding, value)
    return {"reflect": torch.nn.ReflectionPad2d, "replicate": torch.nn.ReplicationPad2d}[mode](padding)


nn.Pad2D = pad
nn.functional.interpolate = F.interpolate
nn.functional.pad = F.pad
nn.functional.avg_pool2d, nn.functional.conv2d = avg_pool2d, F.conv2d
nn.functional.softmax = lambda x, axis: F.softmax(x, dim=axis)

paddle = types.ModuleType("paddle")
paddle.nn = nn
paddle.concat = lambda xs, axis: torch.cat(xs, dim=axis)
paddle.maximum, paddle.minimum = torch.maximum, torch.minimum
paddle.zeros = lambda shape: torch.zeros(shape)
paddle.to_tensor, paddle.ones_like = torch.tensor, torch.ones_like
sys.modules.update({"paddle": paddle, "paddle.nn": nn, "paddle.nn.functional": nn.functional})

wide = torch.Tensor.transpose
torch.Tensor.transpose = lambda x, *axes: x.permute(*axes) if len(axes) == 1 else wide(x, *axes)

runpy.run_path(__file__.replace("check_paddle", "check_torch"), run_name="__main__")
