# Trains the examples, and fails where one of them does not reach its figure: sh examples.sh PROGRAMS WORK. PROGRAMS has
# train_fashion, train_keywords and train_boxes, those that could be built; it takes a quarter of an hour of two cores.
set -u
programs=$1 work=$2
mkdir -p "$work"
cd "$work" || exit 1
failed=0

# example NAME LEAST EXPRESSION: the figure that the sed expression finds in what the program prints.
example() {
  if [ ! -x "$programs/$1" ]; then
    echo "$1 skipped: it is not built"
    return
  fi
  if ! "$programs/$1" >"$1.txt" 2>&1; then
    echo "$1 failed: $(tail -n 5 "$1.txt")"
    failed=1
    return
  fi
  figure=$(sed -n "$3" "$1.txt" | tail -n 1)
  if [ -n "$figure" ] && awk -v figure="$figure" -v least="$2" 'BEGIN { exit !(figure + 0 >= least + 0) }'; then
    echo "$1: $figure, at least $2 as it should be"
  else
    echo "$1: '$figure' is less than $2"
    failed=1
  fi
}

percent='s/^The chip.s integers: \([0-9.]*\) % of .* right.*/\1/p'
if [ -f /usr/share/datasets/fashion-mnist/train-images-idx3-ubyte.gz ]; then
  example train_fashion 91.5 "$percent"
else
  echo "train_fashion skipped: there are no pictures (Debian: dataset-fashion-mnist)"
fi
if command -v espeak-ng >/dev/null; then
  example train_keywords 90 "$percent"
else
  echo "train_keywords skipped: nobody speaks (Debian: espeak-ng)"
fi
example train_boxes 0.8 's/^The chip.s integers: mAP@0.5 is \([0-9.]*\) on .*/\1/p'
exit $failed
