# Links of pages lead somewhere: sh links.sh SOURCE_DIR. Targets are files beside the page, and in Markdown headings or
# elements with an id; addresses of the network are not looked at.
set -u
source=$1
work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT

# "page, path, anchor" of every link, with tabs between them. Blocks and code are no links.
awk -v OFS='\t' '
  FNR == 1 { inside = 0; folder = FILENAME; sub(/[^\/]*$/, "", folder) }
  /^ *```/ { inside = !inside; next }
  inside { next }
  {
    gsub(/`[^`]*`/, "")
    while (match($0, /\]\([^)]*\)|src="[^"]*"/)) {
      target = substr($0, RSTART, RLENGTH - 1)
      sub(/^(\]\(|src=")/, "", target)
      $0 = substr($0, RSTART + RLENGTH)
      if (target ~ /^(https?|mailto):/) continue
      anchor = file = target
      sub(/#.*/, "", file)
      if (!sub(/^[^#]*#/, "", anchor)) anchor = ""
      print FILENAME, (file == "" ? FILENAME : folder file), anchor
    }
  }' "$source"/*.md "$source"/docs/*.md "$source"/docs/*/*.md "$source"/examples/*.md | sort -u >"$work/links"
[ -s "$work/links" ] || { echo "there are no links in $source"; exit 1; }

# "at, path, anchor" of every page that is named, and "none, path" of every one that is not there. Anchors are ids, and
# headings in small letters, with dashes for blanks and nothing for other signs.
cut -f 2 "$work/links" | sort -u | while read -r path; do
  if [ ! -e "$path" ]; then
    printf 'none\t%s\t\n' "$path"
  elif [ -f "$path" ]; then
    echo "$path" >>"$work/files"
  fi
done >"$work/anchors"
tr '\n' '\0' <"$work/files" | xargs -0 awk -v OFS='\t' '
  {
    line = $0
    while (match(line, /id="[^"]*"/)) {
      print "at", FILENAME, substr(line, RSTART + 4, RLENGTH - 5)
      line = substr(line, RSTART + RLENGTH)
    }
  }
  /^#/ {
    heading = tolower($0)
    sub(/^#* */, "", heading)
    gsub(/ /, "-", heading)
    gsub(/[^a-z0-9_-]/, "", heading)
    print "at", FILENAME, heading
  }' >>"$work/anchors"
awk -F '\t' '
  NR == FNR { if ($1 == "none") missing[$2] = 1; else known[$2, $3] = 1; next }
  $2 in missing { print $1 ": there is no " $2; next }
  $3 != "" && !(($2, $3) in known) { print $1 ": " $2 " has no #" $3 }
' "$work/anchors" "$work/links" >"$work/wrong"
cat "$work/wrong"
[ ! -s "$work/wrong" ]
