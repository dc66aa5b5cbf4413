"""Writes a copy of the headers that contains many mutants, each asleep until a program is told its number.

A program reads the number of its mutant from the environment variable INCUSE_MUTANT, and appends the numbers of the
mutants that it came across to the file that INCUSE_MUTANTS_REACHED names. What is evaluated while compiling never
changes.
"""
import collections
import os
import re

SWITCH = """// Which mutant is awake: see tests/mutation/schema.py.
#pragma once
#include <cstdio>
#include <cstdlib>
namespace incuse_mutation {
inline constexpr int most = %d;
struct Switch {
  int active = 0;
  bool reached[most + 1]{};
  Switch() {
    if (const char* number = std::getenv("INCUSE_MUTANT")) active = std::atoi(number);
  }
  ~Switch() {
    const char* path = std::getenv("INCUSE_MUTANTS_REACHED");
    std::FILE* file = path == nullptr ? nullptr : std::fopen(path, "a");
    if (file == nullptr) return;
    for (int i = 0; i <= most; ++i)
      if (reached[i]) std::fprintf(file, "%%d\\n", i);
    std::fclose(file);
  }
};
inline Switch the_switch;
inline bool is_active(int mutant) {
  the_switch.reached[mutant] = true;
  return the_switch.active == mutant;
}
}  // namespace incuse_mutation
#define INCUSE_MUTANT(number) (!__builtin_is_constant_evaluated() && ::incuse_mutation::is_active(number))
"""


def header_with(code, mutants):
    """The code of a header with its mutants."""
    for mutant in sorted(mutants, key=lambda m: -m["begin"]):
        own = mutant["schema"].replace("@", f"INCUSE_MUTANT({mutant['number']})")
        code = code[:mutant["begin"]] + own.encode() + code[mutant["end"]:]
    if mutants:
        # Lines keep their numbers, so that compilers' messages lead back to the mutant.
        before, after = code.split(b"#pragma once\n", 1)
        line = before.count(b"\n") + 2
        code = before + b"#pragma once\n#include <incuse/mutation.hpp>\n#line %d\n" % line + after
    return code


def with_mutants(mutants):
    """A function from a header's name and code to its code with mutants."""
    by_file = collections.defaultdict(list)
    for mutant in mutants:
        if mutant["schema"]:
            by_file[mutant["file"]].append(mutant)
    return lambda name, code: header_with(code, by_file[name])


def switch_for(mutants):
    return (SWITCH % max(m["number"] for m in mutants)).encode()


def blamed(output, copy_dir, mutants):
    """The mutants on the lines that compilers complain about."""
    lines = set()
    for path, line in re.findall(r"([^\s:]+\.hpp):(\d+)", output):
        path = os.path.normpath(path)
        if path.startswith(copy_dir):
            lines.add((os.path.relpath(path, copy_dir), int(line)))
    return [m for m in mutants
            if m["schema"] and any((m["file"], line) in lines for line in range(m["line"], m["last_line"] + 1))]
