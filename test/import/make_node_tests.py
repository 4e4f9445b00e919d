"""Makes node-tests.json.gz: ONNX's own node tests (https://github.com/onnx/onnx, Apache-2.0) for the operators in scope, each as a model that one may import.

python test/import/make_node_tests.py

In those tests everything is an input. Here only what a network computes on is: the first input, or all of an operator that joins several; the rest
are initialisers, as exporters write them. What has a batch above one keeps its first entry, and what has fewer axes than a map, of an operator that
pays no heed to axes, gets some of extent one. What is expected is what onnxruntime gives for the model so adapted, or onnx's reference evaluator where
that lacks it.
"""

import base64
import gzip
import json
import pathlib

import numpy
import onnx
import onnxruntime
from onnx import helper, numpy_helper
from onnx.backend.test.case.node import collect_testcases
from onnx.reference import ReferenceEvaluator

JOINING = {"Add", "Sub", "Mul", "Div", "Max", "Min", "Sum", "Mean", "Concat", "MatMul"}
POINTWISE = {
    *["Relu", "LeakyRelu", "Elu", "Selu", "Sigmoid", "Tanh", "Softplus", "HardSigmoid", "HardSwish", "Mish", "Gelu", "Clip", "Abs", "Neg", "Sqrt", "Erf"],
    *["Reciprocal", "Exp", "Pow", "Identity", "Dropout", "ThresholdedRelu", "Celu", "Softsign", "Swish"],
}
OTHERS = {
    *["Conv", "ConvTranspose", "Gemm", "MaxPool", "AveragePool", "LpPool", "GlobalAveragePool", "GlobalMaxPool", "BatchNormalization"],
    *["InstanceNormalization", "GroupNormalization", "LayerNormalization", "LRN", "Softmax", "PRelu", "Split", "Slice", "Gather", "Transpose"],
    *["Expand", "Pad", "DepthToSpace", "SpaceToDepth", "Reshape", "Flatten", "Squeeze", "Unsqueeze", "Resize", "Upsample", "ReduceMean"],
    *["ReduceMax", "ReduceSum", "ReduceL2", "RMSNormalization"],
}
SCOPE = JOINING | POINTWISE | OTHERS
# Larger ones show nothing that smaller ones do not.
MOST = 1500


def adapted(x, op):
    """As a value that a network has: a map or a vector, with a batch of one."""
    if x.ndim > 1 and x.shape[0] > 1 and op not in POINTWISE | JOINING:
        x = x[:1]
    if op in POINTWISE | JOINING - {"Concat", "MatMul"} and x.ndim < 4:
        x = x.reshape([1] * (4 - x.ndim) + list(x.shape))
    if (op in POINTWISE or (op in {"Concat", "MatMul"} and x.ndim > 1)) and x.shape[0] > 1:
        x = x[:1]
    return x


def case_of(case):
    model = case.model
    if len(model.graph.node) != 1 or not case.data_sets:
        return None
    node = model.graph.node[0]
    op = node.op_type
    if op not in SCOPE or node.domain not in ("", "ai.onnx"):
        return None
    values = dict(zip([i.name for i in model.graph.input], [numpy.asarray(v) for v in case.data_sets[0][0]]))
    names = [n for n in node.input if n]
    live = [n for n in names if n in values] if op in JOINING else names[:1]
    if not live or any(values[n].dtype != numpy.float32 for n in live):
        return None
    for n in live:
        values[n] = adapted(values[n], op)
    if sum(v.size for v in values.values()) > MOST or any(values[n].size == 0 for n in live):
        return None
    constants = [numpy_helper.from_array(values[n], n) for n in values if n not in live]
    inputs = [helper.make_tensor_value_info(n, onnx.TensorProto.FLOAT, values[n].shape) for n in live]
    outputs = [helper.make_empty_tensor_value_info(node.output[0])]
    graph = helper.make_graph([node], "node", inputs, outputs, constants)
    made = helper.make_model(graph, opset_imports=model.opset_import, ir_version=min(model.ir_version, 10))
    feeds = {n: values[n] for n in live}
    made.graph.output[0].CopyFrom(helper.make_tensor_value_info(node.output[0], onnx.TensorProto.FLOAT, None))
    try:
        wanted = onnxruntime.InferenceSession(made.SerializeToString()).run(None, feeds)[0]
    except Exception:  # noqa: BLE001
        try:
            wanted = ReferenceEvaluator(made).run(None, feeds)[0]
        except Exception:  # noqa: BLE001
            return None
    wanted = numpy.asarray(wanted)
    if wanted.dtype != numpy.float32 or wanted.size > MOST:
        return None
    numbers = lambda a: [float(f"{x:.7g}") if numpy.isfinite(x) else str(x) for x in a.flatten()]  # noqa: E731
    return {
        "name": case.name.removeprefix("test_"),
        "model": base64.b64encode(made.SerializeToString()).decode(),
        "inputs": [numbers(values[n]) for n in live],
        "shape": list(wanted.shape),
        "output": numbers(wanted),
    }


def main():
    cases = [made for case in collect_testcases(None) if (made := case_of(case))]
    cases.sort(key=lambda c: c["name"])
    data = json.dumps(cases, separators=(",", ":")).encode()
    packed = gzip.compress(data, 9, mtime=0)
    pathlib.Path(__file__).with_name("node-tests.json.gz").write_bytes(packed)
    print(len(cases), "cases", len(packed), "bytes")


main()
