"""Runs exported PyTorch code and compares it with what Pointwise computed: one JSON job a line in, one answer a line out."""

import importlib.util
import json
import pathlib
import sys
import traceback
import warnings

import numpy
import torch
from safetensors.torch import load_file

torch.set_num_threads(2)
torch.backends.nnpack.set_flags(False)


def largest_error(ours, theirs):
    """The largest difference, as a share of the largest entry."""
    ours = ours.detach().numpy()[0]
    if ours.shape != theirs.shape:
        raise ValueError(f"gives {ours.shape}, not {theirs.shape}")
    largest = max(float(numpy.abs(theirs).max()), 1e-30)
    return float(numpy.abs(ours - theirs).max()) / largest


def check(job):
    folder = pathlib.Path(job["folder"])
    spec = importlib.util.spec_from_file_location("model", folder / job["file"])
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    net = getattr(module, job["target"])().eval()
    params = sum(p.numel() for p in net.parameters())
    net.load_state_dict(load_file(folder / job["weights"]))
    inputs = [torch.from_numpy(numpy.load(folder / f))[None] for f in job["inputs"]]
    if "onnx" in job:
        # Batch norm stays where it is, as otherwise its parameters would be those of convolutions.
        with warnings.catch_warnings(action="ignore"):
            torch.onnx.export(
                net,
                tuple(inputs),
                folder / job["onnx"],
                dynamo=False,
                training=torch.onnx.TrainingMode.PRESERVE,
                do_constant_folding=False,
                output_names=job["outputs"],
            )
        return {"params": params}

    def run(*xs):
        with torch.no_grad():
            given = net(*xs)
        return list(given.values()) if isinstance(given, dict) else [given]

    given = run(*inputs)
    theirs = [numpy.load(folder / f"{i}.npy") for i in range(len(job["outputs"]))]
    error = max(largest_error(a, b) for a, b in zip(given, theirs, strict=True))
    if error <= 1e-5:
        return {"params": params, "error": error}
    # Where random weights amplify rounding, the framework itself is as far from what double precision gives.
    net.double()
    exact = [y[0].numpy() for y in run(*(x.double() for x in inputs))]
    rounding = max(largest_error(a, b) for a, b in zip(given, exact, strict=True))
    ours = max(largest_error(torch.from_numpy(a[None]), b) for a, b in zip(theirs, exact, strict=True))
    return {"params": params, "error": error, "rounding": rounding, "ours": ours}


for line in sys.stdin:
    try:
        answer = check(json.loads(line))
    except Exception as e:
        last = traceback.extract_tb(e.__traceback__)[-1]
        answer = {"failed": f"{type(e).__name__}: {e} ({pathlib.Path(last.filename).name}:{last.lineno})"[:600]}
    print(json.dumps(answer), flush=True)
