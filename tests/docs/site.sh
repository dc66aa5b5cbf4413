# The pages as a site: sh site.sh SOURCE_DIR WORK. Every page is in it, links between pages hold, and nothing is loaded
# from a network.
set -u
source=$1 work=$2
if ! command -v mkdocs >/dev/null || ! mkdocs build --help >/dev/null 2>&1; then
  echo "site skipped: there is no mkdocs (Debian: mkdocs, mkdocs-material)"
  exit 0
fi
rm -rf "$work"
mkdir -p "$work"
mkdocs build -f "$source/docs/site/mkdocs.yml" -d "$work/site" >"$work/output" 2>&1 || {
  case $(cat "$work/output") in *"theme"*material*) echo "site skipped: no mkdocs-material"; exit 0 ;; esac
  cat "$work/output"
  exit 1
}
failed=
complain() { echo "$*"; failed=yes; }
grep WARNING "$work/output" && complain "links that lead nowhere"
python3 "$(dirname "$0")/site_links.py" "$work/site" || complain "links of the site that lead nowhere"
grep "not included in the .nav" -A30 "$work/output" | grep '\.md$' && complain "pages that no menu has"
for page in "$source"/docs/*.md "$source"/docs/*/*.md; do
  [ -f "$page" ] || continue
  name=${page#"$source"/docs/}
  name=${name%.md}
  [ -f "$work/site/$name.html" ] || complain "there is no page $name"
done
grep -q '<img src="examples/[^"]*[.]svg"' "$work/site/examples.html" || complain "there is no page of examples with pictures"
grep -rl '```' "$work/site" --include=*.html && complain "blocks that are none"
if command -v doxygen >/dev/null; then
  [ -f "$work/site/reference/index.html" ] || complain "there is no reference of the headers"
  [ -f "$work/site/reference/structincuse_1_1Conv2d.html" ] || complain "Conv2d is not in the reference of the headers"
  rm -rf "$work/site/reference"  # of another make; what follows is about the pages
fi
[ -f "$work/site/search/search_index.json" ] || complain "the site cannot be searched"
grep -rhoE '<(script|img|iframe)[^>]* src="(https?:)?//[^"]*"|<link[^>]*rel="stylesheet"[^>]*href="(https?:)?//[^"]*"' \
  "$work/site" --include=*.html && complain "these come from a network"
[ -z "$failed" ]
