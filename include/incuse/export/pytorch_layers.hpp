// What every module of PyTorch that is written has in common: layers that quantise as the chip does, as Python text,
// and the words that layers cannot have as names there. Source: max7800x-training, sections 2, 3.1 and 6.2.
#pragma once

#include <string_view>

namespace incuse::detail {

/// Words of Python.
inline constexpr std::string_view python_words[] = {
    "False", "None",     "True",  "and",    "as",   "assert", "async",  "await",    "break",
    "class", "continue", "def",   "del",    "elif", "else",   "except", "finally",  "for",
    "from",  "global",   "if",    "import", "in",   "is",     "lambda", "nonlocal", "not",
    "or",    "pass",     "raise", "return", "try",  "while",  "with",   "yield",
};

/// Attributes that every module of PyTorch has, and those of the class Network below.
inline constexpr std::string_view module_words[] = {
    "T_destination",
    "add_module",
    "apply",
    "bfloat16",
    "buffers",
    "call_super_init",
    "children",
    "compile",
    "cpu",
    "cuda",
    "double",
    "dump_patches",
    "eval",
    "extra_repr",
    "float",
    "forward",
    "get_buffer",
    "get_extra_state",
    "get_parameter",
    "get_submodule",
    "half",
    "ipu",
    "load_state_dict",
    "modules",
    "mtia",
    "named_buffers",
    "named_children",
    "named_modules",
    "named_parameters",
    "parameters",
    "register_buffer",
    "register_module",
    "register_parameter",
    "register_state_dict_pre_hook",
    "register_load_state_dict_post_hook",
    "register_forward_hook",
    "register_forward_pre_hook",
    "register_backward_hook",
    "register_full_backward_hook",
    "register_full_backward_pre_hook",
    "register_load_state_dict_pre_hook",
    "register_state_dict_post_hook",
    "requires_grad_",
    "set_extra_state",
    "set_submodule",
    "share_memory",
    "state_dict",
    "to",
    "to_empty",
    "train",
    "training",
    "type",
    "xpu",
    "zero_grad",
    "qat",
    "quantise",
};

/// The beginning of a module's text.
inline constexpr const char* pytorch_layers =
    R"python("""A network for a chip of signed bytes, written by incuse; plain PyTorch.

Tensors are real numbers from -1 to 127/128: bytes / 128. Train it as it is, or with quantise(True) as the chip
computes: weights are rounded to their bits, outputs to bytes, and a power of two per layer (output_shift) follows from
the largest parameter. Outputs of `wide` layers are sums, not multiplied by that power.
"""

import torch
from torch import nn
from torch.nn import functional as F


class Round(torch.autograd.Function):
    """The nearest multiple of 1 / steps, halves up; gradients pass unchanged."""

    @staticmethod
    def forward(ctx, x, steps):
        return torch.floor(x * steps + 0.5) / steps

    @staticmethod
    def backward(ctx, gradient):
        return gradient, None


class Average(torch.autograd.Function):
    """A mean in units of 1/128, toward zero or to the nearest, halves away from zero; gradients pass unchanged."""

    @staticmethod
    def forward(ctx, x, rounds):
        magnitude = torch.floor(x.abs() + (0.5 if rounds else 0))
        return torch.sign(x) * magnitude

    @staticmethod
    def backward(ctx, gradient):
        return gradient, None


class Quantise(torch.autograd.Function):
    """Parameters times a power of two, in so many bits; gradients pass unchanged."""

    @staticmethod
    def forward(ctx, parameter, scale, bits):
        steps = 2.0 ** (bits - 1)
        return torch.clamp(torch.floor(parameter * scale * steps + 0.5) / steps, -1, (steps - 1) / steps)

    @staticmethod
    def backward(ctx, gradient):
        return gradient, None, None


def clamp(x):
    return x.clamp(-1, 127 / 128)


def average_pool(x, size, stride, qat, rounds=False):
    mean = F.avg_pool2d(x * 128, size, stride, divisor_override=1) / (size[0] * size[1])
    return clamp((Average.apply(mean, rounds) if qat else mean) / 128)


def bitwise(operation, a, b):
    """Of the bytes; there is no gradient."""
    return operation(torch.round(a * 128).int(), torch.round(b * 128).int()).to(a.dtype) / 128


class OnChip:
    """What a layer of PyTorch becomes on the chip. `weight_bits` is 0 while nothing is quantised."""

    def on_chip(self, bits, activation, wide):
        self.bits, self.activation, self.wide = bits, activation, wide
        self.register_buffer("weight_bits", torch.zeros(1))
        self.register_buffer("output_shift", torch.zeros(1))
        self.register_buffer("shift_quantile", torch.ones(1))

    def quantise(self, on=True):
        self.weight_bits.fill_(self.bits if on else 0)

    def shift(self):
        """The power of two with which the largest parameter, or the quantile of them, fits."""
        magnitudes = [p.detach().abs().flatten() for p in (self.weight, self.bias) if p is not None]
        largest = torch.quantile(torch.cat(magnitudes).float(), float(self.shift_quantile))
        return -torch.floor(torch.log2(1 / largest)).clamp(-15, 15)

    def forward(self, x):
        bits = int(self.weight_bits)
        weight, bias = self.weight, self.bias
        if bits:
            self.output_shift.copy_(self.shift())
            scale = 2.0 ** -float(self.output_shift)
            weight = Quantise.apply(weight, scale, bits)
            bias = None if bias is None else Quantise.apply(bias, scale, bits)
        y = self.compute(x, weight, bias)
        if self.wide:
            return (Round.apply(y, 2.0**14) if bits else y).clamp(-(2.0**15), 2.0**15)
        y = y * 2.0 ** float(self.output_shift)
        if bits:
            y = clamp(Round.apply(y, 128.0))
        return clamp(y if self.activation is None else self.activation(y))


class Conv2d(OnChip, nn.Conv2d):
    def __init__(self, *sizes, bits=8, activation=None, wide=False, **options):
        nn.Conv2d.__init__(self, *sizes, **options)
        self.on_chip(bits, activation, wide)

    def compute(self, x, weight, bias):
        return F.conv2d(x, weight, bias, self.stride, self.padding, self.dilation, self.groups)


class Conv1d(OnChip, nn.Conv1d):
    def __init__(self, *sizes, bits=8, activation=None, wide=False, **options):
        nn.Conv1d.__init__(self, *sizes, **options)
        self.on_chip(bits, activation, wide)

    def compute(self, x, weight, bias):
        y = F.conv1d(x.flatten(2), weight, bias, self.stride, self.padding, self.dilation, self.groups)
        return y.unsqueeze(-1)


class ConvTranspose2d(OnChip, nn.ConvTranspose2d):
    def __init__(self, *sizes, bits=8, activation=None, wide=False, **options):
        nn.ConvTranspose2d.__init__(self, *sizes, **options)
        self.on_chip(bits, activation, wide)

    def compute(self, x, weight, bias):
        return F.conv_transpose2d(x, weight, bias, self.stride, self.padding, self.output_padding, self.groups)


class Linear(OnChip, nn.Linear):
    def __init__(self, *sizes, bits=8, activation=None, wide=False, **options):
        nn.Linear.__init__(self, *sizes, **options)
        self.on_chip(bits, activation, wide)

    def compute(self, x, weight, bias):
        return F.linear(x, weight, bias)


class Network(nn.Module):
    @property
    def qat(self):
        """Whether all layers are quantised."""
        return all(int(layer.weight_bits) != 0 for layer in self.children())

    def quantise(self, on=True):
        """Quantises all layers, or none. What is stored with the tensors says which."""
        for layer in self.children():
            layer.quantise(on)
        return self
)python";

}  // namespace incuse::detail
