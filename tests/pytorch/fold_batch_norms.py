"""Batch norms of PyTorch's modules, folded by the program: fold_batch_norms.py PROGRAM FOLDER.

Transposed convolutions of every number of groups, and networks that normalise behind or in front of their layers, with
names and orders as people give them. What is folded computes what the modules do; what would not is refused.
"""

import itertools
import pathlib
import subprocess
import sys

import torch
from torch import nn

program, folder = sys.argv[1:]
folder = pathlib.Path(folder)
folder.mkdir(parents=True, exist_ok=True)
torch.manual_seed(7)
mistakes, folded, refused = [], 0, 0


def lively(module):
    """Statistics and parameters that change something."""
    for norm in module.modules():
        if isinstance(norm, nn.BatchNorm2d):
            nn.init.uniform_(norm.weight, 0.5, 2)
            nn.init.normal_(norm.bias)
            norm.running_mean.normal_()
            norm.running_var.uniform_(0.5, 3)
    return module.eval()


def fold(state, *words):
    """The folded state, or None, and what the program says."""
    source, output = folder / "state.pt", folder / "folded.pt"
    output.unlink(missing_ok=True)
    torch.save(state, source)
    done = subprocess.run([program, "fold-batch-norm", str(source), "--output", str(output), *words],
                          capture_output=True, text=True)
    return (torch.load(output)["state_dict"] if done.returncode == 0 else None), done.stderr


def same(a, b):
    return torch.allclose(a, b, rtol=1e-4, atol=1e-4)


class Up(nn.Module):
    def __init__(self, inputs, outputs, groups, bias):
        super().__init__()
        self.first = nn.Conv2d(5, inputs, 1)
        self.up = nn.ConvTranspose2d(inputs, outputs, 3, stride=2, padding=1, output_padding=1, groups=groups, bias=bias)
        self.bn = nn.BatchNorm2d(outputs)

    def forward(self, x):
        return self.bn(self.up(self.first(x)))


for inputs, outputs in itertools.product((2, 4, 6, 8), (2, 4, 6, 8, 12)):
    for groups in range(1, 9):
        if inputs % groups or outputs % groups:
            continue
        net, x = lively(Up(inputs, outputs, groups, bias=groups % 2 == 0)), torch.randn(1, 5, 4, 4)
        wanted = net(x)
        for words in (["--transposed", "up"], []):
            name = f"ConvTranspose2d({inputs}, {outputs}, groups={groups}) {words}"
            state, said = fold(net.state_dict(), *words)
            if state is None:
                mistakes.append(f"{name}: {said}")
                continue
            again = Up(inputs, outputs, groups, bias=True)
            again.bn = nn.Identity()
            again.load_state_dict(state)
            folded += 1
            if not same(again(x), wanted) and "--transposed" not in said:
                mistakes.append(f"{name}: computes something else in silence")


class Ordered(nn.Module):
    """Two layers and two batch norms, defined in one order and computed in another."""

    def __init__(self, names, defined, computed):
        super().__init__()
        parts = {"c": nn.Conv2d(4, 4, 3, padding=1), "C": nn.Conv2d(4, 4, 1), "n": nn.BatchNorm2d(4),
                 "N": nn.BatchNorm2d(4)}
        self.order = [names[letter] for letter in computed]
        for letter in defined:
            *scopes, last = names[letter].split(".")
            at = self
            for scope in scopes:
                if not hasattr(at, scope):
                    setattr(at, scope, nn.Module())
                at = getattr(at, scope)
            setattr(at, last, parts[letter])

    def forward(self, x, left_out=()):
        """Each block adds its input, so that what stands in front of it cannot be folded elsewhere."""
        for block in (self.order[:2], self.order[2:]):
            y = x
            for name in block:
                y = y if name in left_out else self.get_submodule(name)(y)
            x = x + y
        return x


styles = [("conv1", "conv2", "bn1", "bn2"), ("a.conv1", "a.conv2", "a.norm1", "a.norm2"),
          ("b1.conv1", "b2.conv1", "b1.bn1", "b2.bn1"), ("b1.conv", "b2.conv", "b1.bn", "b2.bn"),
          ("b1.1", "b2.1", "b1.0", "b2.0"), ("b1.0", "b2.0", "b1.1", "b2.1")]
for style in styles:
    names = dict(zip("cCnN", style))
    for computed in ("cnCN", "ncNC"):
        # Files have the order of definition: as computed, or all layers, then all batch norms.
        for defined in (computed, "cCnN") if computed == "cnCN" else (computed,):
            net, x = lively(Ordered(names, defined, computed)), torch.randn(1, 4, 5, 5)
            state, said = fold(net.state_dict())
            name = f"{style} defined {defined}, computed {computed}"
            if computed == "cnCN" and state is None and defined == computed:
                mistakes.append(f"{name}: refused: {said}")
            if state is None:
                refused += 1
                continue
            again = Ordered(names, defined, computed)
            again.load_state_dict(state, strict=False)
            folded += 1
            if not same(again(x, {names["n"], names["N"]}), net.eval()(x)):
                mistakes.append(f"{name}: computes something else: {said}")
            if computed == "ncNC":
                mistakes.append(f"{name}: a batch norm in front of its layer was folded")
    # Pairs that are said are taken, whatever the order is.
    net, x = lively(Ordered(names, "nNcC", "cnCN")), torch.randn(1, 4, 5, 5)
    words = ["--batch-norm", f"{names['c']}={names['n']}", "--batch-norm", f"{names['C']}={names['N']}"]
    state, said = fold(net.state_dict(), *words)
    again = Ordered(names, "nNcC", "cnCN")
    if state is None:
        mistakes.append(f"{style} with pairs: {said}")
        continue
    again.load_state_dict(state, strict=False)
    if not same(again(x, {names["n"], names["N"]}), net(x)):
        mistakes.append(f"{style} with pairs: computes something else: {said}")

print("\n".join(mistakes) or f"{folded} folded, {refused} refused")
sys.exit(1 if mistakes or folded < 100 or refused < 6 else 0)
