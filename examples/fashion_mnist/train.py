#!/usr/bin/python3
"""Trains the Fashion-MNIST example network and writes its integer parameters.

    train.py                        train, write parameters/*.npy, print the integer accuracy
    train.py --evaluate parameters  integer accuracy of stored parameters on the 10,000 test pictures
    train.py --pictures parameters  write test_pictures.npy, test_labels.npy and test_logits.npy

Needs the Debian packages python3-torch, python3-numpy and dataset-fashion-mnist.

Training is quantisation-aware: the forward pass sees exactly the values the accelerator computes with (weights and
activations are multiples of 1/128, every layer has a power-of-two output shift), the backward pass ignores the
rounding. The integer evaluation below is written separately and only uses integer arithmetic.
"""
import argparse
import gzip
import math
import os
import sys
import time
from pathlib import Path

# PyTorch's worker threads would otherwise spin while they wait and slow each other down on a busy machine.
os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")

import numpy as np
import torch
import torch.nn.functional as F

HERE = Path(__file__).resolve().parent
DATA = Path("/usr/share/datasets/fashion-mnist")

# Weight shapes in PyTorch's layout: [out][in][kernel height][kernel width], and [out][in] for the linear layer.
WEIGHT_SHAPES = {
    "conv1": (60, 1, 3, 3),
    "conv2": (60, 60, 3, 3),
    "conv3": (56, 60, 3, 3),
    "conv4": (12, 56, 3, 3),
    "fc": (10, 192),
}


# ---------------------------------------------------------------------------------------------------------- pictures

def read_idx(path):
    """The array of unsigned bytes in a gzipped idx file: 0, 0, type 8, rank, big-endian sizes, data."""
    try:
        raw = gzip.open(path).read()
    except OSError as error:
        sys.exit(f"cannot read {path}: {error} (Debian package dataset-fashion-mnist)")
    if len(raw) < 4 or raw[:3] != b"\0\0\x08":
        sys.exit(f"{path} is not an idx file of unsigned bytes")
    header = 4 + 4 * raw[3]
    if len(raw) < header:
        sys.exit(f"{path} ends within its header")
    shape = np.frombuffer(raw, ">u4", raw[3], offset=4)
    if len(raw) - header != np.prod(shape):
        sys.exit(f"{path}: {len(raw) - header} bytes of data do not fill the shape {tuple(shape)}")
    return np.frombuffer(raw, np.uint8, offset=header).reshape(shape)


def read_pictures(part):
    """Raw pictures [n][28][28] (0..255) and labels [n] (0..9) of part "train" or "t10k"."""
    return read_idx(DATA / f"{part}-images-idx3-ubyte.gz"), read_idx(DATA / f"{part}-labels-idx1-ubyte.gz")


def network_input(pictures):
    """Raw pictures [n][28][28] as network input [n][1][28][28], int32 in -128..127."""
    centred = np.round((pictures / 255.0 - 0.5) * 256.0)  # np.round takes ties to even, as the specification asks
    return torch.from_numpy(np.clip(centred, -128, 127).astype(np.int32)).unsqueeze(1)


# ---------------------------------------------------------------------------------------- quantisation-aware training

class RoundTo128ths(torch.autograd.Function):
    """Rounds half up to multiples of 1/128; the gradient passes as if nothing had happened."""

    @staticmethod
    def forward(context, x):
        return x.mul(128).add_(0.5).floor_().div_(128)  # in place, for speed

    @staticmethod
    def backward(context, gradient):
        return gradient


def output_shift(weight):
    """The s for which weight * 2^-s just fits into [-1, 1]."""
    return max(-15, min(15, math.ceil(math.log2(weight.abs().max().item()))))


def quantised(weight):
    """The weights as the accelerator sees them after its output shift: 2^s times a multiple of 1/128 in [-1, 1)."""
    scale = 2.0 ** output_shift(weight.detach())
    rounded = RoundTo128ths.apply(weight / scale)
    return (rounded + (rounded.clamp(-1, 127 / 128) - rounded).detach()) * scale


def relu(x):
    return RoundTo128ths.apply(x.clamp(0, 127 / 128))


class Net(torch.nn.Module):
    def __init__(self):
        super().__init__()
        for name, shape in WEIGHT_SHAPES.items():
            weight = torch.nn.Parameter(torch.empty(shape))
            torch.nn.init.kaiming_normal_(weight, nonlinearity="relu")
            self.register_parameter(name, weight)

    def forward(self, x):  # [n][1][28][28], multiples of 1/128
        x = relu(F.conv2d(x, quantised(self.conv1), padding=1))
        x = relu(F.conv2d(F.max_pool2d(x, 2), quantised(self.conv2), padding=2))
        x = relu(F.conv2d(F.max_pool2d(x, 2), quantised(self.conv3), padding=1))
        # No activation is negative here, so rounding 1/4 of a sum down truncates it toward zero.
        pooled = F.avg_pool2d(x, 2)
        pooled = pooled + (torch.floor(pooled * 128) / 128 - pooled).detach()
        x = relu(F.conv2d(pooled, quantised(self.conv4), padding=1))
        # The accelerator's wide output is not shifted: its logits are these times 2^(14 - s), the order is the same.
        return F.linear(x.flatten(1), quantised(self.fc))

    def integer_parameters(self):
        """{layer name: (int8 weights, output shift)}; the wide last layer has no shift."""
        result = {}
        for name in WEIGHT_SHAPES:
            weight = getattr(self, name).detach()
            shift = output_shift(weight)
            integers = torch.floor(weight * 2.0 ** (7 - shift) + 0.5).clamp(-128, 127).to(torch.int8)
            result[name] = (integers, 0 if name == "fc" else shift)
        return result


def augmented(x):
    """Every picture shifted by up to 1 pixel each way (black moves in) and mirrored with probability 1/2."""
    n, _, height, width = x.shape
    rows = torch.randint(0, 3, (n, 1)) + torch.arange(height)
    columns = torch.randint(0, 3, (n, 1)) + torch.arange(width)
    columns = torch.where(torch.rand(n, 1) < 0.5, columns, columns.flip(1))
    padded = F.pad(x, (1, 1, 1, 1), value=-1.0)[:, 0]
    return padded[torch.arange(n)[:, None, None], rows[:, :, None], columns[:, None, :]].unsqueeze(1)


def train(epochs, seed, batch=128, learning_rate=3e-3):
    torch.manual_seed(seed)
    pictures, labels = read_pictures("train")
    inputs = network_input(pictures).float() / 128
    targets = torch.from_numpy(labels.astype(np.int64))
    net = Net()
    optimizer = torch.optim.AdamW(net.parameters(), weight_decay=0.02)
    steps = math.ceil(len(inputs) / batch)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, learning_rate, epochs=epochs, steps_per_epoch=steps,
                                                   pct_start=0.15)
    start = time.time()
    for epoch in range(1, epochs + 1):
        total, correct = 0.0, 0
        for chosen in torch.randperm(len(inputs)).split(batch):
            logits = net(augmented(inputs[chosen]))
            loss = F.cross_entropy(logits, targets[chosen])
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            schedule.step()
            total += loss.item() * len(chosen)
            correct += (logits.argmax(1) == targets[chosen]).sum().item()
        print(f"epoch {epoch:2}: training loss {total / len(inputs):.4f}, "
              f"training accuracy {100 * correct / len(inputs):.2f} %, {time.time() - start:.0f} s", flush=True)
    return net.integer_parameters()


# ------------------------------------------------------------------------------------------------- integer evaluation

def max_pool(x):
    n, channels, height, width = x.shape
    return x.reshape(n, channels, height // 2, 2, width // 2, 2).amax((3, 5))


def avg_pool(x):
    n, channels, height, width = x.shape
    total = x.reshape(n, channels, height // 2, 2, width // 2, 2).sum((3, 5), dtype=torch.int32)
    return torch.div(total, 4, rounding_mode="trunc")


def conv_relu(x, parameters, padding):
    weight, shift = parameters
    accumulator = F.conv2d(x, weight.int(), padding=padding).long()
    # floor(0.5 + accumulator * 2^shift / 128)
    right = 7 + max(-shift, 0)
    rounded = ((accumulator << max(shift, 0)) + (1 << (right - 1))) >> right
    return rounded.clamp(-128, 127).clamp(min=0).int()


def integer_logits(x, parameters):
    """Raw accumulators [n][10] (int32) of the last layer for network input [n][1][28][28] (int32)."""
    x = conv_relu(x, parameters["conv1"], padding=1)
    x = conv_relu(max_pool(x), parameters["conv2"], padding=2)
    x = conv_relu(max_pool(x), parameters["conv3"], padding=1)
    x = conv_relu(avg_pool(x), parameters["conv4"], padding=1)
    return x.flatten(1) @ parameters["fc"][0].int().t()


def test_logits(parameters):
    """Raw test pictures, their labels and their integer logits."""
    pictures, labels = read_pictures("t10k")
    logits = torch.cat([integer_logits(x, parameters) for x in network_input(pictures).split(500)])
    return pictures, labels, logits.numpy()


def evaluate(parameters):
    _, labels, logits = test_logits(parameters)
    predicted = logits.argmax(1)
    for label in range(10):
        print(f"class {label}: {100 * np.mean(predicted[labels == label] == label):.1f} %")
    print(f"integer accuracy: {100 * np.mean(predicted == labels):.2f} % of {len(labels)} test pictures")


# ------------------------------------------------------------------------------------------------------------- files

def save_parameters(folder, parameters):
    folder.mkdir(parents=True, exist_ok=True)
    for name, (weight, shift) in parameters.items():
        np.save(folder / f"{name}.weight.npy", weight.numpy())
        np.save(folder / f"{name}.output_shift.npy", np.array([shift], np.int8))


def load_array(path, shape):
    try:
        array = np.load(path)
    except (OSError, ValueError) as error:
        sys.exit(f"cannot read {path}: {error}")
    if array.dtype != np.int8 or array.shape != shape:
        sys.exit(f"{path} holds {array.dtype} {array.shape}, expected int8 {shape}")
    return array


def load_parameters(folder):
    return {name: (torch.from_numpy(load_array(folder / f"{name}.weight.npy", shape)),
                   int(load_array(folder / f"{name}.output_shift.npy", (1,))[0]))
            for name, shape in WEIGHT_SHAPES.items()}


def save_pictures(folder, parameters, misclassified=(4, 6)):
    """One picture a class, in class order: the first in the test set that the network gets right, or, for the
    classes in `misclassified`, the first that it gets wrong."""
    pictures, labels, logits = test_logits(parameters)
    right = logits.argmax(1) == labels
    chosen = [int(np.flatnonzero((labels == label) & (right != (label in misclassified)))[0]) for label in range(10)]
    np.save(folder / "test_pictures.npy", pictures[chosen])
    np.save(folder / "test_labels.npy", labels[chosen])
    np.save(folder / "test_logits.npy", logits[chosen])
    print("test indices:", chosen)
    print("predicted:   ", logits[chosen].argmax(1).tolist())


def main():
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    mode = arguments.add_mutually_exclusive_group()
    mode.add_argument("--evaluate", metavar="FOLDER", type=Path, help="measure the parameters in this folder")
    mode.add_argument("--pictures", metavar="FOLDER", type=Path, help="write the test pictures and their logits")
    arguments.add_argument("--output", metavar="FOLDER", type=Path, default=HERE / "parameters",
                           help="where training writes the parameters (default: parameters beside this script)")
    arguments.add_argument("--epochs", type=int, default=15)
    arguments.add_argument("--seed", type=int, default=1)
    options = arguments.parse_args()
    if options.epochs < 1:
        arguments.error("--epochs needs at least 1")
    torch.set_num_threads(2)

    if options.pictures:
        save_pictures(HERE, load_parameters(options.pictures))
    elif options.evaluate:
        evaluate(load_parameters(options.evaluate))
    else:
        save_parameters(options.output, train(options.epochs, options.seed))
        evaluate(load_parameters(options.output))


if __name__ == "__main__":
    main()
