"""MkDocs: files of the source that pages link to come along, as pages of their own in the folder `source` of the site."""
import html
import pathlib
import posixpath
import re
import tempfile

from mkdocs.structure.files import File

root = pathlib.Path(__file__).resolve().parents[2]
written = tempfile.TemporaryDirectory()
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


def text_of(path):
    """A file's text, or the names of what is in a folder."""
    if path.is_file():
        return path.read_text()
    return "\n".join(sorted(str(file.relative_to(path)) for file in path.rglob("*") if file.is_file()))


def on_files(files, config, **_):
    outside = set()
    for file in files.documentation_pages():
        for found in link.finditer(pathlib.Path(file.abs_src_path).read_text()):
            outside.add(file_outside(file.src_uri, found[1]))
    for path in sorted(outside - {None}):
        page = pathlib.Path(written.name, "source", path + ".html")
        page.parent.mkdir(parents=True, exist_ok=True)
        page.write_text(page_around.format(name=html.escape(path), text=html.escape(text_of(root / path))))
        files.append(File(f"source/{path}.html", written.name, config["site_dir"], False))
    return files


def on_page_markdown(markdown, page, **_):
    def inside(found):
        path = file_outside(page.file.src_uri, found[1])
        if not path:
            return found[0]
        return "](" + posixpath.relpath(f"source/{path}.html", posixpath.dirname(page.file.src_uri) or ".") + ")"

    return link.sub(inside, markdown)
