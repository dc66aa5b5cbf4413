"""Writes docs/rules-examples.md or docs/rules-k210-examples.md: python3 rule_examples.py SOURCE_DIR rules|rules-k210.

Every rule of docs/rules.md or docs/rules-k210.md, in their order, with a program that breaks it. Programs are those of
tests/fail, which compilers have to refuse; where a type cannot break a rule, the network as a value of the unit tests,
and of descriptions the keys. A rule that none of them breaks needs words in `others`, or this fails.
"""
import pathlib
import re
import sys
import textwrap

source, page = pathlib.Path(sys.argv[1]), sys.argv[2]
folders = {"rules": ["rules", "parameters", "language", "layers"], "rules-k210": ["k210", "kmodel"]}[page]

# Where no program, no value and no description breaks a rule: what would.
others = {
    "weights_overlap": "A plan that puts two kernels into one column: only a planner with a mistake makes it.",
    "weights_outside": "`place<output_processors<0x1fe>, parallel_outputs>` with the option `vendor_stream`: the vendor's tool lays such"
                       " kernels behind the last column.",
    "bias_overlap": "A plan that puts two biases into one place: only a planner with a mistake makes it.",
    "bias_outside": "A plan with a bias behind the last place: only a planner with a mistake makes it.",
    "zero_bias": "Parameters whose bias is 0 everywhere, for a layer with `bias`.",
    "zero_weights": "Parameters whose weights are 0 everywhere.",
    "zero_output": "A network whose output is 0 for the sample input of `incuse check`.",
    "kernel_groups": "A KPU layer that a program fills in itself, with another number of groups than 1 or the channels;"
                     " a network type says `conv_groups<2>`, which the processor runs.",
    "input_layout": "`Input<4, 16, 16, hwc>` of a network for the K210.",
    "depthwise_channels": "A KPU layer that a program fills in itself, depth-wise, with more outputs than inputs.",
    "depthwise_pooling": "A KPU layer that a program fills in itself, depth-wise, with a pooling that the KPU has not for it.",
    "load_size": "A KPU layer that a program fills in itself, with more weights in one load than the KPU's buffer holds.",
    "argument_field": "A KPU layer that a program fills in itself, with a number that is wider than its field.",
    "lost_precision": "Real parameters where one channel of a layer has a thousand times the range of another one.",
    "range_without_zero": "`k210::RealLayer` with `.output = {100.0f, 101.0f}`.",
    "accumulator_bits": "Weights of a kmodel whose sums need more than 36 bits.",
    "batch_norm_bits": "A batch norm of a kmodel whose products need more bits than the KPU has.",
    "no_gap": "A kmodel that places the output of a layer over its input without a gap.",
    "other_placement": "`place<processors<0xff>>` of a layer of a network for the K210.",
    "option_without_effect": "`Deployment<Net, max78000, parameters, max7800x::stream_start_margin<4>>` of a network where no"
                             " layer streams.",
    "first_layer_pools": "`Network<Input<4, 8, 8>, Fused<MaxPool2d<2>, Conv2d<4, kernel<3>, pad<1>, wide>>>`",
    "channels_of_four": "`Network<Input<3, 8, 8>, Conv2d<5, kernel<3>, pad<1>>, Conv2d<4, kernel<3>, pad<1>, wide>>`",
    "passthrough_pair": "`Network<Input<4, 8, 8>, MaxPool2d<2>, MaxPool2d<2>>`",
    "other_kernel": "`Network<Input<4, 64>, Conv1d<4, kernel<3>, dilation<5>, wide>>`",
    "mlator_possible": "`Network<Input<4, 8, 8>, Conv2d<4, kernel<3>, pad<1>>>` without the option `mlator_unload`.",
    "ignored_limit": "A `Conv1d` with `pad<1>` and more than 64 input channels on the MAX78002, with `max7800x::ignore_limits`.",
    "depthwise_moves": "A `DepthwiseConv2d` placed by hand whose output lies at other processors than its input.",
    "gap_in_front": "A layer with `place<write_gap<1>>`, and behind it one that reads a single tensor.",
    "Y16": "`- {processors: 1, out_offset: 0, op: Conv2d}`, without `activate`.",
    "Y18": "`{op: none, dilation: 2}`",
    "I8": "`next_sequence: 7` in a network of two layers.",
    "N3": "`next_sequence: stop` in the first of two layers.",
    "I9": "`output: false` in the last layer.",
    "I25": "`{op: Conv2d, kernel_size: 1x1}` without `pad`.",
    "I27": "An input of 3x4096x4096.",
    "H1": "`{op: Conv2d, output_shift: much}`",
    "H12": "`{op: Conv1d, dilation: 0}`",
    "H17": "`{op: Conv2d, groups: 0}`",
    "H20": "`{max_pool: 2, pool_stride: 2, pool_dilation: 0}`",
    "N1": "`{op: none, in_channel_skip: 2}` in a layer that reads all channels of its source.",
    "Y27": "`unload: [{processors: 1, chanels: 2, dim: 1, offset: 0}]`",
    "Y4": "A file without `arch`.",
    "Y3": "`layer:` in place of `layers:`.",
    "Y1": "An empty file.",
}


def rules_of(text):
    """(heading, None) or (id, (sentence, remedy)) for every heading and rule of a page."""
    for line in text.splitlines():
        if line.startswith("## "):
            yield line[3:], None
        found = re.match(r'\| <a id="([^"]+)"></a>`[^`]*`(?: \(\w+\))? \| (.*?)(?<!\\) \| (.*?)(?<!\\) \|', line)
        if found:
            yield found[1], (found[2], found[3])


def programs():
    """Rule -> file of tests/fail whose expected errors name it; the one that is called like the rule comes first."""
    found = {}
    for folder in folders:
        for file in sorted((source / "tests/fail" / folder).glob("*.cpp")):
            expected = "".join(line for line in file.read_text().splitlines() if line.startswith("// expect"))
            for rule in re.findall(r"\\?\[(\w+)\\?\]", expected):
                if rule not in found or file.stem == rule:
                    found[rule] = file
    return found


def code_of(file):
    lines = file.read_text().splitlines()
    kept = [line for line in lines if not re.match(r"// (expect|errors|flags|option)", line)]
    kept = [line for line in kept if not re.match(r"#include|using namespace incuse;", line)]
    return re.sub(r"\n{3,}", "\n\n", "\n".join(kept)).strip()


def without_indent(text):
    """The first line of the text begins behind what it stands in; the others are indented like it."""
    first, *others_of_it = text.split("\n")
    return "\n".join([first] + textwrap.dedent("\n".join(others_of_it)).splitlines())


def joined_literals(text):
    joined = "".join(re.findall(r'"((?:[^"\\]|\\.)*)"', text))
    return joined.replace('\\"', '"')


def values():
    """Rule -> (network as a value, what is said), from the unit tests' networks that break the rules."""
    found = {}
    literals = r'("(?:[^"\\]|\\.)*"(?:\s*"(?:[^"\\]|\\.)*")*)'
    for file in sorted((source / "tests/unit/max7800x").glob("broken_*.hpp")):
        begins = r"(?:\{&(?:max7800x::)?|on_\w+\((?:max7800x::)?)rules::(\w+),\s*(.*?),\s*"
        for rule, network, said in re.findall(begins + literals, file.read_text(), re.S):
            if "rules::" not in network:
                found.setdefault(rule, (without_indent(network), joined_literals(said)))
    return found


def descriptions():
    """Rule -> (keys, what is said), from the unit tests of descriptions: CHECK(problem_of("keys") == "words [Y5]")."""
    found = {}
    text = "".join((source / "tests/unit/import" / name).read_text()
                   for name in ("description_problems.cpp", "description.cpp", "description_graph.cpp"))
    for check in re.findall(r"CHECK\(\s*problems?_of\w*\((.*?)\);\n", text, re.S):
        keys, _, said = check.partition("==")
        keys = joined_literals(keys).replace("\\n", "\n").rstrip()
        for words, rule in re.findall(r'(net\.yaml(?:(?!net\.yaml).)*?)\[(\w+)\]', joined_literals(said), re.S):
            if keys:
                found.setdefault(rule, (keys, f"{words}[{rule}]"))
    return found


def print_rule(rule, sentence, remedy):
    if rule == rule.lower():  # a word that says what it is about
        print(f"\n### {rule}\n\n{sentence[:1].upper() + sentence[1:]}: {remedy}.\n")
    else:
        print(f"\n### <a id=\"{rule}\"></a>{rule}: {sentence}\n\n{remedy[:1].upper() + remedy[1:]}.\n")
    if rule in known_programs:
        file = known_programs[rule]
        name = file.relative_to(source / "tests/fail")
        print(f"```cpp refused\n{code_of(file)}\n```\n\n[tests/fail/{name}](../tests/fail/{name})")
    elif rule in known_values:
        network, said = known_values[rule]
        print(f"As a value, which no network type becomes or no compiler refuses:\n\n```text\n{network}\n```\n\n```text\n{said}\n```")
    elif rule in known_descriptions:
        keys, said = known_descriptions[rule]
        print(f"```text\n{keys}\n```\n\n```text\n{said}\n```")
    elif rule in others:
        print(others[rule])
    else:
        print(f"{rule} has no example: write a program of tests/fail", file=sys.stderr)
        return False
    return True


known_programs, known_values = programs(), values() if page == "rules" else {}
known_descriptions = descriptions() if page == "rules" else {}
title = {"rules": "Rules, with what breaks them", "rules-k210": "Rules of the K210, with what breaks them"}[page]
print(f"""# {title}

Every rule of [{page}.md]({page}.md) with a program that breaks it, what is wrong, and what to change. This page is written by
`tests/docs/rule_examples.py`; do not edit it. The programs are those of `tests/fail`, which a test compiles to see that they
are refused with these words. All of them begin with `#include <incuse/incuse.hpp>` and `using namespace incuse;`.""")
if page == "rules":
    print("""`Refused<Net, options>` stands for `Deployment<Net, max78000, parameters, options>`, `RefusedOn<chip, Net, options>`
for the same on another chip, with any parameters. Networks as values are those of the unit tests, whose functions
(`tests/support/layers.hpp`) are called like the layers: `conv2d(4)` has 4 output channels, a 3x3 kernel and padding 1.""")
else:
    print("`RefusedByKpu<Net>` stands for `Deployment<Net, k210_kpu, parameters>`, with any parameters.")
good = True
for name, words in rules_of((source / "docs" / f"{page}.md").read_text()):
    if words is None and not name.startswith("The sheet"):
        print(f"\n## {name}")
    elif words is not None:
        good = print_rule(name, *words) and good
sys.exit(0 if good else 1)
