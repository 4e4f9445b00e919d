"""Runs exported Keras code and compares it with what Pointwise computed: one JSON job a line in, one answer a line out."""

import importlib.util
import inspect
import json
import math
import os
import pathlib
import sys
import traceback

os.environ["KERAS_BACKEND"] = "tensorflow"
os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
# The kernels of oneDNN were seen to end the process (a division by zero, DenseNet).
os.environ["TF_ENABLE_ONEDNN_OPTS"] = "0"

import keras
import numpy
from safetensors.numpy import load_file


def last(x):
    """Channels last, of what has them first."""
    return numpy.moveaxis(x, 0, -1) if x.ndim == 3 else x


def largest_error(ours, theirs):
    """The largest difference, as a share of the largest entry."""
    if ours.shape != theirs.shape:
        raise ValueError(f"gives {ours.shape}, not {theirs.shape}")
    largest = max(float(numpy.abs(theirs).max()), 1e-30)
    return float(numpy.abs(ours - theirs).max()) / largest


def model_of(job, inputs, folder):
    spec = importlib.util.spec_from_file_location("model", folder / job["file"])
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    target = getattr(module, job["target"])
    # A function of a value stands on inputs of its own.
    takes = [p.name for p in inspect.signature(target).parameters.values() if p.default is p.empty]
    if not takes:
        return target()
    entries = [keras.Input(x.shape[1:]) for x in inputs]
    return keras.Model(entries if len(entries) > 1 else entries[0], target(*entries))


def outputs_of(net, inputs, names):
    given = net(inputs if len(inputs) > 1 else inputs[0], training=False)
    return [numpy.asarray(given[n])[0] for n in names] if isinstance(given, dict) else [numpy.asarray(given)[0]]


def check(job):
    folder = pathlib.Path(job["folder"])
    inputs = [last(numpy.load(folder / f))[None] for f in job["inputs"]]
    theirs = [last(numpy.load(folder / f"{i}.npy")) for i in range(len(job["outputs"]))]

    def run():
        keras.backend.clear_session()
        net = model_of(job, inputs, folder)
        weights = load_file(folder / job["weights"])
        paths = {v.path for v in net.weights}
        if paths != set(weights):
            raise ValueError(f"weights {sorted(paths ^ set(weights))[:6]} are on one side only")
        for v in net.weights:
            v.assign(weights[v.path])
        return net, outputs_of(net, inputs, job["outputs"])

    net, given = run()
    params = sum(math.prod(v.shape) for v in net.trainable_weights)
    error = max(largest_error(a, b) for a, b in zip(given, theirs, strict=True))
    if error <= 1e-5:
        return {"params": params, "error": error}
    # Where random weights amplify rounding, the framework itself is as far from what double precision gives.
    keras.config.set_floatx("float64")
    inputs = [x.astype("float64") for x in inputs]
    try:
        _, exact = run()
    finally:
        keras.config.set_floatx("float32")
    rounding = max(largest_error(a, b) for a, b in zip(given, exact, strict=True))
    ours = max(largest_error(a, b) for a, b in zip(theirs, exact, strict=True))
    return {"params": params, "error": error, "rounding": rounding, "ours": ours}


for line in sys.stdin:
    try:
        answer = check(json.loads(line))
    except Exception as e:
        last_call = traceback.extract_tb(e.__traceback__)[-1]
        ours = [t for t in traceback.extract_tb(e.__traceback__) if t.filename.endswith("model.py")]
        place = (ours or [last_call])[-1]
        text = str(e).replace("\n", " ")
        answer = {"failed": f"{type(e).__name__}: {text[:500]} ({pathlib.Path(place.filename).name}:{place.lineno})"}
    print(json.dumps(answer), flush=True)
