"""Makes the models that the importer's tests read, as graphs without weights.

Run it with a Python that has torch, torchvision, timm, onnx, and for some keras and tensorflow-cpu:

    python test/import/make_models.py [--full FOLDER] [NAMES...]

Each model has random weights and small inputs. Its initialisers keep their names, types and extents; the numbers of all but small ones go,
so that a model is some kB, compressed. `--full` also writes each with its weights into a folder. Beside the models stands `figures.json`:
weights and multiply-accumulates of convolutions and linear layers, counted in the framework by hooks, and what training would change there.
"""

import contextlib
import gzip
import io
import json
import os
import sys
import warnings
from pathlib import Path

os.environ.setdefault("KERAS_BACKEND", "torch")
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
warnings.filterwarnings("ignore")
import onnx
import onnx.numpy_helper
import torch

HERE = Path(__file__).parent / "models"
SMALL = 64

register = torch.library.register_fake


def forgiving(*args, **kwargs):
    """torchvision without its compiled operators registers them all the same."""
    made = register(*args, **kwargs)

    def decorate(f):
        try:
            return made(f)
        except RuntimeError:
            return f

    return decorate


torch.library.register_fake = forgiving


def tv(name, **kwargs):
    def make():
        import torchvision

        return torchvision.models.get_model(name, weights=None, **kwargs)

    return make


def tm(name, **kwargs):
    def make():
        import timm

        return timm.create_model(name, pretrained=False, **kwargs)

    return make


# Name: what makes it, the input's height and width, exporter.
MODELS = {}


def add(name, make, size=64, ways=("old",)):
    for way in ways:
        MODELS[name if way == "old" else f"{name}-{way}"] = (make, size, way)


BOTH = ("old", "dynamo")
add("resnet50", tv("resnet50"), 224, BOTH)
add("googlenet", tv("googlenet", aux_logits=False, init_weights=False), 224, BOTH)
add("mobilenet_v3_large", tv("mobilenet_v3_large"), 224, BOTH)
add("densenet121", tv("densenet121"), 224, BOTH)
add("efficientnet_b0", tv("efficientnet_b0"), 224, BOTH)
add("alexnet", tv("alexnet"), 224)
add("vgg11_bn", tv("vgg11_bn"), 224, ("old", "train"))
add("squeezenet1_1", tv("squeezenet1_1"), 64, BOTH)
add("shufflenet_v2_x0_5", tv("shufflenet_v2_x0_5"), 64, BOTH)
add("mnasnet0_5", tv("mnasnet0_5"))
add("mobilenet_v2", tv("mobilenet_v2"), 64, ("old", "train"))
add("regnet_y_400mf", tv("regnet_y_400mf"), 64, BOTH)
add("resnext50_32x4d", tv("resnext50_32x4d"))
add("resnet18", tv("resnet18"), 64, ("old", "train"))
add("convnext_tiny", tv("convnext_tiny"), 64)
add("convnext_atto", tm("convnext_atto"), 64, BOTH)
add("inception_v3", tv("inception_v3", aux_logits=False, init_weights=False), 96)
add("deeplabv3_mobilenet", lambda: tv("deeplabv3_mobilenet_v3_large", weights_backbone=None)(), 96)
add("fcn_resnet50", lambda: tv("fcn_resnet50", weights_backbone=None)(), 64)
add("lraspp", lambda: tv("lraspp_mobilenet_v3_large", weights_backbone=None)(), 96)
add("ghostnetv2_100", tm("ghostnetv2_100"))
add("seresnet18", tm("legacy_seresnet18"))
add("ecaresnet26t", tm("ecaresnet26t"))
add("res2net50", tm("res2net50_26w_4s"))
add("hrnet_w18_small", tm("hrnet_w18_small"), 64)
add("dla34", tm("dla34"))
add("cspresnet50", tm("cspresnet50"))
add("cspdarknet53", tm("cspdarknet53"))
add("xception41", tm("xception41"))
add("repvgg_a0", tm("repvgg_a0"))
add("dpn68", tm("dpn68"))
add("vovnet", tm("ese_vovnet19b_dw"))
add("mixnet_s", tm("mixnet_s"))
add("mobilenetv4", tm("mobilenetv4_conv_small"), 64, BOTH)
add("tf_efficientnet_lite0", tm("tf_efficientnet_lite0"))
add("convnextv2_atto", tm("convnextv2_atto"))
add("skresnet18", tm("skresnet18"))
add("nfnet", tm("dm_nfnet_f0"), 64)
add("mobileone_s0", tm("mobileone_s0"))
add("rexnet_100", tm("rexnet_100"))
add("selecsls42b", tm("selecsls42b"))
add("inception_v4", tm("inception_v4"), 96)
add("resnetblur50", tm("resnetblur50"))
add("resnetv2_gn", tm("resnetv2_50x1_bit"), 64)
add("poolformer_s12", tm("poolformer_s12"), 64)
add("fastvit_t8", tm("fastvit_t8"), 64)


class Unet(torch.nn.Module):
    """A small U-Net, written as people write it, with transposed convolutions, group norm, mish and pixel shuffle."""

    def __init__(self):
        super().__init__()
        n = torch.nn

        def double(a, b):
            return n.Sequential(n.Conv2d(a, b, 3, padding=1), n.GroupNorm(4, b), n.Mish(), n.Conv2d(b, b, 3, padding=1), n.LeakyReLU(0.1))

        self.down1, self.down2, self.mid = double(3, 16), double(16, 32), double(32, 64)
        self.up2, self.up1 = n.ConvTranspose2d(64, 32, 2, 2), n.Upsample(scale_factor=2, mode="bilinear")
        self.dec2, self.dec1 = double(64, 32), double(48, 16)
        self.norm = n.InstanceNorm2d(16, affine=True)
        self.act = n.PReLU(16)
        self.out = n.Sequential(n.Conv2d(16, 12, 1), n.PixelShuffle(2))

    def forward(self, x):
        f = torch.nn.functional
        a = self.down1(x)
        b = self.down2(f.max_pool2d(a, 2))
        c = self.mid(f.max_pool2d(b, 2))
        d = self.dec2(torch.cat([self.up2(c), b], 1))
        e = self.dec1(torch.cat([self.up1(d), a], 1))
        return self.out(self.act(self.norm(e)))


class Siamese(torch.nn.Module):
    """Two inputs, one set of weights."""

    def __init__(self):
        super().__init__()
        n = torch.nn
        self.twin = n.Sequential(n.Conv2d(1, 8, 5), n.ReLU(), n.MaxPool2d(2), n.Flatten(), n.Linear(8 * 14 * 14, 32), n.Sigmoid())
        self.head = n.Linear(32, 1)

    def forward(self, a, b):
        return self.head((self.twin(a) - self.twin(b)).abs())


add("unet", Unet, 64, BOTH)
MODELS["siamese"] = (Siamese, (1, 32), "old")


class Response(torch.nn.Module):
    """Local response normalisation, which PyTorch writes as a pool over three axes, behind a condition on extents."""

    def __init__(self):
        super().__init__()
        n = torch.nn
        self.conv1 = n.Conv2d(3, 16, 7, stride=2, padding=3)
        self.norm1 = n.LocalResponseNorm(5)
        self.conv2 = n.Conv2d(16, 24, 3, padding=1)
        self.norm2 = n.LocalResponseNorm(3, alpha=0.002, beta=0.5, k=2)
        # To unit length, nearly: optimisers leave out what is added.
        self.norm3 = n.LocalResponseNorm(47, alpha=47, beta=0.5, k=1e-12)

    def forward(self, x):
        return self.norm3(self.norm2(self.conv2(self.norm1(self.conv1(x).relu()))))


add("response", Response, 32, BOTH)


class Frozen(torch.nn.Module):
    """Batch norm without an affine part, a pool padded by hand as TensorFlow pads, one factor for all that is trained, and a norm of means."""

    def __init__(self):
        super().__init__()
        n = torch.nn
        self.conv1, self.norm1 = n.Conv2d(3, 96, 3, bias=False), n.BatchNorm2d(96, affine=False)
        self.conv2, self.norm2 = n.Conv2d(96, 8, 1, bias=False), n.BatchNorm2d(8)
        self.weight = n.Parameter(torch.full((1,), 1.25))
        self.gap, self.norm3 = n.AdaptiveAvgPool2d(1), n.LayerNorm(8)

    def forward(self, x):
        f = torch.nn.functional
        x = self.norm1(self.conv1(x)).relu()
        x = f.max_pool2d(f.pad(x, (0, 1, 0, 1), value=float("-inf")), 3, 2)
        x = self.norm2(self.conv2(x)) * self.weight.view(-1, 1, 1) * 0.5
        return self.norm3(self.gap(x).permute(0, 2, 3, 1)).permute(0, 3, 1, 2).flatten(1)


add("frozen", Frozen, 34, ("train", "raw"))


def keras_model(name, size):
    def make():
        import keras

        return getattr(keras.applications, name)(weights=None, input_shape=(size, size, 3))

    return make


for name, size in [("ResNet50", 64), ("MobileNetV2", 64), ("DenseNet121", 64), ("EfficientNetB0", 64), ("Xception", 96), ("VGG16", 64), ("MobileNetV3Small", 64), ("ConvNeXtTiny", 64)]:
    MODELS[f"keras-{name.lower()}"] = (keras_model(name, size), size, "keras")


def macs_of(model, inputs):
    total = 0

    def hook(m, xs, y):
        nonlocal total
        if isinstance(m, torch.nn.ConvTranspose2d):
            total += m.weight[0].numel() * xs[0].numel()
        elif isinstance(m, (torch.nn.Conv2d, torch.nn.Conv1d)):
            total += m.weight[0].numel() * y.numel()
        elif isinstance(m, torch.nn.Linear):
            total += m.weight.shape[1] * y.numel()

    hooks = [m.register_forward_hook(hook) for m in model.modules()]
    with torch.no_grad():
        model(*inputs)
    for h in hooks:
        h.remove()
    return total


def randomise(model):
    """Weights near what training gives: statistics and biases that are not trivial, so that an error in them is seen."""
    g = torch.Generator().manual_seed(1)
    for name, p in list(model.named_parameters()) + list(model.named_buffers()):
        if not p.dtype.is_floating_point or p.dim() > 1:
            continue
        r = torch.rand(p.shape, generator=g)
        with torch.no_grad():
            if name.endswith("running_var") or (name.endswith("weight") and p.dim() == 1):
                p.copy_(0.75 + 0.5 * r)
            elif p.dim() == 1:
                p.copy_(p * 0.1 + 0.1 * (r - 0.5))


def export(name):
    make, size, way = MODELS[name]
    torch.manual_seed(0)
    if way == "keras":
        import tempfile

        model = make()
        import numpy as np

        model(np.zeros((1, size, size, 3), dtype="float32"))
        with tempfile.TemporaryDirectory() as folder:
            path = f"{folder}/m.onnx"
            model.export(path, format="onnx", verbose=False)
            proto = onnx.load(path)
        kernels = [w for w in model.trainable_weights if len(w.shape) > 1]
        return proto, {"trainable": sum(int(np.prod(w.shape)) for w in model.trainable_weights), "weights": sum(int(np.prod(w.shape)) for w in kernels)}
    model = make()
    randomise(model)
    model.eval()
    if name == "siamese":
        inputs = (torch.randn(1, 1, 32, 32), torch.randn(1, 1, 32, 32))
    else:
        inputs = (torch.randn(1, 3, size, size),)
    macs = macs_of(model, inputs)
    kernels = [m.weight for m in model.modules() if isinstance(m, (torch.nn.Conv2d, torch.nn.Linear, torch.nn.ConvTranspose2d, torch.nn.Conv1d))]
    facts = {
        "trainable": sum(p.numel() for p in model.parameters()),
        "weights": sum(w.numel() for w in kernels),
        "macs": macs,
    }
    f = io.BytesIO()
    if way in ("dynamo", "raw"):
        with contextlib.redirect_stdout(io.StringIO()):
            program = torch.onnx.export(model, inputs, dynamo=True, optimize=way == "dynamo", verbose=False)
        program.save(f)
    else:
        more = {"training": torch.onnx.TrainingMode.PRESERVE, "do_constant_folding": False} if way == "train" else {}
        if isinstance(model(*inputs), dict):
            inner = model

            class Main(torch.nn.Module):
                def __init__(self):
                    super().__init__()
                    self.net = inner

                def forward(self, x):
                    return self.net(x)["out"]

            model = Main().eval()
        torch.onnx.export(model, inputs, f, dynamo=False, opset_version=17, **more)
    return onnx.load_from_string(f.getvalue()), facts


def strip(proto):
    def tensor(t):
        n = 1
        for d in t.dims:
            n *= d
        if n <= SMALL or t.data_type in (6, 7):
            return
        if t.data_type == 1 and len(t.dims) == 4 and t.dims[1] == 1:
            a = onnx.numpy_helper.to_array(t)
            if (a == a[:1]).all():
                return
        if t.data_type == 1:
            t.ClearField("raw_data")
            t.ClearField("float_data")

    def plain(t):
        # One number all over stands for what a layer does not have.
        a = onnx.numpy_helper.to_array(t).ravel()
        return len(a) > 0 and (a == a[0]).all()

    def graph(g):
        for t in g.initializer:
            tensor(t)
        for n in g.node:
            n.doc_string = ""
            keep = [p for p in n.metadata_props if p.key == "pkg.torch.onnx.name_scopes"]
            kept = [(p.key, p.value) for p in keep]
            del n.metadata_props[:]
            for k, v in kept:
                n.metadata_props.add(key=k, value=v)
            for a in n.attribute:
                if a.type == onnx.AttributeProto.TENSOR and not plain(a.t):
                    tensor(a.t)
        del g.value_info[:]
        for v in list(g.input) + list(g.output):
            del v.metadata_props[:]
        for t in g.initializer:
            del t.metadata_props[:]

    graph(proto.graph)
    return proto


def main():
    args = sys.argv[1:]
    full = None
    if "--full" in args:
        i = args.index("--full")
        full = Path(args[i + 1])
        full.mkdir(parents=True, exist_ok=True)
        del args[i : i + 2]
    HERE.mkdir(exist_ok=True)
    file = HERE / "figures.json"
    figures = json.loads(file.read_text()) if file.exists() else {}
    for name in args or list(MODELS):
        try:
            proto, facts = export(name)
        except Exception as e:
            print(name, "FAILED", str(e)[:300], flush=True)
            continue
        if full is not None:
            (full / f"{name}.onnx").write_bytes(proto.SerializeToString())
        nodes = len(proto.graph.node)
        data = gzip.compress(strip(proto).SerializeToString(), 9, mtime=0)
        (HERE / f"{name}.onnx.gz").write_bytes(data)
        figures[name] = facts
        print(name, nodes, "nodes", len(data), "bytes", facts, flush=True)
        file.write_text(json.dumps(dict(sorted(figures.items())), indent=2) + "\n")


main()
