"""MkDocs: the table of examples, which is outside of docs/, is a page of the site; and files of the source that pages link to
come along, as pages in its folder `source`."""
import html
import pathlib
import posixpath
import re
import tempfile

from mkdocs.structure.files import File

root = pathlib.Path(__file__).resolve().parents[2]
written = tempfile.TemporaryDirectory()
examples, examples_page = "examples/README.md", "examples.md"
link = re.compile(r"\]\(((?:\.\./)+[^)#\s]+)(#[^)\s]*)?\)")
page_around = """<!doctype html>
<meta charset="utf-8"><meta name="viewport" content="width=device-width"><meta name="color-scheme" content="light dark">
<title>{name}</title>
<h1 style="font: 1.2em sans-serif">{name}</h1>
<pre>{text}</pre>
"""


def file_outside(page, target):
    """The file or folder of the source, from its root, that a page's link leads to, if it is not one of docs/."""
    path = posixpath.normpath(posixpath.join("docs", posixpath.dirname(page), target))
    return path if not path.startswith(("docs/", "..")) and (root / path).exists() else None


def place_of(path):
    """Where the site has a file of the source."""
    if path == examples:
        return examples_page
    return f"source/{path}.html"


def table_of_examples(pictures, outside):
    """The page of the examples, with links to where the site has things."""
    def moved(found):
        path = posixpath.normpath(posixpath.join("examples", found[2]))
        if path.startswith("docs/"):
            return found[1] + path[len("docs/"):]
        if path.endswith(".svg"):
            pictures.add(path)
            return found[1] + path
        outside.add(path)
        return found[1] + place_of(path)

    return re.sub(r"(\]\(|(?:href|src)=\")([^):\"]+)(?=[)\"])", moved, (root / examples).read_text())


def text_of(path):
    """A file's text, or the names of what is in a folder."""
    if path.is_file():
        return path.read_text()
    return "\n".join(sorted(str(file.relative_to(path)) for file in path.rglob("*") if file.is_file()))


def on_files(files, config, **_):
    outside, pictures, site = set(), set(), config["site_dir"]
    for file in files.documentation_pages():
        for found in link.finditer(pathlib.Path(file.abs_src_path).read_text()):
            outside.add(file_outside(file.src_uri, found[1]))
    pathlib.Path(written.name, examples_page).write_text(table_of_examples(pictures, outside))
    files.append(File(examples_page, written.name, site, False))
    for path in sorted(pictures):
        files.append(File(path, str(root), site, False))
    for path in sorted(outside - {None, examples}):
        page = pathlib.Path(written.name, place_of(path))
        page.parent.mkdir(parents=True, exist_ok=True)
        page.write_text(page_around.format(name=html.escape(path), text=html.escape(text_of(root / path))))
        files.append(File(place_of(path), written.name, site, False))
    return files


def on_page_markdown(markdown, page, **_):
    def inside(found):
        path = file_outside(page.file.src_uri, found[1])
        if not path:
            return found[0]
        return "](" + posixpath.relpath(place_of(path), posixpath.dirname(page.file.src_uri) or ".") + (found[2] or "") + ")"

    return link.sub(inside, markdown)
