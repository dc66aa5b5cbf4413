"""MkDocs: the reference of the headers, which Doxygen makes, is the folder `reference` of the site."""
import logging
import pathlib
import shutil
import subprocess

from mkdocs.structure.nav import Link

source = pathlib.Path(__file__).resolve().parents[2]


def on_nav(nav, **_):
    if shutil.which("doxygen"):
        nav.items.append(Link("Headers", "reference/index.html"))
    return nav


def on_post_build(config, **_):
    if not shutil.which("doxygen"):
        logging.getLogger("mkdocs").info("no reference of the headers: there is no doxygen")
        return
    settings = (source / "docs/site/Doxyfile").read_text() + f"OUTPUT_DIRECTORY = \"{config['site_dir']}\"\n"
    subprocess.run(["doxygen", "-"], input=settings, text=True, cwd=source, check=True)
