# Files that are no files, or far too large: sh input_files.sh PROGRAM FIXTURES WORK. Every reader of every verb has to
# end with 2 within a minute and say why in one line, with the file's name in it.
set -u
program=$1
rm -rf "$3"
mkdir -p "$3"
cp -R "$2/." "$3"
cd "$3"

mkfifo idle silent
sleep 60 >silent &
writer=$!
mkdir folder
truncate -s 1T huge
head -c 50000000 /dev/zero | tr '\0' a >scalar
{ echo 'arch: a' && echo 'dataset: b' && echo 'layers:' && yes '  - {op: none, processors: 1, out_offset: 0}' | head -200000; } >layers
name=$(printf 'no\nsuch\033[31m\tfile\200')

# BAD stands for the file at fault.
readers='check BAD
plan BAD
run BAD --input input.npy
import BAD --name m
export BAD --output made
compare-dump BAD --input input.npy --virtual-chip
check small.yaml --weights BAD
check small.yaml --weights small/conv1.weight.npy BAD
check small.yaml --weights small/conv1.weight.npy small/conv2.weight.npy small/fc.weight.npy --bias BAD
check small.yaml --checkpoint BAD
check small.yaml --input BAD
run small.yaml --weights small --input BAD
run small.yaml --weights small --input input.npy --expected BAD
compare-dump small.yaml --weights small --input input.npy --dump BAD
compare-dump small.yaml --weights small --input input.npy --dump BAD@50400000
attribute BAD --input input.npy
attribute small.yaml --weights small --input input.npy BAD
attribute small.yaml --weights small --input input.npy --baseline BAD
run small.kmodel --input BAD
run small.kmodel --input kmodel_input.npy --expected BAD'

# try READER FILE REASON: the program's complaint has to be one line with the reason.
try() {
  # Unquoted on purpose: a list of words, but for the name of the file.
  set -f
  IFS=' '
  set -- "$1" "$2" "$3" $1
  reader=$1 bad=$2 reason=$3
  shift 3
  for word in "$@"; do
    shift
    case $word in
      BAD*) set -- "$@" "$bad${word#BAD}" ;;
      *) set -- "$@" "$word" ;;
    esac
  done
  output=$(timeout 60 "$program" "$@" 2>&1 >/dev/null)
  status=$?
  complaint=$(printf '%s\n' "$output" | grep -v ': notice: ')
  if [ $status -ne 2 ] || [ "$(printf '%s\n' "$complaint" | wc -l)" -ne 1 ] ||
    ! printf '%s\n' "$complaint" | grep -q -- "^incuse: .*$reason"; then
    printf '%s with %s ended with %s:\n%s\n' "$reader" "$bad" "$status" "$output"
    : >failed
  fi
}

# What has to wait waits at the same time.
while IFS= read -r reader; do
  try "$reader" idle 'idle: .*nothing has come out of it for 5 seconds' &
  try "$reader" silent 'silent: .*nothing has come out of it for 5 seconds' &
  waiting="${waiting-} $!"
done <<END
$readers
END
while IFS= read -r reader; do
  try "$reader" /dev/zero 'no text\|larger than .* MiB, the most that is read'
  try "$reader" huge 'huge: .*larger than .* MiB, the most that is read'
  try "$reader" "$name" 'no\\nsuch\\x1b\[31m\\tfile\\x80: .*cannot be opened: No such file or directory'
  case $reader in
    *'--weights BAD') ;;  # a folder of weights
    *) try "$reader" folder 'folder: .*is a folder, not a file' ;;
  esac
done <<END
$readers
END
wait $waiting
for reader in 'check BAD' 'check BAD --place'; do
  try "$reader" scalar 'besides comments, but here are 50000000 bytes'
  try "$reader" layers 'besides comments, but here are [0-9]* bytes'
done

head -c 200000 /dev/zero | tr '\0' '[' >deep
try 'check BAD' deep 'deep:.*nested far too deeply'

# What is long because of its comments is read.
{ yes '# a comment as long as people write them, so that it says something about the layer below it' | head -700000 && cat small.yaml; } >comments
timeout 60 "$program" check comments --input input.npy --weights small >/dev/null || { echo "comments: $?" && : >failed; }
# So is what somebody else is still writing.
mkfifo pipe
{ sleep 1 && cat small.yaml; } >pipe &
"$program" check pipe --input input.npy --weights small >/dev/null || { echo "pipe: $?" && : >failed; }
kill $writer 2>/dev/null
[ ! -e failed ]
