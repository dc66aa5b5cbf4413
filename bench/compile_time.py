#!/usr/bin/env python3
"""What the compiler pays for Incuse: CPU seconds and memory of compiling, as a table.

    python3 bench/compile_time.py [--rounds 5] [--compilers g++,clang++-14] [--optimisations=-O0,-Os] [--only fashion]

Every program is compiled in turn with every compiler, round after round, so that a change of the machine's load hits all
of them alike; the table shows medians. "over empty" is the difference to a file that contains nothing. The lines below
say what a layer and a KiB of weights cost.
"""
import argparse
import os
import random
import shutil
import statistics
import subprocess
import sys
import tempfile

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
CHAINS = (4, 8, 16, 32)  # layers
LONG_CHAINS = (4, 8, 16, 32, 64, 128)  # layers, on the MAX78002
K210_CHAINS = (25, 50, 100, 200)  # layers
FULL_LAYERS, FULL_KIB = 12, 432
REAL_CHANNELS = 512  # in and out of a 1x1 convolution of the K210


def literal(count, seed, bits=8):
    """A string literal of `count` random weights, octal escapes throughout."""
    generator = random.Random(seed)
    half = 1 << (bits - 1)
    codes = ["\\%03o" % (value & 255) for value in range(-half, half)]
    lines = []
    for start in range(0, count, 32):
        lines.append('"' + "".join(generator.choices(codes, k=min(32, count - start))) + '"')
    return "\n".join(lines)


def packed_literal(count, seed, bits):
    """A string literal of the same weights, as `Tensor::packed` takes them."""
    generator = random.Random(seed)
    total = (count * bits + 7) // 8
    return literal(total, generator.random())


def parameters(shapes, bits=8, form=""):
    """A parameter struct with random weights of the given shapes: as arguments, "named" arrays (`Tensor::of`), or
    "packed" ones (`Tensor::packed`), as the program incuse writes them for 8 and for fewer bits."""
    arrays, entries = [], []
    for seed, shape in enumerate(shapes):
        count = 1
        for size in shape:
            count *= size
        sizes = ", ".join(map(str, shape))
        values = packed_literal(count, seed, bits) if form == "packed" else literal(count, seed, bits)
        if form == "packed":
            arrays.append("static constexpr char weight%d[] = %s;\n" % (seed, values))
            entries.append("{.weight = Tensor::packed<%d, weight%d>(%s)}" % (bits, seed, sizes))
        elif form == "named":
            arrays.append("static constexpr char weight%d[] = %s;\n" % (seed, values))
            entries.append("{.weight = Tensor::of<weight%d>(%s)}" % (seed, sizes))
        else:
            entries.append("{.weight = {%s, %s}}" % (values, sizes))
    return "struct trained {\n%sstatic constexpr LayerParameters layers[] = {\n%s}; };\n" % (
        "".join(arrays), ",\n".join(entries))


def deployment(network, shapes, bits=8, chip="max78000", options="", form=""):
    return (
        "#include <incuse/incuse.hpp>\nusing namespace incuse;\n"
        "struct Net : Network<%s> {};\n%s"
        "using Chip = Deployment<Net, %s, trained%s>;\n"
        "extern const std::uint32_t* const table;\n"
        "const std::uint32_t* const table = Chip::image.weights;\n" % (network, parameters(shapes, bits, form), chip, options)
    )


def convolutions(channels, bits=8, size=3, form="Conv2d<%d, kernel<%d>, pad<%d>, bits<%d>, ReLU>"):
    """Convolutions between the given numbers of channels on maps of 8x8, and the shapes of their weights."""
    layers = ["Input<%d, 8, 8>" % channels[0]]
    layers += [form % (out, size, size // 2, bits) for out in channels[1:]]
    return ", ".join(layers), [(out, into, size, size) for into, out in zip(channels, channels[1:])]


def full_memories():
    """Deployments that fill a weight memory, by name: (title, program). Every kind of weights that is packed in a way of
    its own."""
    table = {}

    def add(name, title, network_and_shapes, bits=8, chip="max78000", options=""):
        network, shapes = network_and_shapes
        table[name] = title, lambda: deployment(network, shapes, bits, chip, options)
        if bits < 8:
            for form, how in (("named", "Tensor::of"), ("packed", "Tensor::packed")):
                table["%s_%s" % (name, form)] = (
                    "%s, %s" % (title, how),
                    lambda form=form: deployment(network, shapes, bits, chip, options, form),
                )

    full = convolutions([64] * (FULL_LAYERS + 1))
    add("full", "deployment that fills the weight memory, 442,368 bytes", full)
    add("full_plain", "the same with plain_weights", full, options=", max7800x::plain_weights")
    add("full_1x1", "432 KiB of 1x1 kernels, 8 bits", convolutions([64, 512, 512, 256, 54], size=1))
    for bits, layers in ((4, 6), (2, 12), (1, 24)):
        add("full_%dbit" % bits, "432 KiB of 3x3 kernels, %d bits" % bits, convolutions([128] * (layers + 1), bits), bits)
    for bits, channels in ((4, [64, 512, 512, 512, 512, 108]), (1, [64] + [512] * 13 + [360])):
        add("full_%dbit_1x1" % bits, "432 KiB of 1x1 kernels, %d bits" % bits, convolutions(channels, bits, size=1), bits)
    conv1d = ", ".join(["Input<64, 32>"] + ["Conv1d<64, kernel<3>, pad<2>, dilation<2>, ReLU>"] * FULL_LAYERS)
    add("full_dilated", "432 KiB of dilated Conv1d kernels", (conv1d, [(64, 64, 3)] * FULL_LAYERS))
    add("full_linear", "432 KiB of a Linear layer over 4x4 maps", ("Input<64, 4, 4>, Flatten, Linear<432>", [(432, 1024)]))
    for bits, channels in (  # the memory that all processors have; four of them have 9 KiB more
        (8, [64, 512, 448]),
        (4, [64, 512, 512, 448]),
        (2, [64, 512, 512, 512, 512, 448]),
        (1, [64] + [512] * 8 + [448]),
    ):
        add("max78002_%dbit" % bits, "MAX78002: 2,304 KiB of 3x3 kernels, %d bits" % bits,
            convolutions(channels, bits), bits, "max78002")
    return table


def quantised(channels, deploys):
    """A 1x1 convolution with parameters in floating point for the K210, as literals; quantised if it `deploys`."""
    generator = random.Random(channels)
    weights = ", ".join("%.7ff" % generator.gauss(0, 0.1) for _ in range(channels * channels))
    bias = ", ".join("%.7ff" % generator.gauss(0, 0.1) for _ in range(channels))
    return (
        "#include <incuse/k210/deployment.hpp>\nusing namespace incuse;\n"
        "struct Net : Network<Input<%d, 8, 8>, Conv2d<%d, kernel<1>, bias, ReLU>> {};\n"
        "constexpr float weights[] = {%s};\nconstexpr float biases[] = {%s};\n"
        "struct Trained {\n  static constexpr k210::Range input{0.0f, 1.0f};\n"
        '  static constexpr k210::RealLayer real_layers[] = {{"c", weights, biases, {}, {0, 6}, {0, 6}}};\n};\n'
        % (channels, channels, weights, bias)
    ) + (
        "extern const k210::StepImage* const steps;\n"
        "const k210::StepImage* const steps = Deployment<Net, k210_kpu, Trained>::image.steps;\n"
        if deploys
        else "static_assert(Trained::real_layers[0].weights.count > 0);\n"
    )


def chain(layers, chip="max78000"):
    """A chain of 8-channel convolutions: what a layer costs, its weights being few."""
    convolution = "Conv2d<8, kernel<3>, pad<1>, ReLU>"
    return deployment(
        ", ".join(["Input<8, 16, 16>"] + [convolution] * layers), [(8, 8, 3, 3)] * layers, chip=chip
    )


def k210_chain(layers):
    """Convolutions for the K210, with parameters in signed bytes."""
    convolution = "Conv2d<8, kernel<3>, pad<1>, ReLU>"
    network = ", ".join(["Input<8, 16, 16>"] + [convolution] * layers)
    return (
        "#include <incuse/k210/deployment.hpp>\nusing namespace incuse;\n"
        "struct Net : Network<%s> {};\n%s"
        "extern const k210::StepImage* const steps;\n"
        "const k210::StepImage* const steps = Deployment<Net, k210_kpu, trained>::image.steps;\n"
        % (network, parameters([(8, 8, 3, 3)] * layers))
    )


def driven(owned):
    """A file that drives a deployment with a full weight memory; if `owned`, another file owns the tables."""
    network, shapes = convolutions([64] * (FULL_LAYERS + 1))
    owner = "extern template struct incuse::max7800x::OwnedTables<Owner>;\n" if owned else ""
    return (
        "#include <incuse/max7800x/driver.hpp>\n#include <incuse/max7800x/tables_once.hpp>\nusing namespace incuse;\n"
        "struct Net : Network<%s> {};\n%susing Owner = Deployment<Net, max78000, trained>;\n%s"
        "using namespace incuse::max7800x;\nusing Chip = %s;\n"
        "void run(const signed char (&in)[4096], signed char (&out)[4096]) {\n"
        "  MemoryMappedBus<> bus;\n"
        "  auto done = accelerator<Chip>(bus, Max78000Board{}).enable().init().load_weights().load_bias().configure()\n"
        "                  .load_input(in).start().wait();\n"
        "  done.unload(out);\n"
        "  [[maybe_unused]] auto off = static_cast<decltype(done)&&>(done).disable();\n}\n"
        % (network, parameters(shapes), owner, "WithOwnedTables<Owner>" if owned else "Owner")
    )


def skips(connections):
    """Convolutions and skip connections that the planner places: a copy, a convolution and a sum each, behind a
    convolution each."""
    convolution = "Conv2d<16, kernel<3>, pad<1>, ReLU>"
    return ", ".join(["Input<16, 16, 16>"] + ["%s, Residual<%s>" % (convolution, convolution)] * connections)


def planned(network):
    """Only the question whether a network fits: lowering it, its plan, the rules and the proof."""
    return (
        "#include <incuse/incuse.hpp>\nusing namespace incuse;\n"
        "struct Net : Network<%s> {};\nstatic_assert(fits<Net, max78000>);\n" % network
    )


def programs():
    """Programs by name: their text, or for large ones a function that writes it."""
    fashion = (
        "Input<1, 28, 28>, Conv2d<60, kernel<3>, pad<1>, ReLU>,"
        "Fused<MaxPool2d<2>, Conv2d<60, kernel<3>, pad<2>, ReLU>>,"
        "Fused<MaxPool2d<2>, Conv2d<56, kernel<3>, pad<1>, ReLU>>,"
        "Fused<AvgPool2d<2>, Conv2d<12, kernel<3>, pad<1>, ReLU>>, Flatten, Linear<10, wide>"
    )
    table = {
        "empty": "",
        "model": "#include <incuse/model/network.hpp>\n",
        "incuse": "#include <incuse/incuse.hpp>\n",
        "fashion": deployment(fashion, [(60, 1, 3, 3), (60, 60, 3, 3), (56, 60, 3, 3), (12, 56, 3, 3), (10, 192)]),
    }
    for name, (_, program) in full_memories().items():
        table[name] = program
    for layers in CHAINS:
        table["chain%d" % layers] = chain(layers)
    for layers in LONG_CHAINS:
        table["long%d" % layers] = chain(layers, "max78002")
    for layers in K210_CHAINS:
        table["k210_%d" % layers] = k210_chain(layers)
    table["driver"] = lambda: driven(False)
    table["second"] = lambda: driven(True)
    table["reals"] = quantised(REAL_CHANNELS, False)
    table["quantised"] = quantised(REAL_CHANNELS, True)
    table["quantised_small"] = quantised(8, True)
    for connections in (2, 4, 8):
        table["plan%d" % (4 * connections)] = planned(skips(connections))
        table["skips%d" % (4 * connections)] = deployment(skips(connections), [(16, 16, 3, 3)] * 2 * connections)
    return table


TITLES = {
    "empty": "an empty file",
    "model": "#include <incuse/model/network.hpp>",
    "incuse": "#include <incuse/incuse.hpp>",
    "fashion": "Fashion-MNIST deployment, 71,148 weight bytes",
    "driver": "driver of a full weight memory",
    "second": "the same, with the tables in another file",
    "reals": "262,144 weights in floating point, not looked at",
    "quantised": "K210: these, quantised",
    "quantised_small": "K210: 64 weights, quantised",
}


def title_of(name):
    if name in full_memories():
        return full_memories()[name][0]
    for kind, title in (
        ("chain", "chain of %d convolutions, 8 to 8 channels"),
        ("long", "MAX78002: chain of %d convolutions, 8 to 8 channels"),
        ("k210_", "K210: chain of %d convolutions, 8 to 8 channels"),
        ("plan", "does it fit: %d layers, every fourth a skip connection"),
        ("skips", "deployment of %d layers, every fourth a skip connection"),
    ):
        if name.startswith(kind):
            return title % int(name[len(kind) :])
    return TITLES[name]


def compile_once(compiler, optimisation, source):
    """CPU seconds and MiB of one compilation; None if it fails."""
    # A process of its own, so that its largest memory is the compiler's and not an earlier one's.
    program = (
        "import resource, subprocess, sys\n"
        "code = subprocess.run(sys.argv[1:]).returncode\n"
        "usage = resource.getrusage(resource.RUSAGE_CHILDREN)\n"
        "print(usage.ru_utime + usage.ru_stime, usage.ru_maxrss)\n"
        "sys.exit(code)\n"
    )
    command = [compiler, "-std=c++20", "-I" + os.path.join(ROOT, "include")]
    command += [optimisation, "-c", source, "-o", os.devnull]
    done = subprocess.run([sys.executable, "-c", program] + command, stdout=subprocess.PIPE, text=True)
    if done.returncode != 0:
        return None
    seconds, kilobytes = done.stdout.split()
    return float(seconds), int(kilobytes) / 1024


def print_slopes(seconds):
    """What a layer and a KiB of weights cost, from the medians of the programs that were compiled."""
    chains = [layers for layers in CHAINS if "chain%d" % layers in seconds]
    per_layer = None
    for few, many in zip(chains, chains[1:]):
        per_layer = (seconds["chain%d" % many] - seconds["chain%d" % few]) / (many - few)
        print("from %2d to %2d layers: %5.1f ms per layer" % (few, many, 1000 * per_layer))
    if len(chains) > 1 and "full" in seconds:
        per_layer = (seconds["chain%d" % chains[-1]] - seconds["chain%d" % chains[0]]) / (chains[-1] - chains[0])
        no_layers = seconds["chain%d" % chains[0]] - chains[0] * per_layer
        per_kib = (seconds["full"] - no_layers - FULL_LAYERS * per_layer) / FULL_KIB
        print("weights: %.1f ms per KiB" % (1000 * per_kib))

    if all(name in seconds for name in ("reals", "quantised")):
        weights = REAL_CHANNELS * REAL_CHANNELS
        quantising = seconds["quantised"] - seconds["reals"]
        print("real weights: %.1f us to quantise one, besides reading its literal" % (1e6 * quantising / weights))


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--compilers", default="g++,clang++-14")
    parser.add_argument("--optimisations", default="-O0,-Os,-O2", help="write --optimisations=-O0,-Os")
    parser.add_argument("--only", default="", help="names of programs, separated by commas")
    arguments = parser.parse_args()
    compilers = [
        (c, o) for c in arguments.compilers.split(",") if shutil.which(c) for o in arguments.optimisations.split(",")
    ]
    if not compilers:
        sys.exit("none of these compilers is installed: " + arguments.compilers)
    chosen = programs()
    if arguments.only:
        names = ["empty"] + arguments.only.split(",")
        unknown = [name for name in names if name not in chosen]
        if unknown:
            sys.exit("no such program: %s; there are %s" % (", ".join(unknown), ", ".join(chosen)))
        chosen = {name: chosen[name] for name in names}

    measured = {(c, name): [] for c in compilers for name in chosen}
    with tempfile.TemporaryDirectory() as folder:
        for name, text in chosen.items():
            with open(os.path.join(folder, name + ".cpp"), "w") as file:
                file.write(text() if callable(text) else text)
        for _ in range(arguments.rounds):
            for name in chosen:
                for compiler in compilers:
                    result = compile_once(*compiler, os.path.join(folder, name + ".cpp"))
                    if result is None:
                        sys.exit("%s does not compile %s" % (" ".join(compiler), name))
                    measured[compiler, name].append(result)

    for compiler in compilers:
        empty = statistics.median(seconds for seconds, _ in measured[compiler, "empty"])
        print("\n%s, median of %d" % (" ".join(compiler), arguments.rounds))
        print("%-56s %8s %11s %6s" % ("program", "CPU s", "over empty", "MiB"))
        for name in chosen:
            seconds = statistics.median(s for s, _ in measured[compiler, name])
            memory = statistics.median(m for _, m in measured[compiler, name])
            title = title_of(name)
            print("%-56s %8.2f %11.2f %6.0f" % (title, seconds, seconds - empty, memory))
        print_slopes({name: statistics.median(s for s, _ in measured[compiler, name]) for name in chosen})


if __name__ == "__main__":
    main()
