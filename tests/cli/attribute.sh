# The verb attribute: sh attribute.sh PROGRAM FIXTURES WORK. Values of patches add up to the outputs that the verb run
# prints, to the last digit.
set -u
program=$1 fixtures=$2 work=$3
mkdir -p "$work"
cd "$fixtures" || exit 1
network="small.yaml --weights small --input input.npy"
failed=0
complain() {
  echo "attribute.sh: $*"
  failed=1
}

# shellcheck disable=SC2086  # lists of words
outputs=$("$program" run $network | sed -n '2s/^ *//p')
[ "$(echo "$outputs" | wc -w)" -eq 5 ] || complain "the verb run prints other outputs: $outputs"
# sums FILE: of each output the sum of its lines, which has no remainder.
sums() {
  awk -F, 'NR > 1 { sum[$2] += $10; of[$2] = $11; last = $2 }
    END { for (o = 0; o <= last; ++o) printf "%s%.10g", (o > 0 ? " " : ""), sum[o] / of[o] }' "$1"
}
# "options|patches", of both ways to count, and with a baseline of three inputs: a .npy of 118 characters behind 10 bytes.
{
  printf '\223NUMPY\1\0v\0%-117s\n' "{'descr': '|i1', 'fortran_order': False, 'shape': (3, 2, 8, 8), }"
  awk 'BEGIN { for (i = 0; i < 384; ++i) printf "%c", 65 + i % 37 }'
} >"$work/baselines.npy"
while IFS='|' read -r options patches; do
  # shellcheck disable=SC2086
  "$program" attribute $network $options -o "$work/values.csv" || complain "$options fails"
  [ "$(sums "$work/values.csv")" = "$outputs" ] || complain "$options: $(sums "$work/values.csv") instead of $outputs"
  lines=$(($(wc -l <"$work/values.csv") - 1))
  [ $lines -eq $((5 * (patches + 1))) ] || complain "$options: $lines lines"
done <<END
--patch 4x4|4
--patch 1x4x4 --baseline -128|8
--patch 2 --permutations 5|16
--patch 2 --permutations 4 --baseline $work/baselines.npy|16
--permutations 2|64
END

# shellcheck disable=SC2086
"$program" attribute $network input.npy -o "$work/values.svg" || complain "there is no picture"
[ "$(grep -c '<image ' "$work/values.svg")" -eq 12 ] || complain "the picture has not twelve maps"
if command -v xmllint >/dev/null; then xmllint --noout "$work/values.svg" || complain "the picture is broken"; fi
# The same seed gives the same values, on any number of threads, and another one gives others.
seeded() {
  # shellcheck disable=SC2086
  "$program" attribute $network --format csv --patch 2 --permutations 6 "$@"
}
seeded --threads 1 >"$work/one.csv"
seeded --threads 3 | cmp - "$work/one.csv" || complain "threads change values"
seeded --seed 2 | cmp -s - "$work/one.csv" && complain "the seed changes nothing"

# Wrong use has words and exit code 2.
refused() {
  words=$1
  shift
  # shellcheck disable=SC2086
  said=$("$program" attribute $network "$@" 2>&1)
  [ $? -eq 2 ] || complain "$* is not refused"
  case $said in *"$words"*) ;; *) complain "$*: $said" ;; esac
}
refused "--patch needs a size" --patch 4y4
for size in 9x9 9x1 1x9 9 3x1x1; do
  refused "--patch $size is larger than the input, 2x8x8" --patch $size
done
refused "all sets of 64 parts are too many" --permutations 0
refused "999 is no signed byte" --baseline 999
refused "cannot be" --baseline none.npy
refused "are no inputs of" --baseline output.npy
refused "pictures are svg" -o picture.png
[ $failed -eq 0 ]
