#!/usr/bin/env python3
"""How many small mistakes in the library the tests notice. See README.md beside this file.

    mutation.py draw     choose mutants
    mutation.py build    build the programs of the tests, once, with all mutants in them
    mutation.py run      run them, mutant by mutant, until one fails
    mutation.py edit     try those that are left in the headers themselves: tests that only compile
    mutation.py report   count, and list what no test notices
    mutation.py follow   find the same mutants in headers that have changed since they were drawn
"""
import argparse
import concurrent.futures
import contextlib
import glob
import hashlib
import json
import os
import re
import resource
import subprocess
import sys
import threading
import time

import schema
import sites

HERE = os.path.dirname(os.path.abspath(__file__))
PROJECT = os.path.dirname(os.path.dirname(HERE))
INCLUDE = os.path.join(PROJECT, "include")
TARGETS = ("incuse_unit incuse_conformance incuse_virtual_chip_tests incuse_random_networks incuse_planned_golden "
           "incuse_rules_page incuse_rules_k210_page incuse_options_page incuse_flags_page "
           "incuse_round_trip incuse_round_trip_kmodels incuse_cli incuse_case_files incuse_checkpoint_vectors "
           "incuse_write_c_case incuse_stub_sdk incuse_run_c_case").split()
RUN_KINDS = {"unit", "golden", "virtual_chip", "planned", "round_trip", "docs", "cli", "c_source"}
EDIT_KINDS = ("unit", "static", "typed_cases", "fail")


class State:
    """Files of a run, in its work folder."""

    def __init__(self, work):
        self.work = os.path.abspath(work)
        os.makedirs(self.work, exist_ok=True)

    def path(self, name):
        return os.path.join(self.work, name)

    def load(self, name, default=None):
        if not os.path.exists(self.path(name)):
            return default
        with open(self.path(name)) as file:
            return json.load(file)

    def save(self, name, value):
        with open(self.path(name) + ".new", "w") as file:
            json.dump(value, file, indent=1)
        os.replace(self.path(name) + ".new", self.path(name))

    def note(self, mutant, result):
        """What became of a mutant."""
        self.save("results.json", {**self.load("results.json", {}), str(mutant["number"]): result})


# Drawing -----------------------------------------------------------------------------------------------------------

def headers():
    found = glob.glob(INCLUDE + "/incuse/**/*.hpp", recursive=True)
    return sorted(os.path.relpath(path, INCLUDE) for path in found)


def room_of(name):
    parts = name.split("/")
    return parts[1] if len(parts) > 2 else None


def shares(count):
    """How many mutants each room gets: in proportion to its lines."""
    lines = {}
    for name in headers():
        with open(os.path.join(INCLUDE, name)) as file:
            lines[room_of(name)] = lines.get(room_of(name), 0) + sum(1 for _ in file)
    lines.pop(None)
    total = sum(lines.values())
    return {room: max(1, round(count * own / total)) for room, own in sorted(lines.items())}


def choose(candidates, count, seed):
    """Kinds of changes in turn, so that constants, of which there are most, do not crowd out the others; of each kind
    the sites whose text has the least hash with the seed. A change of the library thus moves few mutants. No two overlap.
    """
    def rank(mutant):
        text = "|".join([str(seed), mutant["file"], mutant["kind"], mutant["code"], mutant["mutated"]])
        return hashlib.sha256(text.encode()).hexdigest()

    by_kind = {}
    for site in candidates:
        by_kind.setdefault(site["kind"], []).append(site)
    queues = [sorted(own, key=rank, reverse=True) for _, own in sorted(by_kind.items())]
    chosen = []
    while len(chosen) < count and any(queues):
        for queue in queues:
            site = queue.pop() if queue else None
            if site and len(chosen) < count and all(
                    site["file"] != c["file"] or site["end"] <= c["begin"] or site["begin"] >= c["end"] for c in chosen):
                chosen.append(site)
    return chosen


def describe(site):
    with open(os.path.join(INCLUDE, site.file), "rb") as file:
        code = file.read()
    line_begin = code.rfind(b"\n", 0, site.begin) + 1
    line_end = code.find(b"\n", site.end)
    context = code[line_begin:site.begin] + b"[[" + code[site.begin:site.end] + b"]]" + code[site.end:line_end]
    return {"file": site.file, "begin": site.begin, "end": site.end, "kind": site.kind, "mutated": site.mutated,
            "schema": site.schema, "line": code.count(b"\n", 0, site.begin) + 1,
            "last_line": code.count(b"\n", 0, site.end) + 1, "code": " ".join(context.decode().split())}


def compiles(include, compiler):
    """What a compiler says about all headers at once."""
    source = "".join(f"#include <{name}>\n" for name in headers())
    result = subprocess.run([compiler, "-std=c++20", "-fsyntax-only", "-w", "-Wno-c++11-narrowing", "-ferror-limit=0",
                             f"-I{include}", "-xc++", "-"], input=source, capture_output=True, text=True)
    return result.returncode == 0, result.stderr


def discard_invalid(state, mutants, options):
    """Leaves out mutants that no compiler takes, and the schema of those that cannot be asked about at run time."""
    include = os.path.join(copy_project(state, "schema", mutants), "include")
    good, output = compiles(include, options.compiler)
    if good:
        return mutants
    wrong = schema.blamed(output, include, mutants)
    if not wrong:
        raise SystemExit(output)
    plain = os.path.join(copy_project(state, "plain"), "include")
    for mutant in wrong:
        mutant["schema"] = None
        with changed(plain, mutant):
            mutant["invalid"] = not compiles(plain, options.compiler)[0]
    return discard_invalid(state, [m for m in mutants if not m.get("invalid")], options)


@contextlib.contextmanager
def changed(include, mutant):
    """A header is changed for a while."""
    path = os.path.join(include, mutant["file"])
    with open(path, "rb") as file:
        code = file.read()
    with open(path, "wb") as file:
        file.write(code[:mutant["begin"]] + mutant["mutated"].encode() + code[mutant["end"]:])
    try:
        yield
    finally:
        with open(path, "wb") as file:
            file.write(code)


def draw(state, options):
    by_room = {}
    for site in sites.find_sites(INCLUDE, headers()):
        by_room.setdefault(room_of(site.file), []).append(describe(site))
    mutants = []
    for room, count in shares(options.count).items():
        mutants += choose(by_room[room], count, options.seed)
    for number, mutant in enumerate(mutants, 1):
        mutant["number"] = number
    mutants = discard_invalid(state, mutants, options)
    state.save("mutants.json", mutants)
    print(f"{len(mutants)} mutants of {sum(map(len, by_room.values()))} sites, seed {options.seed}")


def follow(state, options):
    """Headers have changed since the draw: every mutant gets the place where its code is now. What is gone is left out."""
    def identity(mutant):
        return tuple(mutant[key] for key in ("file", "kind", "code", "mutated"))

    places = {}
    for site in map(describe, sites.find_sites(INCLUDE, headers())):
        places.setdefault(identity(site), []).append(site)
    kept = []
    for mutant in state.load("mutants.json"):
        found = places.get(identity(mutant))
        if not found:
            print("gone:", mutant["number"], mutant["file"], mutant["code"])
            continue
        place = min(found, key=lambda site: abs(site["line"] - mutant["line"]))
        kept.append({**mutant, **{key: place[key] for key in ("begin", "end", "line", "last_line")}})
    state.save("mutants.json", kept)


# Building ----------------------------------------------------------------------------------------------------------

def refresh(path, content):
    """Writes a file if it has another content: what has not changed is not built again."""
    if os.path.exists(path):
        with open(path, "rb") as file:
            if file.read() == content:
                return
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "wb") as file:
        file.write(content)


def copy_project(state, name, mutants=()):
    """A copy of the project, with mutants in its headers."""
    copy = state.path(f"{name}/project")
    instrument = schema.with_mutants(mutants)
    listed = subprocess.run(["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"], cwd=PROJECT,
                            capture_output=True, text=True, check=True).stdout.split("\0")
    wanted = set()
    for path in filter(None, listed):
        if not os.path.exists(os.path.join(PROJECT, path)):
            continue
        with open(os.path.join(PROJECT, path), "rb") as file:
            content = file.read()
        if path.startswith("include/"):
            content = instrument(path[len("include/"):], content)
        refresh(os.path.join(copy, path), content)
        wanted.add(path)
    if mutants:
        refresh(os.path.join(copy, "include/incuse/mutation.hpp"), schema.switch_for(mutants))
        wanted.add("include/incuse/mutation.hpp")
    for folder, _, files in os.walk(copy):
        for file in files:
            path = os.path.join(folder, file)
            if os.path.relpath(path, copy) not in wanted:
                os.remove(path)
    return copy


def configure(state, name, options):
    subprocess.run(["cmake", "-S", state.path(f"{name}/project"), "-B", state.path(f"{name}/build"), "-G", "Ninja",
                    f"-DCMAKE_CXX_COMPILER={options.compiler}", "-DCMAKE_BUILD_TYPE=Release",
                    "-DCMAKE_CXX_FLAGS_RELEASE=-O1 -w -Wno-narrowing -Wno-c++11-narrowing",
                    "-DINCUSE_BUILD_BENCH=OFF", f"-DINCUSE_GOLDEN_DIR={options.golden}"],
                   check=True, stdout=subprocess.DEVNULL)


def is_invalid(mutant, output, include, plain):
    """Whether a compiler that refuses a mutant's schema refuses the mutant itself, by the rules of the language and not
    because something that it evaluates comes out otherwise. The first source that did not build decides."""
    for command in re.findall(r"^FAILED: .*\n(.* -c .*)$", output, re.M):
        with changed(plain, mutant):
            result = subprocess.run(command.replace(include, plain) + " -fsyntax-only", shell=True, capture_output=True,
                                    text=True)
        if result.returncode != 0 and schema.blamed(result.stderr, plain, [{**mutant, "schema": "any"}]):
            return not re.search("static_assert|static assertion|constant expression", result.stderr)
    return False


def build(state, options):
    mutants = state.load("mutants.json")
    include = os.path.join(copy_project(state, "schema", mutants), "include")
    configure(state, "schema", options)
    while True:
        result = subprocess.run(["ninja", "-C", state.path("schema/build"), "-k", "0", f"-j{options.jobs}",
                                 *TARGETS], capture_output=True, text=True)
        if result.returncode == 0:
            break
        with open(state.path("build.log"), "w") as file:
            file.write(result.stdout + result.stderr)
        wrong = schema.blamed(result.stdout + result.stderr, include, mutants)
        if not wrong:
            raise SystemExit("the copy does not build: see " + state.path("build.log"))
        plain = os.path.join(copy_project(state, "plain"), "include")
        for mutant in wrong:
            mutant["schema"] = None
            mutant["invalid"] = is_invalid(mutant, result.stdout, include, plain)
            print(f"{'invalid' if mutant['invalid'] else 'no schema'}: {mutant['number']} "
                  f"{mutant['file']}:{mutant['line']} {mutant['kind']} {mutant['code']}")
        mutants = [m for m in mutants if not m.get("invalid")]
        state.save("mutants.json", mutants)
        # Programs that are built already may keep the mutant: nobody wakes it.
        times = {m["file"]: os.stat(os.path.join(include, m["file"])) for m in wrong}
        copy_project(state, "schema", mutants)
        for name, stat in times.items():
            os.utime(os.path.join(include, name), ns=(stat.st_atime_ns, stat.st_mtime_ns))


# Running -----------------------------------------------------------------------------------------------------------

def tests_of(state, name):
    listed = subprocess.run(["ctest", "--test-dir", state.path(f"{name}/build"), "--show-only=json-v1"],
                            capture_output=True, text=True, check=True)
    for test in json.loads(listed.stdout)["tests"]:
        if "command" not in test:
            continue
        test["property"] = {p["name"]: p["value"] for p in test.get("properties", [])}
        test["kind"] = test["name"].split(".")[0]
        if os.path.exists(test["command"][0]) and "FIXTURES_REQUIRED" not in test["property"]:
            yield test


def first(value):
    return value if isinstance(value, list) else [value]


def passes(test, environment, seconds):
    """Whether a test passes within so many seconds of processor time; and how many it takes."""
    command = list(test["command"])
    if any(word.startswith(("--source-file", "--test-case")) for word in command):
        command.append("--abort-after=1")

    def limit():
        os.setsid()
        resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds + 1))
        resource.setrlimit(resource.RLIMIT_AS, (8 << 30, 8 << 30))
        resource.setrlimit(resource.RLIMIT_FSIZE, (1 << 36, 1 << 36))  # a test makes a sparse file of that size
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))

    try:
        result = subprocess.run(command, cwd=test["property"].get("WORKING_DIRECTORY"), capture_output=True,
                                preexec_fn=limit, timeout=20 * seconds, env={**os.environ, **environment})
    except subprocess.TimeoutExpired:
        return False
    output = (result.stdout + result.stderr).decode(errors="replace")
    good = result.returncode == 0
    if "PASS_REGULAR_EXPRESSION" in test["property"]:
        good = any(re.search(e, output) for e in first(test["property"]["PASS_REGULAR_EXPRESSION"]))
    if any(re.search(e, output) for e in first(test["property"].get("FAIL_REGULAR_EXPRESSION", []))):
        good = False
    return good


def baseline(state, options):
    """Every test once without a mutant: what it costs, and which mutants it comes across. What is known is kept, except
    of the tests that are asked for."""
    known = [] if options.again else state.load("baseline.json", [])
    known = [m for m in known if not options.tests or not re.search(options.tests, m["name"])]
    reached_file = state.path("reached")

    def measure(test):
        path = f"{reached_file}.{test['name']}"
        if os.path.exists(path):
            os.remove(path)
        begin = time.time()
        good = passes(test, {"INCUSE_MUTANTS_REACHED": path}, 600)
        seconds = time.time() - begin
        reached = []
        if os.path.exists(path):
            with open(path) as file:
                reached = sorted({int(line) for line in file})
            os.remove(path)
        if not good:
            print(f"fails without a mutant: {test['name']}", flush=True)
        return {"name": test["name"], "passes": good, "seconds": seconds, "reached": reached}

    names = {m["name"] for m in known}
    tests = [t for t in tests_of(state, "schema") if t["kind"] in RUN_KINDS and t["name"] not in names and
             re.search(options.tests, t["name"])]
    with concurrent.futures.ThreadPoolExecutor(options.jobs) as pool:
        for measured in pool.map(measure, tests):
            known.append(measured)
            state.save("baseline.json", known)
    good = [m for m in known if m["passes"]]
    print(f"{len(good)} of {len(known)} tests, {sum(m['seconds'] for m in good):.0f} seconds", flush=True)
    return good


def run(state, options):
    mutants = state.load("mutants.json")
    measured = {m["name"]: m for m in baseline(state, options)}
    tests = {t["name"]: t for t in tests_of(state, "schema")}
    results = state.load("results.json", {})
    lock = threading.Lock()
    own_lock = {name: threading.Lock() for name in tests}  # two of the same would write into the same folder

    def kill(mutant):
        result = results.get(str(mutant["number"]), {})
        tried = [] if options.again else result.get("tried", [])
        reaching = sorted((m for m in measured.values() if mutant["number"] in m["reached"] and m["name"] in tests),
                          key=lambda m: m["seconds"])
        killer, left = None, options.seconds
        for candidate in reaching:
            test = tests[candidate["name"]]
            asked = options.tests and re.search(options.tests, test["name"])
            if (test["name"] in tried or options.tests) and not asked:
                continue
            left -= candidate["seconds"]
            if left < 0:
                break
            limit = int(10 + 5 * candidate["seconds"])
            with own_lock[test["name"]]:
                good = passes(test, {"INCUSE_MUTANT": str(mutant["number"])}, limit)
            tried = sorted({*tried, test["name"]})
            if not good:
                killer = test["name"]
                break
        with lock:
            state.note(mutant, {**result, "killer": killer, "tried": tried, "reached_by": len(reaching)})
            print(mutant["number"], killer or f"survives {len(tried)} of {len(reaching)} tests", mutant["file"],
                  mutant["line"], flush=True)

    def is_open(mutant):
        result = results.get(str(mutant["number"]))
        return mutant["schema"] and (options.again or result is None or not result["killer"])

    with concurrent.futures.ThreadPoolExecutor(options.jobs) as pool:
        list(pool.map(kill, filter(is_open, mutants)))


# Editing -----------------------------------------------------------------------------------------------------------

def words_of(name):
    return set(re.findall(r"[a-z0-9]+", name.lower()))


def unit_tests(state, options):
    """Unit tests, each compiled by itself with what a header says now, and run: for constants of the library."""
    project = state.path("plain/project")
    for source in sorted(glob.glob(project + "/tests/unit/*/*.cpp")):
        room, name = source[:-len(".cpp")].split("/")[-2:]
        program = state.path(f"plain/{room}.{name}")
        libraries = "-lyaml-cpp -lzip" if room == "import" else ""
        command = (f"{options.compiler} -std=c++20 -O0 -w -Wno-narrowing -I{project}/include -I{project}/tests "
                   f"-I{project} {project}/tests/unit/main.cpp {source} {libraries} -o {program} && "
                   f"{program} --abort-after=1")
        yield {"name": f"unit.{room}.{name}", "kind": "unit", "command": ["sh", "-c", command], "property": {}}


def edit(state, options):
    """Really changes the headers of a copy, and compiles tests: those that are nothing but a compilation, and unit tests
    for mutants that no program comes across. Likely ones first."""
    mutants = state.load("mutants.json")
    results = state.load("results.json", {})
    copy_project(state, "plain")
    if not os.path.exists(state.path("plain/build/CTestTestfile.cmake")):
        configure(state, "plain", options)
    include = state.path("plain/project/include")
    tests = [t for t in tests_of(state, "plain")
             if t["kind"] in EDIT_KINDS and t["name"].endswith("." + options.edit_compiler)]
    tests += unit_tests(state, options)
    for mutant in mutants:
        result = results.setdefault(str(mutant["number"]), {"killer": None, "reached_by": 0, "tried": []})
        edited = [] if options.again else result.setdefault("edited", [])
        if result["killer"] or (options.only and mutant["number"] not in options.only):
            continue
        likely = words_of(mutant["file"])
        ordered = sorted((t for t in tests if t["name"] not in edited and re.search(options.tests, t["name"]) and
                          (t["kind"] != "unit" or options.tests or not result["reached_by"])),
                         key=lambda t: (-len(likely & words_of(t["name"])), EDIT_KINDS.index(t["kind"])))
        end = time.time() + options.seconds
        for begin in range(0, len(ordered), options.jobs):
            batch = ordered[begin:begin + options.jobs]
            with changed(include, mutant), concurrent.futures.ThreadPoolExecutor(options.jobs) as pool:
                verdicts = list(pool.map(lambda t: passes(t, {}, 120), batch))
            edited += [t["name"] for t in batch]
            killers = [t["name"] for t, good in zip(batch, verdicts) if not good and passes(t, {}, 120)]
            if killers:
                result["killer"] = killers[0] + ", edited"
            if killers or time.time() > end:
                break
        result["edited"] = edited
        state.note(mutant, result)
        print(mutant["number"], result["killer"] or f"survives {len(edited)} of {len(tests)}", mutant["file"],
              mutant["line"], flush=True)


# Reporting ---------------------------------------------------------------------------------------------------------

def equivalents():
    """(file, kind, code, mutated) to the reason why this changes nothing."""
    with open(os.path.join(HERE, "equivalent.json")) as file:
        return {(e["file"], e["kind"], e["code"], e["mutated"]): e["reason"] for e in json.load(file)}


def print_survivor(mutant, result):
    how = "reached by no program"
    if result["reached_by"]:
        how = f"survives {len(result['tried'])} of {result['reached_by']} tests that reach it"
    if not mutant["schema"]:
        how = "no schema"
    print(f"{mutant['number']} {mutant['file']}:{mutant['line']} {mutant['kind']} ({how}"
          f", {len(result.get('edited', []))} compiled)\n    {mutant['code']}\n    -> {mutant['mutated']}")


def print_counts(name, verdicts):
    killed, same, survive = (sum(v == verdict for v in verdicts) for verdict in ("killed", "equivalent", "survives"))
    share = 100 * killed / max(1, killed + survive)
    print(f"{name:10} {len(verdicts):4} mutants: {killed:4} killed, {same:3} equivalent, {survive:3} survive: "
          f"{share:5.1f} of 100 that are not equivalent are killed")


def report(state, options):
    mutants = state.load("mutants.json")
    results = state.load("results.json", {})
    known = equivalents()
    by_room = {}
    for mutant in mutants:
        result = results.get(str(mutant["number"]), {"killer": None, "reached_by": 0, "tried": []})
        same = (mutant["file"], mutant["kind"], mutant["code"], mutant["mutated"]) in known
        verdict = "killed" if result["killer"] else "equivalent" if same else "survives"
        by_room.setdefault(room_of(mutant["file"]), []).append(verdict)
        if verdict == "survives":
            print_survivor(mutant, result)
    for room, verdicts in sorted(by_room.items()):
        print_counts(room, verdicts)
    print_counts("all", sum(by_room.values(), []))


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("step", choices=["draw", "build", "run", "edit", "report", "follow"])
    parser.add_argument("--work", default=os.path.join(PROJECT, "build/mutation"), help="folder of the run")
    parser.add_argument("--seed", type=int, default=2026)
    parser.add_argument("--count", type=int, default=230)
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--golden", default=os.path.join(PROJECT, "../shared/golden"), help="the reference tables")
    parser.add_argument("--compiler", default="clang++-14")
    parser.add_argument("--edit-compiler", default="clang-14", help="of the tests that only compile")
    parser.add_argument("--again", action="store_true", help="forget what is known")
    parser.add_argument("--tests", default="", help="only tests whose names match; `run` measures them anew")
    parser.add_argument("--seconds", type=float, default=1e9, help="that a mutant is tried with further tests")
    parser.add_argument("--only", type=int, nargs="*", help="edit only these mutants")
    options = parser.parse_args()
    options.golden = os.path.abspath(options.golden)
    globals()[options.step](State(options.work), options)


if __name__ == "__main__":
    sys.exit(main())
