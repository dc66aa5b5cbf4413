# No line about a part is printed twice: sh once.sh PROGRAM FOLDER
# Every description of the folder is checked for all parts, as it is placed and by the planner.
set -u
program=$1 folder=$2
asked=0
for file in "$folder"/*.yaml; do
  for place in "" --place; do
    said=$("$program" check "$file" $place --device all --no-proof --input-shape 4x8x8 2>&1)
    twice=$(echo "$said" | sort | uniq -d)
    [ -z "$twice" ] || { echo "$file $place: printed twice: $twice" && exit 1; }
    case $said in *MAX78000*) asked=$((asked + 1)) ;; esac
  done
done
echo "$asked tables"
[ $asked -gt 20 ]
