"""Runs the modules that incuse_pytorch_networks has written: random parameters, random inputs, quantised.

    run_modules.py FOLDER

Of every FOLDER/<name>.py it leaves <name>.pt, the state dictionary, <name>.input.npy and <name>.output.npy: whole
numbers as the chip has them, all outputs of an input one behind the other. It also takes one step of training.
"""

import importlib.util
import pathlib
import sys
import zlib

import numpy
import torch


def module_of(path):
    spec = importlib.util.spec_from_file_location(path.stem, path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def outputs_of(net, x):
    outputs = net(x)
    return outputs if isinstance(outputs, tuple) else (outputs,)


def randomise(net, random):
    """Parameters of another size in every layer, a few of them beyond what its bits hold."""
    for i, layer in enumerate(net.children()):
        size = 2.0 ** (i % 3 - 1)
        for parameter in layer.parameters():
            parameter.data = torch.rand(parameter.shape, generator=random).sub(0.5).mul(2 * size)


def train(net, x):
    """One step: every parameter that is not quantised away gets a gradient."""
    optimiser = torch.optim.SGD(net.parameters(), lr=1e-5)
    sum(y.square().sum() for y in outputs_of(net, x)).backward()
    optimiser.step()
    optimiser.zero_grad()


def whole_numbers(net, outputs):
    wide = {id(layer): layer for layer in net.children() if layer.wide}
    last = list(net.children())[-1]
    numbers = []
    for index, y in enumerate(outputs):
        is_wide = id(last) in wide and index == len(outputs) - 1
        scale = 2.0 ** (7 + last.bits - 1) if is_wide else 128.0
        scaled = y.flatten(1) * scale
        assert torch.equal(scaled, scaled.round()), "an output is no multiple of its unit"
        numbers.append(scaled)
    return torch.cat(numbers, 1).numpy().astype(numpy.int64)


def run(path):
    random = torch.Generator().manual_seed(zlib.crc32(path.stem.encode()))
    module = module_of(path)
    net = module.Net()
    randomise(net, random)
    shape = next(line for line in path.read_text().splitlines() if line.startswith("        x0 = "))
    sizes = [int(size) for size in shape.split("(-1, ")[1].rstrip(")").split(", ")]
    inputs = torch.randint(-128, 128, [5, *sizes], generator=random)
    train(net, inputs / 128)
    net.quantise()
    train(net, inputs / 128)
    net.double()  # sums of any size are exact
    with torch.no_grad():
        outputs = outputs_of(net, inputs.double() / 128)
    torch.save(net.float().state_dict(), path.with_suffix(".pt"))
    numpy.save(path.with_suffix(".input.npy"), inputs.numpy())
    numbers = whole_numbers(net, outputs)
    assert len(set(numbers.flatten())) > 7, "nearly all outputs are the same: nothing would be compared"
    numpy.save(path.with_suffix(".output.npy"), numbers)
    # What is stored brings back the network as it is.
    again = module.Net()
    again.load_state_dict(torch.load(path.with_suffix(".pt")))
    assert again.qat
    again.double()
    with torch.no_grad():
        for y, z in zip(outputs, outputs_of(again, inputs.double() / 128)):
            assert torch.equal(y, z), "the stored network computes something else"


for module_path in sorted(pathlib.Path(sys.argv[1]).glob("*.py")):
    run(module_path)
