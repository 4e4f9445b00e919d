"""Writes exported PyTorch code as ONNX by PyTorch's newer exporter: one JSON job a line in, one answer a line out."""

import contextlib
import importlib.util
import io
import json
import pathlib
import sys
import traceback
import warnings

import numpy
import torch
from safetensors.torch import load_file

torch.set_num_threads(2)


def export(job):
    folder = pathlib.Path(job["folder"])
    spec = importlib.util.spec_from_file_location("model", folder / job["file"])
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    net = getattr(module, job["target"])().eval()
    net.load_state_dict(load_file(folder / job["weights"]))
    inputs = tuple(torch.from_numpy(numpy.load(folder / f))[None] for f in job["inputs"])
    with warnings.catch_warnings(action="ignore"), contextlib.redirect_stdout(io.StringIO()):
        # Optimised, batch norm would be folded into convolutions, and its parameters be theirs.
        program = torch.onnx.export(net, inputs, dynamo=True, optimize=False, verbose=False, output_names=job["outputs"])
    program.save(folder / job["onnx"])
    return {"params": sum(p.numel() for p in net.parameters())}


for line in sys.stdin:
    try:
        answer = export(json.loads(line))
    except Exception as e:
        last = traceback.extract_tb(e.__traceback__)[-1]
        answer = {"failed": f"{type(e).__name__}: {e} ({pathlib.Path(last.filename).name}:{last.lineno})"[:600]}
    print(json.dumps(answer), flush=True)
