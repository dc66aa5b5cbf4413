# Links of pages lead somewhere: sh links.sh SOURCE_DIR. Targets are files beside the page, and in Markdown headings or
# elements with an id; addresses of the network are not looked at.
set -u
source=$1
# The anchors of a page: ids, and headings in small letters, with dashes for blanks and nothing for other signs.
anchors_of() {
  grep -o 'id="[^"]*"' "$1" | sed 's/id="//; s/"$//'
  grep '^#' "$1" | sed 's/^#* *//' | tr 'A-Z ' 'a-z-' | tr -cd 'a-z0-9_\n-'
}
for page in "$source"/*.md "$source"/docs/*.md "$source"/docs/*/*.md "$source"/examples/*.md; do
  [ -f "$page" ] || continue
  folder=$(dirname "$page")
  # Blocks are no links.
  awk '/^ *```/ { inside = !inside; next } !inside { gsub(/`[^`]*`/, ""); print }' "$page" | grep -oE '\]\([^)]*\)|src="[^"]*"' | sed 's/^](//; s/^src="//; s/[)"]$//' | sort -u |
    while read -r target; do
      case $target in http:* | https:* | mailto:*) continue ;; esac
      file=${target%%#*} anchor=
      case $target in *'#'*) anchor=${target#*#} ;; esac
      if [ -z "$file" ]; then path=$page; else path=$folder/$file; fi
      if [ ! -e "$path" ]; then
        echo "$page: there is no $file"
      elif [ -n "$anchor" ] && ! anchors_of "$path" | grep -qxF -e "$anchor"; then
        echo "$page: $path has no #$anchor"
      fi
    done
done >"${TMPDIR:-/tmp}/links.$$"
cat "${TMPDIR:-/tmp}/links.$$"
[ ! -s "${TMPDIR:-/tmp}/links.$$" ]
status=$?
rm -f "${TMPDIR:-/tmp}/links.$$"
exit $status
