#!/usr/bin/env python3
"""Flash and instructions of the driver on a Cortex-M4, against C that does the same work statement by statement.

    python3 bench/firmware_size.py --build build/gcc --golden FOLDER [--part max78002] [--only mnist] [--keep FOLDER]

Needs arm-none-eabi-gcc and qemu-system-arm (Debian: gcc-arm-none-eabi, libstdc++-arm-none-eabi-newlib,
qemu-system-arm), the program incuse and the tests' incuse_case_files in the build folder, and reference tables (the
folder that INCUSE_GOLDEN_DIR names) for all networks but "unet", which is measured alone without --golden.

Bytes are those of the symbols in the object files, instructions those that QEMU executes with -icount. "limit" is what
the project holds itself to.
"""
import argparse
import os
import random
import subprocess
import sys
import tempfile

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
SOURCES = os.path.join(ROOT, "bench", "firmware")
FIRMWARE = os.path.join(ROOT, "examples", "firmware_max7800x")
# The reference cases of every part.
CASES = {
    "max78000": {"mnist": "net-mnist-chw-ai85", "cifar10": "net-cifar10-nas", "kws20": "net-kws20-v3-hwc"},
    "max78002": {"mnist": "net-mnist-chw-ai85", "cifar10": "net-cifar10-nas", "cifar100": "net-cifar100-nas",
                 "mobilenet": "net-ai87-cifar100-mobilenet-v2-0.5"},
}
CHIP_BASE = "0x50000000u"
RAM_BASE = "0x70000000u"  # 128 MiB of mps3-an524 that nothing else uses: as much as the parts' addresses span
COMMON = ["-mcpu=cortex-m4", "-mthumb", "-ffunction-sections", "-fdata-sections", "-ffreestanding"]
CXX = ["arm-none-eabi-g++", "-std=c++20", "-fno-exceptions", "-fno-rtti", "-I" + os.path.join(ROOT, "include"),
       "-I" + ROOT] + COMMON
C = ["arm-none-eabi-gcc", "-std=c99"] + COMMON
# The best and worst share that is allowed of the plain C's figure.
LIMITS = {"configure bytes": 0.4, "weight bytes": 1.0, "load_weights instructions": {"-O2": 0.4, "-Os": 0.52}}


def run(*command):
    done = subprocess.run(command, capture_output=True, text=True)
    if done.returncode != 0:
        sys.exit("%s\nended with %d:\n%s%s" % (" ".join(command), done.returncode, done.stdout, done.stderr))
    return done.stdout + done.stderr  # what a firmware prints, QEMU writes to the latter


def program(build, *path):
    file = os.path.join(build, *path)
    if not os.path.exists(file):
        sys.exit("%s is not there: build it first" % file)
    return file


def write(path, text):
    with open(path, "w") as file:
        file.write(text)


def imported(args, part, name, folder):
    """The header of a reference case, its writes and the words of its weight table."""
    case = os.path.join(args.golden, "max7800x", part, CASES[part][name])
    files = os.path.join(folder, name)
    flags = run(program(args.build, "tests", "cli", "incuse_case_files"), case, files).split()
    header = os.path.join(folder, name + ".hpp")
    run(program(args.build, "examples", "cli", "incuse"), "import", os.path.join(case, "network.yaml"), "--device", part,
        "--weights", files, "--input", os.path.join(files, "input.npy"), *flags, "--name", "net", "--output", header)
    writes = [line.split()[2:4] for line in open(os.path.join(case, "writes.txt")) if line.startswith("cnn_configure ")]
    loads = [line.split() for line in open(os.path.join(case, "loads.txt"))]
    words = [int(fields[2]) for fields in loads if fields[0] == "kernels"][0]
    return header, writes, words


def own(part, folder):
    """The network that comes with the benchmark, with random weights; its writes are its own."""
    shapes = [(64, 48, 1), (64, 64, 1), (32, 64, 1), (8, 32, 3), (28, 8, 3), (28, 28, 3), (56, 28, 3), (56, 56, 3),
              (112, 56, 3), (56, 112, 3), (112, 56, 3), (28, 112, 3), (56, 28, 3), (8, 56, 3), (16, 8, 3), (48, 16, 3),
              (64, 48, 1), (64, 64, 1)]
    generator = random.Random(1)
    literal = lambda count: "".join("\\%03o" % generator.randrange(256) for _ in range(count))
    layers = ['{.weight = {"%s", %d, %d, %d, %d}, .bias = {"%s", %d}}' % (literal(o * i * k * k), o, i, k, k, literal(o), o)
              for o, i, k in shapes]
    header = os.path.join(folder, "unet.hpp")
    write(header, '#include "%s"\nnamespace net {\nstruct parameters { static constexpr LayerParameters layers[] = {\n%s}; '
          "};\nusing Chip = Deployment<Net, %s, parameters>;\n}\n" % (os.path.join(SOURCES, "unet.hpp"),
                                                                     ",\n".join(layers), part))
    printer = os.path.join(folder, "print")
    run("g++", "-std=c++20", "-I" + os.path.join(ROOT, "include"), "-include", header,
        os.path.join(SOURCES, "print_configuration.cpp"), "-o", printer)
    return header, [line.split() for line in run(printer).splitlines()], None


def plain_configuration(folder, name, writes):
    """Straight-line C of the writes."""
    path = os.path.join(folder, name + "_configure.c")
    lines = ["  *(volatile uint32_t *)(%s - 0x50000000u + BASE) = %su;" % (address + "u", value) for address, value in writes]
    write(path, "#include <stdint.h>\nvoid plain_configure(void) {\n%s\n}\n" % "\n".join(lines))
    return path


def symbols(*objects):
    """Sizes of symbols, and of writable data."""
    sizes, writable = {}, 0
    for path in objects:
        for line in run("arm-none-eabi-nm", "-C", "-S", path).splitlines():
            fields = line.split(None, 3)
            if len(fields) < 4:
                continue
            sizes[fields[3]] = int(fields[1], 16)
            if fields[2] in "dDbB" and ".rodata" not in fields[3]:
                writable += int(fields[1], 16)
    return sizes, writable


def size_of(sizes, *parts):
    found = [size for name, size in sizes.items() if all(part in name for part in parts)]
    if len(found) != 1:
        sys.exit("%d symbols with %s" % (len(found), " and ".join(parts)))
    return found[0]


def objects(folder, name, header, configuration, level, base):
    result = []
    for source, command in ((os.path.join(SOURCES, "driver.cpp"), CXX + ["-include", header]),
                            (os.path.join(SOURCES, "plain.c"), C), (configuration, C)):
        path = os.path.join(folder, "%s%s%s.o" % (os.path.basename(source), level, base))
        run(*command, level, "-DBASE=" + base, "-c", source, "-o", path)
        result.append(path)
    return result


def counts(folder, parts, level):
    elf = os.path.join(folder, "count.elf")
    run(*CXX, level, "-nostdlib", "-Wl,--gc-sections", "-L" + os.path.join(FIRMWARE, "cortex_m4"), "-T",
        os.path.join(SOURCES, "mps3_an524.ld"), os.path.join(SOURCES, "count.cpp"),
        os.path.join(FIRMWARE, "cortex_m4", "startup.cpp"), *parts, "-lc", "-lgcc", "-o", elf)
    output = run("qemu-system-arm", "-M", "mps3-an524", "-icount", "shift=0", "-nographic", "-monitor", "none", "-serial",
                 "none", "-semihosting-config", "enable=on,target=native", "-kernel", elf)
    return {name: int(count) for name, count in (line.split() for line in output.splitlines() if line)}


def measure(name, folder, header, writes, reference_words):
    configuration = plain_configuration(folder, name, writes)
    rows = []
    for level in ("-Os", "-O2"):
        parts = objects(folder, name, header, configuration, level, CHIP_BASE)
        sizes, writable = symbols(*parts)
        interpreter = size_of(sizes, "replay_halfwords")
        streams = {part: size_of(sizes, "DriverTables<", ">::" + part) for part in ("init", "configure", "start")}
        weights = size_of(sizes, "Tables<", ">::weights")
        executed = counts(folder, objects(folder, name, header, configuration, level, RAM_BASE), level)
        rows.append((level, "configure bytes", interpreter + streams["configure"], sizes["plain_configure"]))
        rows.append((level, "configure, init and start bytes", interpreter + sum(streams.values()), None))
        rows.append((level, "configure instructions", executed["driver_configure"], executed["plain_configure"]))
        rows.append((level, "load_weights bytes", size_of(sizes, "load_weight_records<"), sizes["plain_load_weights"]))
        rows.append((level, "load_weights instructions", executed["driver_load_weights"], executed["plain_load_weights"]))
        rows.append((level, "weight bytes", weights, 4 * reference_words if reference_words else None))
        rows.append((level, "writable bytes", writable, None))
    return rows


def limit_of(what, level, share):
    """The limit of a figure, `share` of it; None without one."""
    limit = LIMITS.get(what)
    limit = limit.get(level) if isinstance(limit, dict) else limit
    return None if limit is None else round(share * limit, 3)


def report(args, part, name, folder):
    """Prints the figures of a network; true if one is above its limit."""
    os.makedirs(folder, exist_ok=True)
    header, writes, words = own(part, folder) if name == "unet" else imported(args, part, name, folder)
    failed = False
    for level, what, ours, plain in measure(name, folder, header, writes, words):
        limit = limit_of(what, level, args.share)
        ratio = ours / plain if plain else None
        wrong = (ratio is not None and limit is not None and ratio > limit) or (what == "writable bytes" and ours > 0)
        failed |= wrong
        print("%-8s %-9s %-4s %-34s %10d %10s %7s%s" % (
            part, name, level, what, ours, plain or "", "" if ratio is None else "%.3f" % ratio,
            "  above the limit of %s" % limit if wrong else ""), flush=True)
    return failed


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--build", default=os.path.join(ROOT, "build", "gcc"), help="folder of a build with tests and examples")
    parser.add_argument("--golden", help="folder of the reference tables")
    parser.add_argument("--part", choices=list(CASES), help="measure on this part only")
    parser.add_argument("--only", help="measure this network only: mnist, cifar10, kws20, cifar100, mobilenet, unet")
    parser.add_argument("--share", type=float, default=1, help="of every limit is allowed: to see this check fail")
    parser.add_argument("--keep", help="leave the files in this folder")
    args = parser.parse_args()
    asked = [(part, name) for part in CASES if args.part in (None, part) for name in list(CASES[part]) + ["unet"]
             if args.only in (None, name)]
    if not asked:
        sys.exit("there is no network '%s'%s" % (args.only, " for the part " + args.part if args.part else ""))
    subjects = [(part, name) for part, name in asked if args.golden or name == "unet"]
    if not subjects:
        sys.exit("'%s' needs the reference tables: --golden" % args.only)
    if subjects != asked:
        print("without --golden: only the network of the benchmark")
    failed = False
    with tempfile.TemporaryDirectory() as temporary:
        print("%-8s %-9s %-4s %-34s %10s %10s %7s" % ("part", "network", "", "", "driver", "plain C", "ratio"))
        for part, name in subjects:
            failed |= report(args, part, name, os.path.join(args.keep or temporary, part))
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
