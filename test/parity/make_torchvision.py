"""Makes torchvision's models with random weights: one JSON job a line in, the state dict, an input and its output as files, an answer out."""

import json
import pathlib
import sys

import numpy
import torch
from safetensors.torch import save_file

register = torch.library.register_fake


def lenient(*args, **kwargs):
    """Builds of torchvision without compiled operators have nothing to register fakes for."""
    wrap = register(*args, **kwargs)

    def decorate(f):
        try:
            return wrap(f)
        except RuntimeError:
            return f

    return decorate


torch.library.register_fake = lenient
import torchvision  # noqa: E402

torch.set_num_threads(2)
torch.backends.nnpack.set_flags(False)

for line in sys.stdin:
    job = json.loads(line)
    folder = pathlib.Path(job["folder"])
    try:
        torch.manual_seed(5)
        eps = job["options"].pop("eps", None)
        changes = job["options"].pop("set", {})
        net = getattr(torchvision.models, job["model"])(weights=None, **job["options"])
        for path, value in changes.items():
            module, attribute = path.rsplit(".", 1)
            setattr(net.get_submodule(module), attribute, value)
        x = torch.randn(1, *job["input"])
        # The statistics of batch norm from the input: random networks reach 1e9 without.
        for m in net.modules():
            if isinstance(m, torch.nn.BatchNorm2d):
                m.train()
                m.momentum = 1.0
                m.eps = eps or m.eps
            else:
                m.training = False
        with torch.no_grad():
            net(x)
            y = net.eval()(x)
        state = {k: v.contiguous() for k, v in net.state_dict().items() if not k.endswith("num_batches_tracked")}
        save_file(state, folder / "published.safetensors")
        numpy.save(folder / "in0.npy", x[0].numpy())
        numpy.save(folder / "0.npy", y[0].numpy())
        answer = {"params": len(state)}
    except Exception as e:
        answer = {"failed": f"{type(e).__name__}: {e}"}
    print(json.dumps(answer), flush=True)
