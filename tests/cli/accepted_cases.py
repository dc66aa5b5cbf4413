"""What the vendor's tool accepts, the program accepts: python3 accepted_cases.py INCUSE CASE_FILES FOLDER...

Every accepted case of the folders of reference tables (max7800x/max78002 and the like) goes through `incuse check` with
its own weights, which the program CASE_FILES writes, and its own flags. Cases of the table below are refused, and have to
be: their tables compute something else on the chip, or read what is not there (datapath page, section 10; AI84 page,
section 9). With INCUSE_ONE_IN=<n> every n-th case that is not refused is tried.
"""
import os
import shlex
import subprocess
import sys
import tempfile

REFUSED = {
    # The operands are re-read from pixels of one image, which lie side by side in memory.
    "test-multilayer-eltwise": "divided_source",
    "mut-multilayer-eltwise-inoffs": "divided_source",
    "mut-multilayer-eltwise-output0": "divided_source",
    "mut-multilayer-eltwise-sub": "divided_source",
    # A layer reads gaps that its source does not leave.
    "max78002/mut-pooling3x3s2-readgap": "read_gap",
    "mut-pooling3x3s2-passadd": "read_gap",
    "mut-ai85-fire2-cifar10-inoff": "read_offset",
    # The chip reads a Conv1d's values in rows, and does not pool them before.
    "conv1d-pool2s1": "column_pooling",
    "conv1d-pool2s2": "column_pooling",
    "random04": "empty_output",  # a window of 2 rows over 1 row
    "small__oneshot": "feature",  # the register map has no single steps
    # The second round of the layers reads what the first one has overwritten.
    "small__repeat2": "repeated_output",
    "small__repeat2bias": "repeated_output",
    # So does a last layer that leads back to layer 0 as long as its output begins with a 0.
    "net-mnist-chw-ai85__snooploop": "repeated_output",
}
# Its weights belong to layers that its flag leaves out.
LEFT_OUT = {"test-layers__startlayer4"}



def run(verb, program, case_files, device, folder):
    """Exit code and output of a verb of the program."""
    with tempfile.TemporaryDirectory() as work:
        flags = subprocess.run([case_files, folder, work], stdout=subprocess.PIPE, text=True, check=True).stdout
        command = [program, *verb, "--device", device, os.path.join(folder, "network.yaml")]
        command += ["--weights", work, "--input", os.path.join(work, "input.npy")] + shlex.split(flags)
        done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False)
        return done.returncode, done.stdout


def check(program, case_files, device, folder):
    return run(["check", "--no-proof"], program, case_files, device, folder)


def accepted_in(parent):
    for name in sorted(os.listdir(parent)):
        meta = os.path.join(parent, name, "meta.txt")
        if os.path.exists(meta):
            with open(meta, encoding="utf-8") as file:
                if "status: ok\n" in file:
                    yield name


def main():
    program, case_files, folders = sys.argv[1], sys.argv[2], sys.argv[3:]
    one_in = int(os.environ.get("INCUSE_ONE_IN", "1"))
    number = tried = wrong = 0
    for parent in folders:
        device = os.path.basename(parent)
        for name in accepted_in(parent):
            rule = REFUSED.get(f"{device}/{name}", REFUSED.get(name))
            number += 1
            if name in LEFT_OUT or (rule is None and number % one_in != 0):
                continue
            code, text = check(program, case_files, device, os.path.join(parent, name))
            tried += 1
            if code == (0 if rule is None else 1) and (rule is None or f"[{rule}]" in text):
                continue
            wrong += 1
            errors = [line for line in text.splitlines() if "error" in line or "incuse:" in line]
            print(f"{device}/{name}: exit code {code}: {(errors or ['no error'])[0][:300]}")
    print(f"{tried} accepted cases, {wrong} wrong")
    return 1 if wrong or not tried else 0


if __name__ == "__main__":
    sys.exit(main())
