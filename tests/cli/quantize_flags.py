"""Every flag of `incuse quantize` with every method, and with calibration: quantize_flags.py PROGRAM FIXTURES FOLDER.

A flag either changes what the program writes or prints, or it is refused by a sentence that says what to leave out.
Help names the flags: one that is new there needs a row below.
"""

import pathlib
import re
import struct
import subprocess
import sys
import zipfile

program, fixtures, folder = sys.argv[1:]
folder = pathlib.Path(folder)
folder.mkdir(parents=True, exist_ok=True)
square = folder / "square.npz"
output, picture = folder / "out.pth.tar", folder / "out.svg"

methods = ["MAX_BIT_SHIFT", "STDDEV", "MAX", "AVGMAX", "SCALE"]
calibration = ["--calibrate", "float/inputs.npy", "--network", "float/net.yaml", "--input-shape", "2x8x8"]
# A value that differs from what the flag is by default; None: the output itself.
values = {
    "--output": None,
    "--batch-norm": "fc=bn1",  # refused by the number of channels, of which nothing is said without it
    "--batch-norm-epsilon": "0.5",
    "--batch-norm-division": "4",
    "--transposed": "square",
    "--arch": "another",
    "--method": None,  # the loops below
    "--scale": "0.3",
    "--stddev": "1.1",
    "--bits": "2",
    "--layer-bits": "conv1=2",
    "--calibrate": "float/inputs.npy",
    "--network": "float/net.yaml",
    "--input-shape": "2x8x8",
    "--device": "max78002",
    "--weight-memory": "700",
    "--report": str(picture),
}
# What says how an input is read, and shows in nothing that is written.
only_read = {("--device", "calibrate"), ("--input-shape", "calibrate")}


def write_square(path):
    """A layer with as many inputs as outputs and a batch norm, from whose shape no one tells which axis is which."""
    tensors = {"square.weight": (2, 2, 1, 1), "norm.weight": (2,), "norm.bias": (2,), "norm.running_mean": (2,),
               "norm.running_var": (2,)}
    with zipfile.ZipFile(path, "w") as archive:
        for name, shape in tensors.items():
            header = f"{{'descr': '<f4', 'fortran_order': False, 'shape': {shape}, }}".encode()
            header += b" " * (63 - (len(header) + 10) % 64) + b"\n"
            count = 4 if len(shape) == 4 else 2
            numbers = struct.pack(f"<{count}f", *(0.1 + 0.3 * i for i in range(count)))
            archive.writestr(name + ".npy", b"\x93NUMPY\x01\0" + struct.pack("<H", len(header)) + header + numbers)


def run(source, words):
    for file in (output, picture):
        file.unlink(missing_ok=True)
    words = [program, "quantize", source, "--output", str(output)] + words
    done = subprocess.run(words, cwd=fixtures, capture_output=True, text=True)
    written = [file.read_bytes() if file.exists() else b"" for file in (output, picture)]
    return done.returncode, done.stdout + done.stderr, written


def modes():
    for method in methods:
        yield method, ["--method", method]
    yield "calibrate", calibration


write_square(square)
help_text = subprocess.run([program, "quantize", "--help-all"], capture_output=True, text=True, check=True).stdout
flags = [flag for flag in re.findall(r"^  (?:-\w,)?(--[\w-]+)", help_text, re.M) if not flag.startswith("--help")]
mistakes = [f"{flag} has no row" for flag in flags if flag not in values]
tried = 0
for mode, words in modes():
    for flag in flags:
        value = values.get(flag)
        if value is None or flag in words:
            continue
        source = str(square) if flag == "--transposed" and mode != "calibrate" else "float/state.pt"
        before = run(source, words)
        assert before[0] == 0, before
        code, said, written = run(source, words + [flag, value])
        tried += 1
        refused = code == 2 and flag in said and "leave" in said
        refused = refused or (flag == "--batch-norm" and code == 1 and "another number of channels" in said)
        effect = code == 0 and (said, written) != before[1:]
        if not refused and not effect and (flag, mode) not in only_read:
            mistakes.append(f"{flag} with {mode}: {code}, {said.strip()}")
for method in methods:
    code, said, _ = run("float/state.pt", calibration + ["--method", method])
    if code != 2 or "--method" not in said or "leave" not in said:
        mistakes.append(f"--method {method} with calibration: {code}, {said.strip()}")
for flag, method in (("--scale", "SCALE"), ("--stddev", "STDDEV")):
    for value in ("0", "-1", "nan", "inf", "1e-60", "1e60", "x"):
        code, said, _ = run("float/state.pt", ["--method", method, f"{flag}={value}"])
        if code != 2 or flag not in said:
            mistakes.append(f"{flag}={value}: {code}, {said.strip()}")
for twice in (["--layer-bits", "conv1=2", "conv1=4"], ["--layer-bits", "conv1=2", "conv1=2"], ["--transposed", "up", "up"],
              ["--batch-norm", "conv1=bn1", "conv1=bn2"]):
    code, said, _ = run("float/state.pt", twice)
    if code != 2 or "twice" not in said:
        mistakes.append(f"{twice}: {code}, {said.strip()}")
print("\n".join(mistakes) or f"{tried} flags with methods")
sys.exit(1 if mistakes or tried < 60 else 0)
