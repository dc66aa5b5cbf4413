# The picture of a terminal is what programs print: sh terminal.sh PYTHON NAME PICTURE PATH [write]
# The session terminals/NAME.txt runs in a folder with a small network, with PATH, which is also called
# PROGRAMS, in front of the other folders of programs.
set -u
python=$1 name=$2 picture=$3 programs=$4
here=$(cd "$(dirname "$0")" && pwd)
work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT
fixtures=$here/../cli/fixtures
cp "$fixtures/small.yaml" "$work/net.yaml"
cp "$fixtures/small.pth.tar" "$work/trained-q.pth.tar"
cp "$fixtures/input.npy" "$work/picture.npy"
PROGRAMS=$programs PATH=$programs:$PATH "$python" "$here/terminal.py" "$here/terminals/$name.txt" "$work" >"$work/terminal.svg" || exit 1
if [ "${5-}" = write ]; then
  cp "$work/terminal.svg" "$picture"
  exit
fi
cmp "$work/terminal.svg" "$picture" || {
  echo "$picture is out of date: sh tests/docs/terminal.sh $* write"
  exit 1
}
