"""Draws a terminal as SVG: python3 terminal.py SESSION [FOLDER] > PICTURE.svg

SESSION has lines "$ command", which are shown and run in FOLDER by sh; or "$ shown ## run", if another command is run than
is shown. Behind a command, "> 3-10" keeps these lines of its output, several of them one behind the other, and "? 1" says
with which exit code it ends, if not with 0.
Colours of the output are kept: bold, dim, and the eight colours of terminals.
"""
import re
import subprocess
import sys
import xml.sax.saxutils

columns, advance, line_height, margin, size = 104, 7.8, 17, 14, 13
colours = {30: "#3b4252", 31: "#e06c75", 32: "#98c379", 33: "#e5c07b", 34: "#61afef", 35: "#c678dd", 36: "#56b6c2", 37: "#d8dee9"}
plain, background = "#d8dee9", "#1f2430"


def kept(lines, ranges):
    if not ranges:
        return lines
    picked = []
    for first, last in ranges:
        picked += lines[first - 1:last]
    return picked


def commands(session):
    """[shown, run, ranges, exit code] for every command of a session."""
    all_commands = []
    for line in session.splitlines():
        if line.startswith("$ "):
            shown, _, run = line[2:].partition(" ## ")
            all_commands.append([shown, run or shown, [], 0])
        elif line.startswith("> "):
            all_commands[-1][2].append(tuple(int(number) for number in line[2:].split("-")))
        elif line.startswith("? "):
            all_commands[-1][3] = int(line[2:])
    return all_commands


def cells(line, style):
    """The characters of a line, each with its style; and the style behind them."""
    out = []
    for part in re.split(r"(\x1b\[[0-9;]*m)", line):
        escape = re.fullmatch(r"\x1b\[([0-9;]*)m", part)
        if not escape:
            out += [(character, style) for character in part]
            continue
        for code in (int(code or 0) for code in escape[1].split(";")):
            if code == 0:
                style = (plain, "")
            elif code in (1, 2):
                style = (style[0], {1: "bold", 2: "dim"}[code])
            elif code in colours:
                style = (colours[code], style[1])
    return out, style


def wrapped(row):
    """A row of cells as rows that fit, broken at blanks, the further ones indented."""
    rows = []
    while len(row) > columns:
        blanks = [i for i in range(columns // 2, columns) if row[i][0] == " "]
        at = blanks[-1] if blanks else columns
        rows.append(row[:at])
        row = [(" ", (plain, ""))] * 4 + row[at:][1 if blanks else 0:]
    return rows + [row]


def drawn(row, y):
    spans, i = [], 0
    while i < len(row):
        end = i
        while end < len(row) and row[end][1] == row[i][1]:
            end += 1
        text, (colour, weight) = "".join(cell[0] for cell in row[i:end]), row[i][1]
        if text.strip():
            lead = len(text) - len(text.lstrip())
            # Browsers make one blank of several, whatever xml:space says: those that do not break are kept.
            body = re.sub("  +", lambda blanks: "\u00a0" * len(blanks[0]), xml.sax.saxutils.escape(text.strip()))
            look = {"bold": ' font-weight="bold"', "dim": ' opacity="0.6"', "": ""}[weight]
            width = f' textLength="{len(text.strip()) * advance:.1f}"'
            spans.append(f'<text x="{margin + (i + lead) * advance:.1f}" y="{y}" fill="{colour}"{look}{width}>{body}</text>')
        i = end
    return "".join(spans)


def main():
    folder = sys.argv[2] if len(sys.argv) > 2 else "."
    rows = []
    for shown, run, ranges, code in commands(open(sys.argv[1]).read()):
        rows += wrapped(cells("\x1b[1;32m$\x1b[0m \x1b[1m" + shown + "\x1b[0m", (plain, ""))[0])
        done = subprocess.run(["sh", "-c", run], cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        if done.returncode != code:
            sys.exit(f"{run} ends with {done.returncode}:\n{done.stdout}")
        style = (plain, "")
        for line in kept(done.stdout.rstrip("\n").split("\n"), ranges):
            row, style = cells(line, style)
            rows += wrapped(row)
    wide = margin * 2 + max(len(row) for row in rows) * advance
    high = 30 + len(rows) * line_height + margin
    print(f'<svg xmlns="http://www.w3.org/2000/svg" width="{wide:.0f}" height="{high}" viewBox="0 0 {wide:.0f} {high}" '
          f'font-family="DejaVu Sans Mono, Consolas, monospace" font-size="{size}">')
    print(f'<rect width="100%" height="100%" rx="8" fill="{background}"/>')
    for i, colour in enumerate(("#e06c75", "#e5c07b", "#98c379")):
        print(f'<circle cx="{18 + 18 * i}" cy="15" r="5" fill="{colour}"/>')
    for i, row in enumerate(rows):
        text = drawn(row, 42 + i * line_height)
        if text:
            print(text)
    print("</svg>")


main()
