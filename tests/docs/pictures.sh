# The pictures of the pages look in a browser as they do elsewhere: sh pictures.sh PYTHON SOURCE_DIR. Each is well-formed, says
# what it is for readers who do not see it, and has no blanks side by side, of which browsers make one.
set -u
exec "$1" - "$2" <<'PROGRAM'
import pathlib
import re
import sys
import xml.etree.ElementTree as tree

source = pathlib.Path(sys.argv[1])
pictures = sorted(source.glob("docs/**/*.svg")) + sorted(source.glob("examples/**/*.svg"))
wrong = [] if pictures else ["there are no pictures"]
for picture in pictures:
    name = picture.relative_to(source)
    try:
        root = tree.parse(picture).getroot()
    except tree.ParseError as error:
        wrong.append(f"{name}: {error}")
        continue
    for text in root.iter("{http://www.w3.org/2000/svg}text"):
        shown = "".join(text.itertext())
        if re.search(r"[ \t\n]{2}", shown.strip()):
            wrong.append(f"{name}: blanks side by side in '{shown}'")
for page in sorted(source.glob("*.md")) + sorted(source.glob("docs/**/*.md")) + sorted(source.glob("examples/*.md")):
    for found in re.findall(r"!\[\s*\]\([^)]*\)|<img(?![^>]*alt=\"[^\"]+\")[^>]*>", page.read_text()):
        wrong.append(f"{page.relative_to(source)}: a picture without words for those who do not see it: {found}")
print("\n".join(wrong[:20]))
sys.exit(bool(wrong))
PROGRAM
