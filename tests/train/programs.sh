# The verbs train, evaluate and search: sh programs.sh PROGRAM WORK.
set -u
program=$1 work=$2
if [ ! -x "$program" ]; then
  echo "tests of incuse-train skipped: it is not built"
  exit 0
fi
rm -rf "$work"
mkdir -p "$work/pictures/across" "$work/pictures/down"
cd "$work" || exit 1
failed=0
complain() {
  echo "programs.sh: $*"
  failed=1
}

# Pictures of 8 x 8 pixels with a bar at one of eight places, each with five greys.
for place in 0 1 2 3 4 5 6 7; do
  for grey in 1 2 3 4 5; do
    for class in across down; do
      pixels=$(awk -v place=$place -v grey=$grey -v class=$class 'BEGIN {
        for (i = 0; i < 64; ++i)
          printf "\\%03o", (class == "across" ? int(i / 8) : i % 8) == place ? 180 + 10 * grey : 10 * grey
      }')
      printf "P5 8 8 255 $pixels" >"pictures/$class/$place$grey.pgm"
    done
  done
done
cat >net.yaml <<'YAML'
arch: bars
dataset: none
layers:
  - {name: conv, op: Conv2d, kernel_size: 3x3, pad: 1, activate: ReLU, out_channels: 4}
  - {name: fc, op: Linear, flatten: true, out_channels: 2, output_width: 32}
YAML
printf 'start_epoch: 18\nweight_bits: 8\noverrides:\n  conv: {weight_bits: 4}\n' >policy.yaml
options="net.yaml --data pictures --input-shape 1x8x8 --threads 1"
learning="--batch 16 --rate 0.01 --flip --shift 1 --noise 2 --policy policy.yaml --split 0.2"

# shellcheck disable=SC2086  # lists of words
"$program" train $options $learning --epochs 24 -o whole --json >whole.json || complain "train fails"
[ "$(grep -c '"quantised": false' whole.json)" = 18 ] || complain "the policy's start is not kept"
[ "$(grep -c '"quantised": true' whole.json)" = 6 ] || complain "there are not six epochs with rounding"

# shellcheck disable=SC2086
"$program" train $options $learning --epochs 24 -o again >/dev/null 2>&1 || complain "train fails again"
cmp whole/last.pth.tar again/last.pth.tar || complain "the same seed gives another result"

# shellcheck disable=SC2086
"$program" evaluate $options --checkpoint whole/last.pth.tar --json >evaluation.json || complain "evaluate fails"
part() { sed "s/.*\"$1\": \\({[^}]*\\]\\]\\).*/\\1/" evaluation.json; }
[ "$(part 'rounded as on the chip')" = "$(part chip)" ] || complain "the chip counts otherwise than the model"
part chip | grep -q '"accuracy": \(1\|0.9\)' || complain "it has not learned: $(part chip)"

# Layers are compared with real numbers; tables for other programs have a line for each sample.
grep -q '"quantisation_error": {"conv": 0[.][0-9]*, "fc": 0[.][0-9]*}' evaluation.json ||
  complain "layers are not compared: $(cat evaluation.json)"
# shellcheck disable=SC2086
"$program" evaluate $options --checkpoint whole/last.pth.tar --save-csv table >layers.txt || complain "evaluate writes no CSV"
grep -q 'dB to real numbers' layers.txt || complain "evaluate does not show layers"
for table in x:64 ytrue:1 ypred:2 ypred_real:2; do
  awk -F, -v columns=${table#*:} 'NF != columns { wrong = 1 } END { exit wrong || NR != 81 }' "table_${table%:*}.csv" ||
    complain "table_${table%:*}.csv has other lines or columns"
done
[ "$(head -1 table_ypred.csv)" = across,down ] || complain "table_ypred.csv has other classes"
[ "$(sort -u table_ytrue.csv | tr '\n' ' ')" = "across down truth " ] || complain "table_ytrue.csv has other classes"
awk -F, 'NR > 1 && ($1 + $2 < 0.99999 || $1 + $2 > 1.00001) { wrong = 1 } END { exit wrong }' table_ypred.csv ||
  complain "probabilities do not add up to 1"
# Whichever class is likelier is the chip's answer: as many are right as it counts.
paste -d, table_ytrue.csv table_ypred.csv | awk -F, 'NR > 1 { right += $1 == ($3 > $2 ? "down" : "across") }
  END { printf "\"accuracy\": %f,\n", right / (NR - 1) }' >accuracy
part chip | grep -q -F "$(cat accuracy)" || complain "table_ypred.csv has $(cat accuracy) and not $(part chip)"
# shellcheck disable=SC2086
"$program" evaluate $options --checkpoint whole/last.pth.tar --save-csv layer --features conv >/dev/null ||
  complain "evaluate writes no features"
[ "$(head -1 layer_x.csv | cut -d, -f 1,256)" = conv_0,conv_255 ] || complain "layer_x.csv has other columns"

# Files for TensorBoard.
# shellcheck disable=SC2086
"$program" train $options $learning --epochs 24 -o watched --tensorboard events >/dev/null 2>&1 ||
  complain "train fails with --tensorboard"
cmp whole/last.pth.tar watched/last.pth.tar || complain "watching changes the result"
for tag in loss/training accuracy/validation rate weights/conv biases/fc 'precision and recall/across' worst/0 PNG; do
  grep -q -a "$tag" events/events.out.tfevents.* || complain "the event file has no $tag"
done

# The log has all epochs once, also where a training was resumed; pictures are well-formed.
cmp -s whole.json whole/log.json || complain "the log differs from what is printed"
cp -r whole resumed
# shellcheck disable=SC2086
"$program" train $options $learning --epochs 26 --resume resumed/last.pth.tar -o resumed >/dev/null 2>&1 ||
  complain "train does not go on"
[ "$(sed 's/.*"epoch": \([0-9]*\),.*/\1/' resumed/log.json | tr '\n' ' ')" = "$(seq 26 | tr '\n' ' ')" ] ||
  complain "the log of a resumed training: $(cat resumed/log.json)"
# shellcheck disable=SC2086
"$program" evaluate $options --checkpoint whole/last.pth.tar -o whole/evaluation.svg >/dev/null ||
  complain "evaluate draws nothing"
for picture in training weights evaluation; do
  grep -q '^<svg ' whole/$picture.svg || complain "$picture.svg is no picture"
  if command -v xmllint >/dev/null; then xmllint --noout whole/$picture.svg || complain "$picture.svg is broken"; fi
done
for words in 'Precision and recall' 'across: [01]' 'Real numbers against the chip' 'conv: [0-9.]* dB' 'across taken for'; do
  grep -q "$words" whole/evaluation.svg || complain "evaluation.svg shows no $words"
done
for words in 'learning rate' 'validation' 'Right of the grey line'; do
  grep -q "$words" whole/training.svg || complain "training.svg shows no $words"
done
grep -q '>4 bits, shift' whole/weights.svg || complain "weights.svg does not tell the bits"

# Half of eight channels are taken out, and the rest is trained on; the description that is left belongs to it.
sed 's/out_channels: 4/out_channels: 8/' net.yaml >eight.yaml
eight="${options#net.yaml} --no-batch-norm --rate 0.01 --batch 16"
# shellcheck disable=SC2086
"$program" train eight.yaml $eight --epochs 12 -o eight >/dev/null 2>&1 || complain "train fails"
# shellcheck disable=SC2086
"$program" train eight.yaml $eight --epochs 12 --start eight/last.pth.tar --prune 0.5 -o pruned >/dev/null 2>&1 ||
  complain "train does not prune"
grep -q 'out_channels: 4' pruned/pruned.yaml || complain "pruned.yaml has other channels: $(cat pruned/pruned.yaml)"
# shellcheck disable=SC2086
"$program" evaluate pruned/pruned.yaml ${options#net.yaml} --checkpoint pruned/last.pth.tar --json >evaluation.json ||
  complain "evaluate does not take pruned.yaml"
part chip | grep -q '"accuracy": \(1\|0.9\)' || complain "it has not learned again: $(part chip)"

# A larger network teaches.
sed 's/out_channels: 4/out_channels: 2/' net.yaml >smaller.yaml
# shellcheck disable=SC2086
"$program" train smaller.yaml ${options#net.yaml} --epochs 3 --teacher whole/best.pth.tar --teacher-network net.yaml \
  -o taught >/dev/null 2>&1 || complain "train fails with a teacher"
# shellcheck disable=SC2086
"$program" train smaller.yaml ${options#net.yaml} --epochs 3 -o untaught >/dev/null 2>&1 || complain "train fails"
cmp -s taught/last.pth.tar untaught/last.pth.tar && complain "the teacher changes nothing"

# The vendor's schedule file.
cat >schedule.yaml <<'YAML'
lr_schedulers:
  training_lr: {class: MultiStepLR, milestones: [2, 4], gamma: 0.5}
policies:
  - {lr_scheduler: {instance_name: training_lr}, starting_epoch: 0, ending_epoch: 200, frequency: 1}
YAML
# shellcheck disable=SC2086
"$program" train $options --rate 0.01 --epochs 5 --schedule-file schedule.yaml -o scheduled --json >scheduled.json ||
  complain "train fails with a schedule file"
[ "$(sed 's/.*"rate": \([^,]*\),.*/\1/' scheduled.json | tr '\n' ' ')" = "0.01 0.01 0.005 0.005 0.0025 " ] ||
  complain "the schedule file is not kept: $(cat scheduled.json)"

# Regression: one output, which is to be -0.5 or 0.5.
cat >one.yaml <<'YAML'
arch: one
dataset: none
layers:
  - {name: conv, op: Conv2d, kernel_size: 3x3, pad: 1, activate: ReLU, out_channels: 4}
  - {name: fc, op: Linear, flatten: true, out_channels: 1, output_width: 32}
YAML
npy() { # npy FILE TYPE SHAPE BYTES: a header of 118 characters behind 10 bytes
  printf '\223NUMPY\1\0v\0%-117s\n' "{'descr': '$2', 'fortran_order': False, 'shape': ($3), }" >"$1"
  # shellcheck disable=SC2059  # the bytes are octal
  printf "$4" >>"$1"
}
dark=$(awk 'BEGIN { for (i = 0; i < 64; ++i) printf "\\%03o", 20 + i }')
bright=$(awk 'BEGIN { for (i = 0; i < 64; ++i) printf "\\%03o", 250 - i }')
half='\0\0\0\077' minus_half='\0\0\0\277'
npy samples.npy '|u1' '4, 1, 8, 8' "$dark$bright$dark$bright"
npy targets.npy '<f4' '4, 1' "$minus_half$half$minus_half$half"
regression="one.yaml --data samples.npy --labels targets.npy --input-shape 1x8x8 --threads 1 --regression"
# shellcheck disable=SC2086
"$program" train $regression --split 0 --batch 2 --epochs 60 --rate 0.01 --no-batch-norm -o numbers --json \
  >numbers.json || complain "regression fails"
# shellcheck disable=SC2086
"$program" evaluate $regression --checkpoint numbers/last.pth.tar >numbers.txt || complain "evaluate fails with targets"
awk '/rounded/ { if ($NF < 0.02) found = 1 } END { exit !found }' numbers.txt ||
  complain "targets are not learned: $(cat numbers.txt)"

# A detector: small and large squares, and a picture without any. Its boxes are found in the chip's integers.
mkdir squares
square() { # square FILE X Y SIZE
  pixels=$(awk -v left="$2" -v top="$3" -v size="$4" 'BEGIN {
    for (i = 0; i < 256; ++i) {
      x = i % 16; y = int(i / 16)
      printf "\\%03o", ((x >= left && x < left + size && y >= top && y < top + size) ? 220 : 30)
    }
  }')
  # shellcheck disable=SC2059  # the bytes are octal
  printf "P5 16 16 255 $pixels" >"$1"
}
echo image,class,x,y,width,height >squares.csv
for n in $(seq 48); do
  x=$((n * 5 % 9)) y=$((n * 7 % 9)) size=$((n % 2 * 4 + 4))
  square "squares/$n.pgm" $x $y $size
  echo "$n.pgm,$([ $size -eq 4 ] && echo small || echo large),$x,$y,$size,$size" >>squares.csv
done
square squares/none.pgm 0 0 0
echo none.pgm >>squares.csv
cat >detector.yaml <<'YAML'
arch: detector
dataset: none
layers:
  - {name: conv1, op: Conv2d, kernel_size: 3x3, pad: 1, activate: ReLU, out_channels: 8}
  - {name: conv2, op: Conv2d, max_pool: 2, pool_stride: 2, kernel_size: 3x3, pad: 1, activate: ReLU, out_channels: 16}
  - {name: boxes, op: Conv2d, max_pool: 2, pool_stride: 2, kernel_size: 1x1, pad: 0, out_channels: 7, output_width: 32}
YAML
detector="detector.yaml --data squares --labels squares.csv --boxes --input-shape 1x16x16 --threads 1"
# shellcheck disable=SC2086
"$program" train $detector --split 0 --batch 8 --epochs 40 --rate 0.01 -o detector >/dev/null 2>detector.txt ||
  complain "train fails with boxes: $(cat detector.txt)"
anchors=$(sed -n 's/^.*typical boxes: --anchors //p' detector.txt)
[ -n "$anchors" ] || complain "train does not tell typical boxes"
# shellcheck disable=SC2086
"$program" evaluate $detector --anchors "$anchors" --checkpoint detector/last.pth.tar >boxes.txt ||
  complain "evaluate fails with boxes"
awk '/^rounded/ { rounded = $NF } /^chip/ { chip = $NF } END { exit !(chip == rounded && chip >= 0.8) }' boxes.txt ||
  complain "boxes are not found: $(cat boxes.txt)"

# A search: what does not fit is refused by the planner, the others are trained, and the best ones get descriptions.
cat >space.yaml <<'YAML'
arch: bars
dataset: none
search:
  width: [2, 6, 1000]
  depth: [0, 1]
  bits: [2, 8]
layers:
  - {name: conv, op: Conv2d, kernel_size: 3x3, pad: 1, activate: ReLU, out_channels: $width}
  - repeat: $depth
    layers:
      - {name: deep, op: Conv2d, kernel_size: 3x3, pad: 1, activate: ReLU, out_channels: $width, quantization: $bits}
  - {name: fc, op: Linear, flatten: true, out_channels: 2, output_width: 32}
YAML
searching="space.yaml ${options#net.yaml} --batch 16 --rate 0.01 --split 0.2"
# shellcheck disable=SC2086
"$program" search $searching --epochs 4 --watts 0.02 -o found --json >found.json 2>found.txt || complain "search fails"
cmp -s found.json found/search.json || complain "search.json differs from what is printed"
[ "$(grep -c '"fits": true' found.json)" = 8 ] || complain "not eight networks fit: $(cat found.json)"
[ "$(grep -c '"reason": ".*weight memory' found.json)" = 4 ] || complain "the reason is another one: $(cat found.json)"
[ "$(grep -c '"same_as"' found.json)" = 2 ] || complain "the same layers are trained twice"
[ "$(grep -c '"microjoules"' found.json)" = 8 ] || complain "there is no energy"
grep -q '^{"front": \[[0-9]' found.json || complain "there is no front"
grep -q 'width 1000, depth 0, bits 2: .*weight memory' found.txt || complain "a refusal is not told: $(cat found.txt)"
for description in found/*.yaml; do
  # shellcheck disable=SC2086
  "$program" train "$description" ${options#net.yaml} --epochs 1 -o trained >/dev/null 2>&1 ||
    complain "train does not take $description: $(cat "$description")"
done
grep -q '#e07b28' found/search.svg || complain "search.svg has no front"
if command -v xmllint >/dev/null; then xmllint --noout found/search.svg || complain "search.svg is broken"; fi
# shellcheck disable=SC2086
"$program" search $searching --epochs 4 --candidates 2 --seed 3 -o two >two.txt 2>/dev/null ||
  complain "search fails with few candidates"
# shellcheck disable=SC2086
"$program" search $searching --epochs 4 --candidates 2 --seed 3 -o two_again >/dev/null 2>&1 ||
  complain "search fails again"
cmp -s two/search.json two_again/search.json || complain "the same seed finds something else"
[ "$(grep '"fits": true' two/search.json | grep -vc '"same_as"')" = 2 ] || complain "not two networks are trained"
grep -q 'on the front of accuracy, cycles and weight memory' two.txt || complain "there is no table: $(cat two.txt)"
# Where nothing fits, the exit code is 1, and the reason is told.
sed 's/^  width: .*/  width: [1000]/' space.yaml >large.yaml
# shellcheck disable=SC2086
"$program" search large.yaml ${options#net.yaml} -o large >/dev/null 2>large.txt
[ $? -eq 1 ] || complain "what never fits is no finding"
grep -q 'weight memory' large.txt || complain "it is not told why nothing fits: $(cat large.txt)"

# Wrong use has words and exit code 2.
wrong() {
  "$program" "$@" >output 2>&1
  [ $? -eq 2 ] && [ -s output ] || complain "$* is not refused: $(cat output)"
}
wrong
wrong train
wrong train net.yaml --data none -o out --input-shape 1x8x8
wrong train net.yaml --data pictures -o out
wrong train net.yaml --data pictures -o out --input-shape 1x8x8 --epochs 0
wrong train net.yaml --data pictures -o out --input-shape 1x8x8 --schedule sometimes
wrong train net.yaml --data pictures -o out --input-shape 1x8x8 --policy net.yaml
wrong train net.yaml --data pictures -o out --input-shape 1x8x8 --schedule-file policy.yaml
wrong train net.yaml --data pictures -o out --input-shape 1x8x8 --resume net.yaml
wrong train net.yaml --data pictures -o out --input-shape 1x8x8 --teacher net.yaml
wrong train net.yaml --data pictures -o out --input-shape 1x8x8 --prune 0.5
wrong evaluate $options --checkpoint net.yaml
# shellcheck disable=SC2086
wrong evaluate $detector --checkpoint detector/last.pth.tar
wrong train detector.yaml --data squares --labels squares.csv --boxes -o out --input-shape 1x16x16 --anchors 1x1,2x2
wrong train detector.yaml --data squares --labels squares.csv --boxes -o out --input-shape 1x16x16 --anchors wide
wrong train detector.yaml --data squares --labels net.yaml --boxes -o out --input-shape 1x16x16
wrong search net.yaml --data pictures -o out --input-shape 1x8x8
wrong search space.yaml --data pictures -o out
wrong search space.yaml --data pictures -o out --input-shape 1x8x8 --candidates 0
wrong search space.yaml --data pictures -o out --input-shape 1x8x8 --qat-epochs 0
wrong search space.yaml --data none -o out --input-shape 1x8x8
wrong evaluate $options --checkpoint whole/last.pth.tar --features conv
wrong evaluate $options --checkpoint whole/last.pth.tar --save-csv out --features none
[ ! -e out ] || complain "a refused run leaves a folder"
[ $failed -eq 0 ]
