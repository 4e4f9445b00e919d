"""Checks exported ONNX files: one JSON job a line in, one answer a line out.

A job names files of one network, each with its options, the inputs and the outputs that Pointwise computed. Every file has to pass
`onnx.checker` with `full_check`, to say the shape of every tensor, and to give the same numbers in onnxruntime.
"""

import json
import sys
import traceback

import numpy
import onnx
import onnxruntime

options = onnxruntime.SessionOptions()
options.intra_op_num_threads = 2
options.log_severity_level = 3


def largest_error(given, wanted):
    if given.shape != wanted.shape:
        raise ValueError(f"gives {given.shape}, not {wanted.shape}")
    largest = max(float(numpy.abs(wanted).max()), 1e-30)
    return float(numpy.abs(given - wanted).max()) / largest


def check(job):
    inputs = [numpy.load(f)[None] for f in job["inputs"]]
    wanted = [numpy.load(f)[None] for f in job["outputs"]]
    errors = []
    for file in job["files"]:
        model = onnx.load(file["path"])
        onnx.checker.check_model(model, full_check=True)
        graph = model.graph
        said = {v.name for v in [*graph.value_info, *graph.output]}
        unsaid = [o for n in graph.node for o in n.output if o not in said]
        if unsaid:
            raise ValueError(f"says no shape of {unsaid[0]}")
        session = onnxruntime.InferenceSession(file["path"], options, providers=["CPUExecutionProvider"])
        batch = file["batch"]
        feeds = {i.name: numpy.concatenate([x] * batch) for i, x in zip(session.get_inputs(), inputs, strict=True)}
        given = session.run(None, feeds)
        errors.append(max(largest_error(a, numpy.concatenate([b] * batch)) for a, b in zip(given, wanted, strict=True)))
    return {"errors": errors}


for line in sys.stdin:
    try:
        answer = check(json.loads(line))
    except Exception as e:
        last = traceback.extract_tb(e.__traceback__)[-1]
        answer = {"failed": f"{type(e).__name__}: {e} ({last.lineno})"[:600]}
    print(json.dumps(answer), flush=True)
