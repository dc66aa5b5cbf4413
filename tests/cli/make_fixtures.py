#!/usr/bin/python3
"""Makes the files in fixtures/: a small network, trained by nobody, as .npy files and as checkpoints of PyTorch.

Run by hand where it is to be changed; needs Debian's python3-torch and python3-numpy.
"""
import collections
import os

import numpy as np
import torch

folder = os.path.join(os.path.dirname(os.path.abspath(__file__)), "fixtures")
random = np.random.RandomState(7)


def whole(shape, bits):
    return random.randint(-(2 ** (bits - 1)), 2 ** (bits - 1), size=shape)


# name, weights, bias (in units of 128), bits, output shift
layers = [
    ("conv1", whole((4, 2, 3, 3), 4), whole((4,), 4), 4, -1),
    ("conv2", whole((6, 4, 3, 3), 8), None, 8, -2),
    ("fc", whole((5, 96), 2), whole((5,), 8), 2, 0),
]


def convolve(x, w, pad):
    x = np.pad(x, ((0, 0), (pad, pad), (pad, pad)))
    height, width = x.shape[1] - w.shape[2] + 1, x.shape[2] - w.shape[3] + 1
    out = np.zeros((w.shape[0], height, width), dtype=np.int64)
    for i in range(w.shape[2]):
        for j in range(w.shape[3]):
            out += np.einsum("oc,chw->ohw", w[:, :, i, j], x[:, i : i + height, j : j + width])
    return out


def finish(total, bias, shift, bits):
    if bias is not None:
        total = total + 128 * bias[:, None, None]
    # Shift with 8 - bits added, scale by 1/128, round half up, clip, ReLU.
    scaled = total * 2.0 ** (shift + 8 - bits) / 128
    return np.maximum(np.clip(np.floor(scaled + 0.5), -128, 127), 0).astype(np.int64)


def save(path, array):
    smallest = np.int8 if np.abs(array).max(initial=0) < 128 else np.int32
    np.save(os.path.join(folder, path), array.astype(smallest))


def write_arrays(x, y):
    os.makedirs(os.path.join(folder, "small"), exist_ok=True)
    save("input.npy", x)
    save("output.npy", y)
    for name, weight, bias, bits, shift in layers:
        save("small/%s.weight.npy" % name, weight)
        save("small/%s.weight_bits.npy" % name, np.array([bits]))
        save("small/%s.output_shift.npy" % name, np.array([shift]))
        if bias is not None:
            save("small/%s.bias.npy" % name, bias)


def write_checkpoint(file, arch, legacy):
    state = collections.OrderedDict()
    for name, weight, bias, bits, shift in layers:
        state[name + ".output_shift"] = torch.tensor([float(shift)])
        state[name + ".weight_bits"] = torch.tensor([bits])
        state[name + ".op.weight"] = torch.tensor(weight, dtype=torch.float32)
        if bias is not None:
            state[name + ".op.bias"] = torch.tensor(bias * 2.0 ** (bits - 1), dtype=torch.float32)
    content = {"epoch": 3, "arch": arch, "state_dict": state, "extras": {"best_top1": 12.5, "best_epoch": None}}
    torch.save(content, os.path.join(folder, file), _use_new_zipfile_serialization=not legacy)


class Hostile:
    """Whatever unpickles it executes a command."""

    def __reduce__(self):
        return os.system, ("echo this must not be executed",)


def write_hostile(file):
    torch.save({"arch": "smallnet", "state_dict": collections.OrderedDict(), "extras": Hostile()},
               os.path.join(folder, file))


x = random.randint(-128, 128, size=(2, 8, 8))
a = finish(convolve(x, layers[0][1], 1), layers[0][2], layers[0][4], layers[0][3])
pooled = a.reshape(4, 4, 2, 4, 2).max(axis=(2, 4))
b = finish(convolve(pooled, layers[1][1], 1), layers[1][2], layers[1][4], layers[1][3])
y = layers[2][1] @ b.reshape(-1) + 128 * layers[2][2]
write_arrays(x, y.reshape(5, 1, 1))
write_checkpoint("small.pth.tar", "smallnet", legacy=False)
write_checkpoint("small-legacy.pth.tar", "smallnet", legacy=True)
write_checkpoint("other.pth.tar", "othernet", legacy=True)
write_hostile("hostile.pth.tar")
