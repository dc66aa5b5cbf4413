# Every flag of the program: sh flags.sh PROGRAM FLAGS_PAGE MANUAL
# One that lacks its value is named as it was typed, listed by help or not, and one with an impossible value too. Two that
# contradict each other are refused together, where one has an effect. Those of the manual's table are taken; where there is
# no manual, that is left out.
set -u
program=$1 page=$2 manual=$3

# "names of a row|value|heading" of the page's tables.
rows=$(sed -n -e 's/^## //p' -e 's/^| \(`-.*\)/\1/p' "$page" |
  awk -F' [|] ' '/^`/ { print $1 "|" $2 "|" heading; next } { heading = $0 }')
named=0 checked=0 wrong=0
while IFS='|' read -r names value heading; do
  [ -n "$value" ] || continue
  # A list may be left out of a flag that stands for all layers.
  for flag in $(echo "$names" | tr -d '`,'); do
    [ "$flag" = --no-bias ] && continue
    # A value that has words of its own, "0 to 5", is checked.
    case $value in [a-z0-9]*)
      said=$("$program" check no_such.yaml "$flag" nonsense 2>&1)
      code=$?
      if [ $code -eq 2 ] && echo "$said" | grep -q -e "^incuse: $flag: 'nonsense' is no"; then
        checked=$((checked + 1))
      else
        echo "$flag nonsense ends with $code: $said"
        wrong=$((wrong + 1))
      fi
      ;;
    esac
    said=$("$program" check no_such.yaml "$flag" 2>&1)
    code=$?
    if [ $code -eq 2 ] && echo "$said" | grep -q -e "^incuse: $flag: 1 required"; then
      named=$((named + 1))
    else
      echo "$flag without a value ends with $code: $said"
      wrong=$((wrong + 1))
    fi
  done
done <<END
$rows
END
echo "$named flags without their value are named, $checked check theirs"
[ $named -gt 50 ] && [ $checked -gt 40 ] && [ $wrong -eq 0 ] || exit 1

switches=$(echo "$rows" | awk -F'|' '$2 == "" { gsub("[`,]", "", $1); count = split($1, names, " ")
  for (i = 1; i <= count; ++i) print names[i], ($3 == "Without effect" ? "neutral" : "counts") }')
refused=0
for flag in $(echo "$switches" | sed -n 's/^--no-\([^ ]*\) .*/\1/p'); do
  pair=$(echo "$switches" | grep -e "^--no-$flag " -e "^--$flag ")
  [ "$(echo "$pair" | wc -l)" -eq 2 ] && echo "$pair" | grep -q counts || continue
  said=$("$program" check no_such.yaml "--no-$flag" "--$flag" 2>&1)
  if [ $? -ne 2 ] || [ "$said" != "incuse: --$flag and --no-$flag contradict each other: leave one of them out" ]; then
    echo "--$flag with --no-$flag: $said" && exit 1
  fi
  refused=$((refused + 1))
done
echo "$refused pairs of flags are refused together"
[ $refused -gt 1 ] || exit 1

if [ ! -f "$manual" ]; then
  echo "no manual: its table is not compared"
  exit 0
fi
flags=$(sed -n '/^# Command Line Arguments/,/^## /p' "$manual" | sed 's/<[^>]*>//g' |
  awk -F'\t' '$1 ~ /^-/ { gsub(",", "", $1); print $1 }')
taken=0
for flag in $flags; do
  [ "$flag" = --help ] && continue
  if echo "$rows" | grep -v '|Refused$' | grep -q -e "\`$flag\`" && ! "$program" check no_such.yaml "$flag" 2>&1 |
    grep -q -e "there is no " -e "not expected"; then
    taken=$((taken + 1))
  else
    echo "$flag of the manual is not taken" && exit 1
  fi
done
echo "$taken flags of the manual are taken"
[ $taken -gt 50 ]
