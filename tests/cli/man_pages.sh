# The man pages: sh man_pages.sh PROGRAM HELP2MAN MAN_PAGES_SCRIPT SOURCE_DIR CMAKE FOLDER
# Their date is that of their source, examples of the program's help are a line each, and exit codes have a section.
set -eu
program=$1 help2man=$2 script=$3 source=$4 cmake=$5 folder=$6
SOURCE_DATE_EPOCH=1700000000 "$cmake" -D PROGRAM="$program" -D HELP2MAN="$help2man" -D VERSION=1.2.3 \
  -D SOURCE_DIR="$source" -D OUTPUT="$folder" -P "$script"
page=$folder/incuse.1.gz wrong=0
expect() { echo "$1" | grep -q -e "$2" || { echo "no '$2' in: $1"; wrong=1; }; }
expect "$(gzip -dc "$page" | grep '^.TH')" 'November 2023'
expect "$(gzip -dc "$page" | sed -n '/EXIT STATUS/,/^.SH EX/p')" '^0 all is well'
examples=$("$program" --help | grep -c '^  incuse ')
shown=$(gzip -dc "$page" | sed -n '/^.SH EXAMPLES/,/^.fi/p' | grep -c '^incuse ')
[ "$examples" -gt 0 ] && [ "$examples" -eq "$shown" ] || { echo "$shown of $examples examples are a line each"; wrong=1; }
# An option and its text have a line each. The program's own rows say where the text begins.
for page in "$folder"/*.gz; do
  gzip -dc "$page" | grep -A1 '^.HP' && { echo "$page runs options and their texts together"; wrong=1; }
  gzip -dc "$page" | grep -E '^(to [0-9]|[.]{3}|REQUIRED|Excludes:|Needs:)' && { echo "$page parts an option"; wrong=1; }
  verb=$(basename "$page" .1.gz)
  case $verb in incuse-train | incuse-evaluate | incuse-search | incuse) continue ;; esac
  rows=$("$program" "${verb#incuse-}" --help-all | grep -c '^  -')
  lines=$(gzip -dc "$page" | grep -A1 '^.TP' | grep -c '^.fB')
  [ "$rows" -eq "$lines" ] || { echo "$page has $lines of $rows options"; wrong=1; }
done
# Without the variable the date is that of the last commit, or of the list of changes.
unset SOURCE_DATE_EPOCH
"$cmake" -D PROGRAM="$program" -D HELP2MAN="$help2man" -D VERSION=1.2.3 -D SOURCE_DIR="$source" -D OUTPUT="$folder" \
  -P "$script"
for page in "$folder"/*.gz; do
  gzip -dc "$page" | grep -q '^.TH .* 1970"' && { echo "$page is from 1970"; wrong=1; }
done
exit $wrong
