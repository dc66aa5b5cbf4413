"""MkDocs: blocks have a second word for the tests of the pages, which Markdown's own readers of blocks do not know."""
import re


def on_page_markdown(markdown, **_):
    return re.sub(r"^( *```\w+) .*$", r"\1", markdown, flags=re.MULTILINE)
