# The table of docs/onnx.md: what becomes of every file on every part.
#   sh onnx_table.sh PROGRAM FOLDER PAGE            says whether the page's table is up to date
#   sh onnx_table.sh PROGRAM FOLDER PAGE --update   writes it anew
set -u
program=$1 folder=$2 page=$3 update=${4-}
begin='<!-- written by tests/docs/onnx_table.sh -->' end='<!-- end -->'
if [ ! -d "$folder" ]; then
  echo "table of ONNX files skipped: no $folder"
  exit 0
fi
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# The verdict as a cell, and reasons without places, one a line.
for file in "$folder"/*.onnx; do
  name=$(basename "$file" .onnx)
  row="| $name |"
  for part in max78000 max78002 ai84 k210; do
    if "$program" check "$file" --device $part >"$work/said"; then
      row="$row taken |"
    else
      row="$row refused |"
      grep -F ": error: " "$work/said" | sed 's/.*: error: //; s/ \[[a-z_0-9]*\]$//' >>"$work/$part.$name"
    fi
  done
  echo "$row" >>"$work/rows"
done
{
  echo "$begin"
  echo
  echo "| file | MAX78000 | MAX78002 | AI84 | K210 |"
  echo "|---|---|---|---|---|"
  cat "$work/rows"
  echo
  # Files that a part refuses for the same reasons are named together.
  for part in max78000 max78002 ai84 k210; do
    for reasons in "$work/$part".*; do
      [ -f "$reasons" ] || continue
      names=
      for other in "$work/$part".*; do
        cmp -s "$reasons" "$other" && names="$names${names:+, }${other#"$work/$part".}"
      done
      [ "${names%%,*}" = "${reasons#"$work/$part".}" ] || continue
      echo "On the $(echo $part | tr a-z A-Z), $names:"
      echo
      sed 's/^/- /' "$reasons"
      echo
    done
  done
  echo "$end"
} >"$work/table"
awk -v begin="$begin" -v end="$end" -v table="$work/table" '
  $0 == begin { while ((getline line < table) > 0) print line; inside = 1 }
  !inside { print }
  $0 == end { inside = 0 }
' "$page" >"$work/page"
if [ -n "$update" ]; then
  cat "$work/page" >"$page"
elif ! cmp -s "$work/page" "$page"; then
  diff "$page" "$work/page"
  echo "$page is out of date: sh $0 $program $folder $page --update"
  exit 1
fi
