"""Cycles of a plan add up: python3 plan_cycles.py INCUSE CASE_FILES FOLDER...

For every accepted case of the folders of reference tables the rows of the layers that `incuse plan` prints, the start
among them, have as many cycles together as the total below. With INCUSE_ONE_IN=<n> every n-th case is tried.
"""
import os
import re
import sys

from accepted_cases import LEFT_OUT, accepted_in, run


def number(text):
    return int(text.replace(",", ""))


def cycles(text):
    """Sum of the rows, and the total; None if there is no plan."""
    found = re.search(r"\nLayers\n.*Cycles\n((?:.+\n)+)\n(?:.*\n)*?Time\n +([\d,]+) cycles", text)
    if not found:
        return None
    return sum(number(row.split()[-1]) for row in found[1].splitlines()), number(found[2])


def main():
    program, case_files, folders = sys.argv[1], sys.argv[2], sys.argv[3:]
    one_in = int(os.environ.get("INCUSE_ONE_IN", "1"))
    planned = wrong = 0
    for parent in folders:
        device = os.path.basename(parent)
        for index, name in enumerate(accepted_in(parent)):
            if name in LEFT_OUT or index % one_in != 0:
                continue
            code, text = run(["plan"], program, case_files, device, os.path.join(parent, name))
            found = cycles(text)
            if found is None:
                if code == 0:
                    wrong += 1
                    print(f"{device}/{name}: no cycles in the plan")
                continue
            planned += 1
            if found[0] != found[1]:
                wrong += 1
                print(f"{device}/{name}: the rows have {found[0]} cycles, the total is {found[1]}")
    print(f"{planned} plans, {wrong} wrong")
    return 1 if wrong or not planned else 0


if __name__ == "__main__":
    sys.exit(main())
