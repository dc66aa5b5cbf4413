"""Prints the links of a site that lead nowhere, to files or to places in them: python3 site_links.py SITE. What Doxygen made
is left out."""
import html.parser
import pathlib
import re
import sys
import urllib.parse

site = pathlib.Path(sys.argv[1]).resolve()


class Page(html.parser.HTMLParser):
    def __init__(self, path):
        super().__init__()
        self.path, self.places, self.links = path, {"", "__toc"}, []
        self.feed(path.read_text())

    def handle_starttag(self, tag, attributes):
        found = dict(attributes)
        self.places |= {found[key] for key in ("id", "name") if found.get(key)}
        self.links += [found[key] for key in ("href", "src") if found.get(key)]


def is_outside(link):
    return re.match(r"[a-z]+:|/", link)  # another protocol; 404.html has addresses from the root of a server


def problem(page, link, pages):
    path, _, place = map(urllib.parse.unquote, link.partition("#"))
    target = (page.path.parent / path).resolve() if path else page.path
    target = target / "index.html" if target.is_dir() else target
    if not target.exists():
        return "is not there"
    return f"has no {place}" if target in pages and place not in pages[target].places else None


paths = [path for path in site.rglob("*.html") if path.relative_to(site).parts[0] != "reference"]
pages = {path: Page(path) for path in paths}
wrong = sorted({f"{page.path.relative_to(site)}: {link} {problem(page, link, pages)}" for page in pages.values()
                for link in page.links if not is_outside(link) and problem(page, link, pages)})
print("\n".join(wrong[:40]), end="\n" if wrong else "")
sys.exit(bool(wrong) or not pages)
