#!/usr/bin/env python3
"""What the compiler does for Incuse, counted: nothing here depends on the machine or on what else it does.

    python3 bench/compile_counts.py            compares the counts with bench/compile_counts.csv
    python3 bench/compile_counts.py --update   writes that table anew

Counted are
    classes, functions, evaluations   what Clang instantiates, and the expressions that it evaluates, in a whole program
    clang_steps, gcc_operations       what one constant evaluation of all stages takes, from graph to tables: compilers
                                      stop an evaluation at a given number, and the number that just suffices is it
A count that is more than 3 % above the table's fails. One that is more than 3 % below it is said: write the table anew
with the change that brought it.
"""
import argparse
import concurrent.futures
import csv
import json
import os
import shutil
import subprocess
import sys
import tempfile

import compile_time

TABLE = os.path.join(os.path.dirname(os.path.abspath(__file__)), "compile_counts.csv")
COLUMNS = ("program", "count", "number")
TOLERANCE = 0.03
CLANG, GCC = "clang++-19", "g++-12"
LAYERS = 32  # of the chain
EVENTS = {"classes": "InstantiateClass", "functions": "InstantiateFunction", "evaluations": "Evaluate"}
# The option that limits a single evaluation, and those that keep other limits away.
LIMITS = {
    "clang_steps": (CLANG, "-fconstexpr-steps=%d", []),
    "gcc_operations": (GCC, "-fconstexpr-ops-limit=%d", ["-fconstexpr-loop-limit=100000000"]),
}
MOST = 2**31 - 1

ALL_STAGES = """
constexpr auto bound = bound_graph<Net, trained>();
constexpr int capacity = max7800x::arranged_size(bound, max7800x::Options{}, 0);
constexpr int all_stages() {
  const Parameters parameters = parameters_in<trained>();
  const auto [graph, options, plan, fits] = max7800x::arrange_and_plan<capacity>(graph_of<Net>(), max78000);
  const Findings findings = max7800x::inspect(graph, plan, max78000, options);
  int words = 0;
  const auto count = [&](const auto&) { ++words; };
  emit_configure(graph, plan, max78000, options, count);
  emit_weights(graph, plan, max78000, parameters, options, count);
  for (int group = 0; group < max7800x::groups; ++group) emit_bias(graph, plan, parameters, group, count);
  return findings.ok() && fits ? words : 0;
}
static_assert(all_stages() > 0);
"""


def traced_programs():
    """Whole programs, by name."""
    known = compile_time.programs()
    return {
        "incuse": known["incuse"],
        "fashion": known["fashion"],
        "chain%d" % LAYERS: compile_time.chain(LAYERS),
        "skips16": known["skips16"],
        "k210": compile_time.k210_chain(8),
    }


def evaluated_programs():
    """Programs of a single large evaluation, by name."""
    def without_deployment(text):
        return text[: text.index("using Chip")]

    known = compile_time.programs()
    return {
        "fashion": without_deployment(known["fashion"]) + ALL_STAGES,
        "chain%d" % LAYERS: without_deployment(compile_time.chain(LAYERS)) + ALL_STAGES,
    }


def compiles(compiler, source, options):
    command = [compiler, "-std=c++20", "-I" + os.path.join(compile_time.ROOT, "include"), source] + options
    return subprocess.run(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)


def traced_counts(source, name):
    """Events of Clang's time trace, counted."""
    trace = source + ".json"
    done = compiles(CLANG, source, ["-c", "-o", os.devnull, "-ftime-trace=" + trace, "-ftime-trace-granularity=0"])
    if done.returncode != 0:
        sys.exit("%s does not compile %s:\n%s" % (CLANG, name, done.stderr[:2000]))
    with open(trace) as file:
        events = [event["name"] for event in json.load(file)["traceEvents"]]
    return {count: sum(event.startswith(first) for event in events) for count, first in EVENTS.items()}


def suffices(source, count, limit):
    compiler, option, others = LIMITS[count]
    return compiles(compiler, source, ["-fsyntax-only", option % min(limit, MOST)] + others)


def least_limit(source, name, count):
    """The limit that just suffices, to half a percent."""
    done = suffices(source, count, MOST)
    if done.returncode != 0:
        sys.exit("%s does not compile %s:\n%s" % (LIMITS[count][0], name, done.stderr[:2000]))
    too_few, enough = 0, 1 << 18
    while suffices(source, count, enough).returncode != 0:
        too_few, enough = enough, 2 * enough
    while enough - too_few > enough // 200:
        middle = (too_few + enough) // 2
        if suffices(source, count, middle).returncode == 0:
            enough = middle
        else:
            too_few = middle
    return enough


def judged_trace(name, known, source):
    """Lines about the counts of a whole program: (it fails, what to say)."""
    for count, number in traced_counts(source, name).items():
        before = known[name, count]
        change = number / before - 1
        said = "%-8s %-14s %9d, in the table %9d: %+.1f %%" % (name, count, number, before, 100 * change)
        if change > TOLERANCE:
            yield True, said + ": more than 3 % above"
        else:
            yield False, said + (": write the table anew" if change < -TOLERANCE else "")


def judged_limit(name, count, known, source):
    before = known[name, count]
    enough = suffices(source, count, int(before * (1 + TOLERANCE)))
    said = "%-8s %-14s in the table %9d" % (name, count, before)
    if enough.returncode == 0:
        yield False, said + ": no more than 3 % above"
    else:
        yield True, said + ": does not compile with 3 % more:\n" + enough.stderr[:1000]


def write_sources(folder, programs, kind):
    sources = {}
    for name, text in programs.items():
        sources[name] = os.path.join(folder, "%s_%s.cpp" % (name, kind))
        with open(sources[name], "w") as file:
            file.write(text)
    return sources


def update(pool, table, traced, evaluated):
    limits = [(name, count) for name in evaluated for count in LIMITS]
    traces = pool.map(lambda name: traced_counts(traced[name], name), traced)
    numbers = pool.map(lambda key: least_limit(evaluated[key[0]], *key), limits)
    rows = [(name, count, number) for name, counts in zip(traced, traces) for count, number in counts.items()]
    rows += [(name, count, number) for (name, count), number in zip(limits, numbers)]
    with open(table, "w", newline="") as file:
        csv.writer(file, lineterminator="\n").writerows([COLUMNS] + rows)
    print("%d counts written to %s" % (len(rows), table))


def compare(pool, table, traced, evaluated):
    with open(table, newline="") as file:
        known = {(row["program"], row["count"]): int(row["number"]) for row in csv.DictReader(file)}
    wanted = {(name, count) for name in traced for count in EVENTS}
    wanted |= {(name, count) for name in evaluated for count in LIMITS}
    if not wanted <= set(known):
        sys.exit("%s does not hold the counts of these programs: write it anew with --update" % table)
    jobs = [lambda n=name: list(judged_trace(n, known, traced[n])) for name in traced]
    jobs += [lambda n=name, c=c: list(judged_limit(n, c, known, evaluated[n])) for name in evaluated for c in LIMITS]
    lines = [line for found in pool.map(lambda job: job(), jobs) for line in found]
    for _, said in lines:
        print(said)
    failed = sum(fails for fails, _ in lines)
    print("%d of %d counts are too large" % (failed, len(lines)))
    return 1 if failed else 0


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--update", action="store_true", help="write the table anew")
    parser.add_argument("--table", default=TABLE, help="the table, if it is another")
    parser.add_argument("--only", default="", help="a program; the others are left out")
    parser.add_argument("--jobs", type=int, default=1, help="compilers that run at a time")
    arguments = parser.parse_args()
    missing = [compiler for compiler in (CLANG, GCC) if not shutil.which(compiler)]
    if missing:
        print("skipped: no " + ", ".join(missing))
        return 0
    chosen = [
        {name: text for name, text in programs.items() if arguments.only in ("", name)}
        for programs in (traced_programs(), evaluated_programs())
    ]
    with tempfile.TemporaryDirectory() as folder, concurrent.futures.ThreadPoolExecutor(arguments.jobs) as pool:
        traced = write_sources(folder, chosen[0], "traced")
        evaluated = write_sources(folder, chosen[1], "evaluated")
        if arguments.update:
            update(pool, arguments.table, traced, evaluated)
            return 0
        return compare(pool, arguments.table, traced, evaluated)


if __name__ == "__main__":
    sys.exit(main())
