# Where output goes, whatever is there already: sh output_files.sh PROGRAM FIXTURES WORK CASE
# A case tries every verb that writes, or with INCUSE_ONE_IN=<n> every n-th, from another one on in each case. Every verb
# writes a file cnn.h into the folder `out`.
set -u
program=$1 fixtures=$2 work=$3/$4 case=$4
rm -rf "$work"
mkdir -p "$work"
cp -R "$fixtures/." "$work"
cd "$work"
umask 022
messages=messages

small='small.yaml --input input.npy --weights small'
verbs=$(cat <<END
plan $small
plan $small --format svg
plan $small --compare
plan small.kmodel
run $small --expected output.npy
run small.kmodel --input kmodel_input.npy
import $small --name m
import small.kmodel --name m
compare-dump $small --virtual-chip
attribute $small --patch 4
export $small
END
)

fail() {
  echo "$case: $verb: $*"
  cat $messages
  exit 1
}

# write STATUS [PATH]: runs the verb, which has to end with the status.
write() {
  place=${2:-out/cnn.h}
  [ "${verb%% *}" != export ] || place=$(dirname "$place")
  # Unquoted on purpose: a list of words.
  "$program" $verb --output "$place" >$messages 2>&1
  status=$?
  [ $status -eq "$1" ] || fail "ended with $status instead of $1"
}

# What the verb writes where nothing is in its way.
expect() {
  rm -rf out expected
  mkdir out
  write 0
  mv out expected
  mkdir out
}

written() { cmp -s expected/cnn.h "$1" || fail "$1 is not what was written"; }
untouched() { [ "$(cat "$1")" = old ] || fail "$1 has changed"; }
# Nothing is left over: the folder has only these files.
only() { [ "$(ls -A out | sort | tr '\n' ' ')" = "$(printf '%s\n' "$@" | sort | tr '\n' ' ')" ] || fail "left over: $(ls -A out)"; }
all_files() { only $(ls -A expected); }

new() {
  write 0
  written out/cnn.h
  all_files
  [ "$(stat -c %a out/cnn.h)" = 644 ] || fail "mode $(stat -c %a out/cnn.h)"
}
link() {
  rm -rf real && mkdir real
  for old in yes no; do
    [ $old = no ] || echo old >real/file
    ln -sf ../real/link out/cnn.h && ln -sf file real/link
    write 0
    [ -L out/cnn.h ] && [ -L real/link ] || fail "a link was replaced"
    written real/file
    all_files
    [ "$(ls -A real | wc -l)" = 2 ] || fail "left over: $(ls -A real)"
    rm real/file
  done
}
circle() {
  ln -s cnn.h out/cnn.h
  write 2
  only cnn.h
}
hard_link() {
  echo 'old and longer than what is written? hardly' >out/cnn.h
  ln out/cnn.h other_name
  write 0
  written other_name
  [ out/cnn.h -ef other_name ] || fail "the hard link is broken"
  all_files
  rm other_name
}
mode() {
  for mode in 600 640 755 444; do
    echo old >out/cnn.h
    chmod $mode out/cnn.h
    write 0
    written out/cnn.h
    [ "$(stat -c %a out/cnn.h)" = $mode ] || fail "mode $(stat -c %a out/cnn.h) instead of $mode"
    rm -f out/cnn.h
  done
}
fifo() {
  mkfifo out/cnn.h
  cat out/cnn.h >got &
  write 0
  wait $!
  [ -p out/cnn.h ] || fail "the FIFO was replaced"
  written got
}
device() {
  ln -s /dev/null out/cnn.h
  write 0
  [ -c out/cnn.h ] || fail "the device was replaced"
  rm -f out/*
  ln -s /dev/full out/cnn.h
  write 2
  grep -q 'out/cnn.h: cannot be written: No space left on device' messages || fail "no reason"
  [ -c out/cnn.h ] || fail "the device was replaced"
  only cnn.h
}
folder() {
  mkdir out/cnn.h
  write 2
  grep -q 'out/cnn.h: is a folder' messages || fail "no reason"
  only cnn.h
}
# No file is written over that the verb reads as well, by whatever name.
input() {
  for word in $verb; do
    [ ! -d "$word" ] || word=$word/fc.weight.npy
    [ -f "$word" ] || continue
    cp "$word" before
    for place in "ln -s ../$word out/cnn.h" "ln $word out/cnn.h" "echo $word"; do
      rm -f out/cnn.h
      target=$($place)
      [ -z "$target" ] || [ "${verb%% *}" != export ] || continue
      write 2 ${target:-out/cnn.h}
      grep -q "${target:-out/cnn.h}: is read as well: it would be lost; choose another name" messages || fail "no reason"
      cmp -s "$word" before || fail "$word has changed"
    done
    rm -f out/cnn.h
  done
}
# Files with the names that temporary files would have, pointing elsewhere.
planted() {
  echo old >victim
  ln -s ../victim out/cnn.h.unfinished
  place=out/cnn.h
  [ "${verb%% *}" != export ] || place=out
  sh -c 'for i in 0 1 2; do ln -s ../victim out/.incuse-$$-$i; done; exec "$@"' sh "$program" $verb --output $place \
    >messages 2>&1 || fail "ended with $?"
  untouched victim
  written out/cnn.h
  rm out/.incuse-*
}
# A file that may not grow: what was there stays, and nothing else does.
limit() {
  echo old >out/cnn.h
  messages=/dev/null
  (ulimit -f 0 && write 2) || exit 1
  untouched out/cnn.h
  only cnn.h
  ln out/cnn.h other_name
  (ulimit -f 0 && write 2) || exit 1
  untouched other_name
  rm other_name
}
# Whenever it is stopped, the file is whole or not there, and nothing else is.
signal() {
  for delay in 0.000 0.003 0.005 0.008 0.010 0.012 0.015 0.020 0.030; do
    rm -rf out
    mkdir out
    place=out/cnn.h
    [ "${verb%% *}" != export ] || place=out
    "$program" $verb --output $place >messages 2>&1 &
    sleep $delay
    kill -TERM $! 2>/dev/null
    wait $! 2>/dev/null
    [ -z "$(ls -A out)" ] || { written out/cnn.h && all_files; }
  done
}
# The name of standard output: what is printed and what is written are both there.
standard_output() {
  [ "${verb%% *}" != export ] || return 0
  verb=${verb% --expected output.npy}
  for place in /dev/stdout out/cnn.h; do
    "$program" $verb --output $place >out/cnn.h 2>messages || fail "ended with $?"
    size=$(wc -c <expected/cnn.h)
    case $verb in
      compare-dump*) head -c "$size" out/cnn.h >part ;;
      *) tail -c "$size" out/cnn.h >part ;;
    esac
    written part
  done
}

number=${#case}
while read -r verb; do
  number=$((number + 1))
  [ $((number % ${INCUSE_ONE_IN:-1})) -eq 0 ] || continue
  : >messages
  expect
  $case
done <<END
$verbs
END
exit 0
