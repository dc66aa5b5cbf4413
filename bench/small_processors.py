#!/usr/bin/env python3
"""Layers on a device's own processor: executed instructions of host/fast/small.hpp against plain loops in C at -O2.

Needs arm-none-eabi-g++, riscv64-unknown-elf-g++ and QEMU (Debian: gcc-arm-none-eabi, libstdc++-arm-none-eabi-newlib,
gcc-riscv64-unknown-elf, qemu-system-arm, qemu-system-misc). A processor whose tools are missing is left out, with a
word. The program that counts also compares all outputs. Exit code 1: an output differs, or a ratio is beyond its limit.
"""
import glob
import os
import shutil
import subprocess
import sys
import tempfile

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
SOURCES = os.path.join(ROOT, "bench", "small_processors")
FIRMWARE = os.path.join(ROOT, "examples", "firmware_max7800x")
COMMON = ["-ffreestanding", "-ffunction-sections", "-fdata-sections", "-O2"]
CXX = ["-std=c++20", "-fno-exceptions", "-fno-rtti", "-fno-threadsafe-statics", "-Wall", "-Wextra", "-Wpedantic",
       "-Wconversion", "-Wshadow", "-Werror", "-I" + os.path.join(ROOT, "include"), "-I" + ROOT]


def arm_headers():
    """The headers of the Arm toolchain's C++ library are the same for all 32-bit processors; RISC-V has none."""
    where = subprocess.run(["arm-none-eabi-g++", "-print-file-name=../../../arm-none-eabi/include/c++"],
                           capture_output=True, text=True).stdout.strip()
    folders = glob.glob(os.path.join(where, "*"))
    return ["-isystem", folders[0], "-isystem", os.path.join(folders[0], "arm-none-eabi")] if folders else []


class Processor:
    def __init__(self, name, prefix, flags, folder, script, libraries, qemu, limit):
        self.name, self.prefix, self.flags, self.folder, self.script = name, prefix, flags, folder, script
        self.libraries, self.qemu, self.limit = libraries, qemu, limit

    def missing(self):
        tools = [self.prefix + "-g++", self.prefix + "-gcc", "arm-none-eabi-g++", self.qemu[0]]
        return [tool for tool in tools if shutil.which(tool) is None]

    def build(self, folder):
        plain, elf = os.path.join(folder, "plain.o"), os.path.join(folder, "count.elf")
        run(self.prefix + "-gcc", "-std=c99", *COMMON, *self.flags, "-c", os.path.join(SOURCES, "plain.c"), "-o", plain)
        headers = [] if self.prefix.startswith("arm") else arm_headers()
        where = os.path.join(FIRMWARE, self.folder)
        run(self.prefix + "-g++", *CXX, *COMMON, *self.flags, *headers, "-nostdlib", "-Wl,--gc-sections",
            "-Wl,--no-warn-rwx-segments", "-L" + where, "-T", os.path.join(where, self.script),
            os.path.join(SOURCES, "count.cpp"), os.path.join(where, "startup.cpp"), plain, *self.libraries, "-o", elf)
        return elf

    def counts(self, elf):
        output = run(*self.qemu, "-icount", "shift=0", "-nographic", "-monitor", "none", "-serial", "none",
                     "-semihosting-config", "enable=on,target=native", "-kernel", elf)
        return [line.split() for line in output.splitlines() if len(line.split()) == 3]


PROCESSORS = [
    Processor("Cortex-M4", "arm-none-eabi", ["-mcpu=cortex-m4", "-mthumb"], "cortex_m4", "mps2_an386.ld",
              ["-lc", "-lgcc"], ["qemu-system-arm", "-M", "mps2-an386"], 0.4),
    Processor("RV32", "riscv64-unknown-elf", ["-march=rv32imac", "-mabi=ilp32"], "risc_v", "qemu_virt.ld", ["-lgcc"],
              ["qemu-system-riscv32", "-M", "virt", "-bios", "none"], 0.8),
]


def run(*command):
    done = subprocess.run(command, capture_output=True, text=True)
    if done.returncode != 0:
        sys.exit("%s\nended with %d:\n%s%s" % (" ".join(command), done.returncode, done.stdout, done.stderr))
    return done.stdout + done.stderr  # what a firmware prints, QEMU writes to the latter


def main():
    worst = True
    for processor in PROCESSORS:
        if processor.missing():
            print("skipped %s: there is no %s" % (processor.name, ", ".join(processor.missing())))
            continue
        with tempfile.TemporaryDirectory() as folder:
            lines = processor.counts(processor.build(folder))
        for layer, own, plain in lines:
            ratio = int(own) / int(plain)
            worst = worst and ratio <= processor.limit
            print("%-10s %-7s %9s instructions, plain C %9s: %.2f (limit %.1f)" %
                  (processor.name, layer, own, plain, ratio, processor.limit))
    return 0 if worst else 1


if __name__ == "__main__":
    sys.exit(main())
