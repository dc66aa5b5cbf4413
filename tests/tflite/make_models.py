#!/usr/bin/env python3
"""Writes the test models: TensorFlow Lite files as JSON, which flatc turns into files. Weights are random, but the same
in every run."""
import json
import os
import random
import struct
import sys


class Model:
    """A model that grows operator by operator. Tensors are known by their names."""

    def __init__(self, seed):
        self.random = random.Random(seed)
        self.tensors, self.buffers, self.codes, self.operators = [], [{}], [], []
        self.numbers, self.inputs = {}, []

    def tensor(self, name, shape, kind="FLOAT32", scale=None, zero=0, axis=None, data=None):
        entry = {"shape": shape, "type": kind, "buffer": 0, "name": name}
        if data is not None:
            entry["buffer"] = len(self.buffers)
            self.buffers.append({"data": list(data)})
        if scale is not None:
            scales = scale if isinstance(scale, list) else [scale]
            entry["quantization"] = {"scale": scales, "zero_point": [zero] * len(scales)}
            if axis is not None:
                entry["quantization"]["axis"] = axis
        self.numbers[name] = len(self.tensors)
        self.tensors.append(entry)
        return name

    def input(self, name, shape, **kinds):
        self.inputs.append(self.tensor(name, shape, **kinds))
        return name

    def floats(self, name, shape, most):
        """A constant of multiples of 1/128."""
        values = [self.random.randint(-int(most * 128), int(most * 128)) / 128 for _ in range(product(shape))]
        return self.tensor(name, shape, data=struct.pack("<%df" % len(values), *values))

    def bytes(self, name, shape, scale, axis=None, most=127, kind="INT8", zero=0):
        values = [self.random.randint(-most, most) + zero for _ in range(product(shape))]
        return self.tensor(name, shape, kind, scale, zero, axis, [value & 255 for value in values])

    def whole(self, name, values, shape=None, scale=None, axis=None):
        shape = [len(values)] if shape is None else shape
        return self.tensor(name, shape, "INT32", scale, 0, axis, struct.pack("<%di" % len(values), *values))

    def operator(self, op, inputs, output, options=None, **values):
        if op not in self.codes:
            self.codes.append(op)
        entry = {"opcode_index": self.codes.index(op), "inputs": [self.numbers.get(name, -1) for name in inputs],
                 "outputs": [self.numbers[output]]}
        if options:
            entry["builtin_options_type"] = options
            entry["builtin_options"] = values
        self.operators.append(entry)
        return output

    def write(self, folder, name, outputs):
        codes = [{"short_code": CODES[op], "builtin_code": op} for op in self.codes]
        graph = {"tensors": self.tensors, "inputs": [self.numbers[name] for name in self.inputs],
                 "outputs": [self.numbers[name] for name in outputs], "operators": self.operators}
        model = {"version": 3, "operator_codes": codes, "subgraphs": [graph], "buffers": self.buffers}
        with open(os.path.join(folder, name + ".json"), "w", encoding="ascii") as file:
            file.write(wrapped(json.dumps(model, separators=(",", ":"))))


CODES = {"ADD": 0, "AVERAGE_POOL_2D": 1, "CONCATENATION": 2, "CONV_2D": 3, "DEPTHWISE_CONV_2D": 4, "DEQUANTIZE": 6,
         "FULLY_CONNECTED": 9, "LOGISTIC": 14, "MAX_POOL_2D": 17, "MUL": 18, "RESHAPE": 22, "RESIZE_BILINEAR": 23,
         "SOFTMAX": 25, "PAD": 34, "MEAN": 40, "SUB": 41, "SQUEEZE": 43, "STRIDED_SLICE": 45, "SPLIT": 49, "SLICE": 65,
         "TRANSPOSE_CONV": 67,
         "SHAPE": 77, "PACK": 83, "LEAKY_RELU": 98, "QUANTIZE": 114, "HARD_SWISH": 117}


def product(shape):
    count = 1
    for size in shape:
        count *= size
    return count


def wrapped(text, width=116):
    """Lines that break behind commas."""
    lines, line = [], ""
    for part in text.split(","):
        part += ","
        if len(line) + len(part) > width:
            lines.append(line)
            line = ""
        line += part
    return "\n".join(lines + [line[:-1]]) + "\n"


def conv(m, source, name, shape, channels, kernel, most, activation="NONE", padding="SAME", stride=1):
    """A convolution of real numbers; `shape` is that of the output."""
    m.floats(name + "/weights", [shape[3], kernel, kernel, channels], most)
    m.floats(name + "/bias", [shape[3]], 0.25)
    m.tensor(name, shape)
    return m.operator("CONV_2D", [source, name + "/weights", name + "/bias"], name, "Conv2DOptions", padding=padding,
                      stride_w=stride, stride_h=stride, activation=activation)


def linear(m, source, name, channels, outputs, most):
    m.floats(name + "/weights", [outputs, channels], most)
    m.floats(name + "/bias", [outputs], 0.25)
    m.tensor(name, [1, outputs])
    return m.operator("FULLY_CONNECTED", [source, name + "/weights", name + "/bias"], name, "FullyConnectedOptions")


def pool(m, op, source, name, shape, window):
    m.tensor(name, shape)
    return m.operator(op, [source], name, "Pool2DOptions", padding="VALID", stride_w=window, stride_h=window,
                      filter_w=window, filter_h=window)


def float_residual(folder):
    """Fused ReLU6, depth-wise layer, both poolings, sum, joined channels, mean and Softmax."""
    m = Model(1)
    m.input("image", [1, 12, 10, 3])
    at = conv(m, "image", "net/conv1/Relu6;net/conv1/BiasAdd;net/conv1/Conv2D", [1, 12, 10, 8], 3, 3, 1.5, "RELU6")
    m.floats("depth/weights", [1, 3, 3, 8], 0.5)
    m.floats("depth/bias", [8], 0.25)
    m.tensor("depth", [1, 12, 10, 8])
    m.operator("DEPTHWISE_CONV_2D", [at, "depth/weights", "depth/bias"], "depth", "DepthwiseConv2DOptions",
               padding="SAME", stride_w=1, stride_h=1, depth_multiplier=1, activation="RELU")
    skip = pool(m, "MAX_POOL_2D", "depth", "pool1", [1, 6, 5, 8], 2)
    conv(m, skip, "conv2", [1, 6, 5, 8], 8, 1, 0.5)
    m.tensor("sum", [1, 6, 5, 8])
    m.operator("ADD", [skip, "conv2"], "sum", "AddOptions", activation="RELU")
    m.tensor("joined", [1, 6, 5, 16])
    m.operator("CONCATENATION", ["sum", skip], "joined", "ConcatenationOptions", axis=3)
    conv(m, "joined", "conv3", [1, 6, 5, 6], 16, 3, 0.25, "RELU")
    pool(m, "AVERAGE_POOL_2D", "conv3", "pool2", [1, 3, 2, 6], 2)
    m.whole("axes", [1, 2])
    m.tensor("mean", [1, 6])
    m.operator("MEAN", ["pool2", "axes"], "mean", "ReducerOptions", keep_dims=False)
    linear(m, "mean", "logits", 6, 4, 1)
    m.tensor("classes", [1, 4])
    m.operator("SOFTMAX", ["logits"], "classes", "SoftmaxOptions", beta=1.0)
    m.write(folder, "float_residual", ["classes"])


def float_flatten(folder):
    """Padding in front of a convolution, factors and offsets by channel, and a map flattened channels last."""
    m = Model(2)
    m.input("image", [1, 6, 7, 2])
    m.whole("pads", [0, 0, 1, 1, 1, 1, 0, 0], [4, 2])
    m.tensor("padded", [1, 8, 9, 2])
    m.operator("PAD", ["image", "pads"], "padded")
    conv(m, "padded", "conv1", [1, 6, 7, 4], 2, 3, 0.5, padding="VALID")
    m.floats("gamma", [4], 1)
    m.floats("beta", [1, 1, 1, 4], 1)
    m.tensor("scaled", [1, 6, 7, 4])
    m.operator("MUL", ["conv1", "gamma"], "scaled", "MulOptions")
    m.tensor("moved", [1, 6, 7, 4])
    m.operator("ADD", ["scaled", "beta"], "moved", "AddOptions", activation="RELU")
    m.whole("row", [1, 168])
    m.tensor("flat", [1, 168])
    m.operator("RESHAPE", ["moved", "row"], "flat", "ReshapeOptions", new_shape=[1, 168])
    linear(m, "flat", "fc", 168, 5, 0.25)
    m.write(folder, "float_flatten", ["fc"])


def float_functions(folder):
    """Activations that are looked up in tables, a difference, and a transposed convolution."""
    m = Model(3)
    m.input("image", [1, 4, 4, 3])
    conv(m, "image", "conv1", [1, 4, 4, 4], 3, 3, 1)
    m.tensor("leaky", [1, 4, 4, 4])
    m.operator("LEAKY_RELU", ["conv1"], "leaky", "LeakyReluOptions", alpha=0.1)
    conv(m, "leaky", "conv2", [1, 4, 4, 4], 4, 1, 1)
    m.tensor("swish", [1, 4, 4, 4])
    m.operator("HARD_SWISH", ["conv2"], "swish")
    m.floats("up/weights", [3, 2, 2, 4], 0.5)
    m.whole("up/shape", [1, 8, 8, 3])
    m.tensor("up", [1, 8, 8, 3])
    m.operator("TRANSPOSE_CONV", ["up/shape", "up/weights", "swish"], "up", "TransposeConvOptions", padding="VALID",
               stride_w=2, stride_h=2)
    conv(m, "up", "conv3", [1, 8, 8, 3], 3, 3, 0.5)
    m.tensor("difference", [1, 8, 8, 3])
    m.operator("SUB", ["up", "conv3"], "difference", "SubOptions")
    conv(m, "difference", "conv4", [1, 8, 8, 2], 3, 1, 1)
    m.tensor("sigmoid", [1, 8, 8, 2])
    m.operator("LOGISTIC", ["conv4"], "sigmoid")
    m.write(folder, "float_functions", ["sigmoid"])


def float_parts(folder):
    """Channels that are split, picked, and joined again in another order."""
    m = Model(9)
    m.input("image", [1, 4, 5, 3])
    conv(m, "image", "conv1", [1, 4, 5, 8], 3, 3, 1)
    m.whole("axis", [3], [])
    m.tensor("front", [1, 4, 5, 4])
    m.tensor("back", [1, 4, 5, 4])
    m.operator("SPLIT", ["axis", "conv1"], "front", "SplitOptions", num_splits=2)
    m.operators[-1]["outputs"].append(m.numbers["back"])
    m.whole("slice/begin", [0, 0, 0, 1])
    m.whole("slice/size", [1, 4, 5, 2])
    m.tensor("slice", [1, 4, 5, 2])
    m.operator("SLICE", ["back", "slice/begin", "slice/size"], "slice")
    m.whole("strided/begin", [0, 0, 0, 5])
    m.whole("strided/end", [0, 4, 0, 8])
    m.whole("strided/step", [1, 1, 1, 1])
    m.tensor("strided", [1, 4, 5, 3])
    m.operator("STRIDED_SLICE", ["conv1", "strided/begin", "strided/end", "strided/step"], "strided",
               "StridedSliceOptions", begin_mask=7, end_mask=5)
    m.tensor("joined", [1, 4, 5, 9])
    m.operator("CONCATENATION", ["slice", "strided", "front"], "joined", "ConcatenationOptions", axis=-1)
    conv(m, "joined", "conv2", [1, 4, 5, 3], 9, 1, 1)
    m.write(folder, "float_parts", ["conv2"])


def quantised_conv(m, source, name, shape, channels, kernel, scales, source_scale, **options):
    """A convolution of signed bytes. `scales` are those of weights (one, or one for each channel) and of the output."""
    weight_scale, scale, zero = scales
    axis = 0 if isinstance(weight_scale, list) else None
    m.bytes(name + "/weights", [shape[3], kernel, kernel, channels], weight_scale, axis)
    each = weight_scale if isinstance(weight_scale, list) else [weight_scale] * shape[3]
    values = [m.random.randint(-20, 20) * 128 for _ in each]
    bias_scale = [source_scale * one for one in each] if axis is not None else source_scale * weight_scale
    m.whole(name + "/bias", values, None, bias_scale, axis)
    m.tensor(name, shape, "INT8", scale, zero)
    settings = {"padding": "SAME", "stride_w": 1, "stride_h": 1, **options}
    return m.operator("CONV_2D", [source, name + "/weights", name + "/bias"], name, "Conv2DOptions", **settings)


def quantised_linear(m, source, name, channels, outputs, scales, source_scale):
    weight_scale, scale, zero = scales
    m.bytes(name + "/weights", [outputs, channels], weight_scale)
    m.whole(name + "/bias", [m.random.randint(-20, 20) * 128 for _ in range(outputs)], None,
            source_scale * weight_scale)
    m.tensor(name, [1, outputs], "INT8", scale, zero)
    return m.operator("FULLY_CONNECTED", [source, name + "/weights", name + "/bias"], name, "FullyConnectedOptions")


def int8_powers(folder):
    """Scales that are powers of two, zero points of 0: the chip's own numbers."""
    m = Model(4)
    m.input("image", [1, 8, 8, 3], kind="INT8", scale=1 / 128)
    quantised_conv(m, "image", "conv1", [1, 8, 8, 8], 3, 3, (1 / 256, 1 / 64, 0), 1 / 128, activation="RELU")
    m.tensor("pool1", [1, 4, 4, 8], "INT8", 1 / 64)
    m.operator("MAX_POOL_2D", ["conv1"], "pool1", "Pool2DOptions", padding="VALID", stride_w=2, stride_h=2, filter_w=2,
               filter_h=2)
    quantised_conv(m, "pool1", "conv2", [1, 4, 4, 8], 8, 1, (1 / 512, 1 / 64, 0), 1 / 64)
    m.tensor("sum", [1, 4, 4, 8], "INT8", 1 / 64)
    m.operator("ADD", ["pool1", "conv2"], "sum", "AddOptions")
    m.whole("row", [1, 128])
    m.tensor("flat", [1, 128], "INT8", 1 / 64)
    m.operator("RESHAPE", ["sum", "row"], "flat", "ReshapeOptions", new_shape=[1, 128])
    quantised_linear(m, "flat", "fc", 128, 5, (1 / 1024, 1 / 16, 0), 1 / 64)
    m.write(folder, "int8_powers", ["fc"])


def int8_channels(folder):
    """Scales for each channel, zero points, ReLU6, and real numbers at both ends."""
    m = Model(5)
    m.input("image", [1, 8, 8, 3])
    m.tensor("image_int8", [1, 8, 8, 3], "INT8", 2 / 255, -1)
    m.operator("QUANTIZE", ["image"], "image_int8")
    scales = [0.004 + 0.0005 * i for i in range(8)]
    quantised_conv(m, "image_int8", "conv1", [1, 8, 8, 8], 3, 3, (scales, 6 / 255, -128), 2 / 255, activation="RELU6")
    scales = [0.002 + 0.0002 * i for i in range(6)]
    quantised_conv(m, "conv1", "conv2", [1, 8, 8, 6], 8, 3, (scales, 0.05, 3), 6 / 255)
    m.whole("axes", [1, 2])
    m.tensor("mean", [1, 1, 1, 6], "INT8", 0.05, 3)
    m.operator("MEAN", ["conv2", "axes"], "mean", "ReducerOptions", keep_dims=True)
    m.tensor("row", [1, 6], "INT8", 0.05, 3)
    m.whole("row_shape", [1, 6])
    m.operator("RESHAPE", ["mean", "row_shape"], "row", "ReshapeOptions", new_shape=[1, 6])
    quantised_linear(m, "row", "fc", 6, 4, (0.01, 0.06, -7), 0.05)
    m.tensor("logits", [1, 4])
    m.operator("DEQUANTIZE", ["fc"], "logits")
    m.write(folder, "int8_channels", ["logits"])


def uint8_functions(folder):
    """Unsigned bytes; activations of their own, among them a product with one's own sigmoid."""
    m = Model(7)
    m.input("image", [1, 8, 8, 3], kind="UINT8", scale=1 / 255, zero=0)
    at, scale, zero = "image", 1 / 255, 0
    for number, op in enumerate(["LEAKY_RELU", "HARD_SWISH", "LOGISTIC"]):
        name, shape, channels = "conv%d" % number, [1, 8, 8, 4], 3 if number == 0 else 4
        weight_scale = 0.01 if number == 0 else 0.004  # sums stay in their range
        m.bytes(name + "/weights", [4, 3, 3, channels], weight_scale, kind="UINT8", zero=120, most=100)
        m.whole(name + "/bias", [m.random.randint(-2000, 2000) for _ in range(4)], None, scale * weight_scale)
        m.tensor(name, shape, "UINT8", 0.05, 128)
        m.operator("CONV_2D", [at, name + "/weights", name + "/bias"], name, "Conv2DOptions", padding="SAME",
                   stride_w=1, stride_h=1)
        at, scale, zero = name + "/active", 0.03, 30
        if op == "LOGISTIC":
            m.tensor("gate", shape, "UINT8", 1 / 256, 0)
            m.operator("LOGISTIC", [name], "gate")
        m.tensor(at, shape, "UINT8", scale, zero)
        if op == "LEAKY_RELU":
            m.operator(op, [name], at, "LeakyReluOptions", alpha=0.1)
        elif op == "HARD_SWISH":
            m.operator(op, [name], at)
        else:
            m.operator("MUL", [name, "gate"], at, "MulOptions")
    m.whole("axes", [1, 2])
    m.tensor("mean", [1, 4], "UINT8", 0.03, 30)
    m.operator("MEAN", [at, "axes"], "mean", "ReducerOptions", keep_dims=False)
    m.write(folder, "uint8_functions", ["mean"])


def computed_shape(folder):
    """What converters make of a Flatten and of real numbers at both ends; not judged."""
    m = Model(8)
    m.input("image", [1, 4, 4, 2])
    m.tensor("image_int8", [1, 4, 4, 2], "INT8", 1 / 128)
    m.operator("QUANTIZE", ["image"], "image_int8")
    quantised_conv(m, "image_int8", "conv", [1, 4, 4, 3], 2, 3, (1 / 256, 1 / 64, 0), 1 / 128, activation="RELU")
    for name, values in (("begin", [0]), ("end", [1]), ("step", [1])):
        m.whole(name, values)
    m.whole("rest", [48], [])
    m.tensor("sizes", [4], "INT32")
    m.tensor("batch", [], "INT32")
    m.tensor("row", [2], "INT32")
    m.operator("SHAPE", ["conv"], "sizes")
    m.operator("STRIDED_SLICE", ["sizes", "begin", "end", "step"], "batch")
    m.operator("PACK", ["batch", "rest"], "row")
    m.tensor("flat", [1, 48], "INT8", 1 / 64)
    m.operator("RESHAPE", ["conv", "row"], "flat")
    quantised_linear(m, "flat", "fc", 48, 4, (1 / 512, 1 / 16, 0), 1 / 64)
    m.tensor("classes_int8", [1, 4], "INT8", 1 / 256, -128)
    m.operator("SOFTMAX", ["fc"], "classes_int8", "SoftmaxOptions", beta=1.0)
    m.tensor("classes", [1, 4])
    m.operator("DEQUANTIZE", ["classes_int8"], "classes")
    m.write(folder, "computed_shape", ["classes"])


def refused(folder):
    """What chips do not have."""
    m = Model(6)
    m.input("image", [1, 9, 9, 3])
    conv(m, "image", "strided", [1, 5, 5, 4], 3, 3, 0.5, stride=2)
    m.whole("size", [10, 10])
    m.tensor("larger", [1, 10, 10, 4])
    m.operator("RESIZE_BILINEAR", ["strided", "size"], "larger")
    m.tensor("leaky", [1, 10, 10, 4])
    m.operator("LEAKY_RELU", ["larger"], "leaky", "LeakyReluOptions", alpha=0.125)
    m.tensor("pooled", [1, 5, 5, 4])
    m.operator("MAX_POOL_2D", ["leaky"], "pooled", "Pool2DOptions", padding="SAME", stride_w=2, stride_h=2, filter_w=3,
               filter_h=3)
    m.write(folder, "refused", ["pooled"])


def main():
    if len(sys.argv) != 2:
        sys.exit("make_models.py FOLDER")
    for make in (float_residual, float_flatten, float_functions, float_parts, int8_powers, int8_channels, uint8_functions,
                 computed_shape, refused):
        make(sys.argv[1])


main()
