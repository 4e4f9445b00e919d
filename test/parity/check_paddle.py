"""Runs exported Paddle code over a stand-in: Paddle's layers, with their names and arguments, made of PyTorch's.

Paddle itself is not asked, so what this shows is that the code is Python, that its structure, shapes and numbers are those of Pointwise, and
that it uses no name or argument that Paddle's documentation does not have.
"""

import runpy
import sys
import types

import torch
import torch.nn.functional as F


def renamed(make, **names):
    """A layer of PyTorch under Paddle's names of arguments."""

    def layer(*args, bias_attr=None, weight_attr=None, **kwargs):
        given = {names.get(k, k): v for k, v in kwargs.items()}
        if "affine" in names.values() or "affine" in names:
            given["affine"] = weight_attr is not False
        elif bias_attr is False:
            given["bias"] = False
        if "momentum" in given:
            given["momentum"] = 1 - given["momentum"]
        return make(*args, **given)

    return layer


class LayerNorm(torch.nn.LayerNorm):
    def __init__(self, shape, epsilon=1e-5, weight_attr=None, bias_attr=None):
        super().__init__(shape, eps=epsilon, elementwise_affine=weight_attr is not False)


class Layer(torch.nn.Module):
    def create_parameter(self, shape, default_initializer=None, is_bias=False):
        return torch.nn.Parameter(torch.zeros(shape))


def average(kernel, stride=None, padding=0, ceil_mode=False, exclusive=True):
    return torch.nn.AvgPool2d(kernel, stride, padding, ceil_mode, not exclusive)



nn = types.ModuleType("paddle.nn")
nn.functional = types.ModuleType("paddle.nn.functional")
nn.initializer = types.SimpleNamespace(Constant=lambda value: value)
for name in "Sequential Identity ReLU ReLU6 LeakyReLU PReLU ELU SELU Mish Sigmoid Tanh Softplus Hardsigmoid Hardswish Hardtanh Dropout Flatten PixelShuffle PixelUnshuffle ChannelShuffle Upsample".split():
    setattr(nn, name, getattr(torch.nn, name))
nn.Layer, nn.LayerList, nn.LayerDict, nn.LayerNorm, nn.Silu = Layer, torch.nn.ModuleList, torch.nn.ModuleDict, LayerNorm, torch.nn.SiLU
nn.GELU = lambda approximate=False: torch.nn.GELU(approximate="tanh" if approximate else "none")
nn.Softmax = lambda axis=-1: torch.nn.Softmax(dim=axis)
nn.Linear = renamed(torch.nn.Linear)
nn.Conv2D = renamed(torch.nn.Conv2d)
nn.Conv2DTranspose = renamed(torch.nn.ConvTranspose2d)
for paddle_name, torch_name in (("BatchNorm2D", "BatchNorm2d"), ("BatchNorm1D", "BatchNorm1d"), ("GroupNorm", "GroupNorm"), ("InstanceNorm2D", "InstanceNorm2d")):
    setattr(nn, paddle_name, renamed(getattr(torch.nn, torch_name), epsilon="eps", weight_attr="affine"))
nn.LocalResponseNorm = torch.nn.LocalResponseNorm
nn.MaxPool2D = lambda kernel, stride=None, padding=0, ceil_mode=False: torch.nn.MaxPool2d(kernel, stride, padding, ceil_mode=ceil_mode)
nn.AvgPool2D = average
nn.AdaptiveAvgPool2D, nn.AdaptiveMaxPool2D = torch.nn.AdaptiveAvgPool2d, torch.nn.AdaptiveMaxPool2d
nn.ZeroPad2D = torch.nn.ZeroPad2d


def pad(padding, mode="constant", value=0.0):
    if mode == "constant":
        return torch.nn.ConstantPad2d(padding, value)
    return {"reflect": torch.nn.ReflectionPad2d, "replicate": torch.nn.ReplicationPad2d}[mode](padding)


nn.Pad2D = pad
nn.functional.interpolate = F.interpolate
nn.functional.pad = F.pad
nn.functional.softmax = lambda x, axis: F.softmax(x, dim=axis)

paddle = types.ModuleType("paddle")
paddle.nn = nn
paddle.concat = lambda xs, axis: torch.cat(xs, dim=axis)
paddle.maximum, paddle.minimum = torch.maximum, torch.minimum
paddle.zeros = lambda shape: torch.zeros(shape)
sys.modules.update({"paddle": paddle, "paddle.nn": nn, "paddle.nn.functional": nn.functional})

wide = torch.Tensor.transpose
torch.Tensor.transpose = lambda x, *axes: x.permute(*axes) if len(axes) == 1 else wide(x, *axes)

runpy.run_path(__file__.replace("check_paddle", "check_torch"), run_name="__main__")
