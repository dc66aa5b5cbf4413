# The arguments of examples/run.sh and tests/run.sh: sh run_scripts.sh SOURCE_DIR WORK. Packages, builds and programs are
# stand-ins that say what was asked of them.
set -u
source=$1 work=$2
rm -rf "$work"
mkdir -p "$work/bin" "$work/build/release/examples" "$work/build/gcc"
for name in examples tests; do ln -s "$source/$name" "$work/$name"; done
: >"$work/build/release/CMakeCache.txt"
: >"$work/build/gcc/CMakeCache.txt"
for program in fashion_mnist early_exit residual keyword k210_detector k210_quantised network_family train_fashion \
  train_boxes; do
  printf '#!/bin/sh\necho runs %s "$@"\n' $program >"$work/build/release/examples/$program"
done
printf '#!/bin/sh\necho "cmake $*"\n' >"$work/bin/cmake"
printf '#!/bin/sh\necho "ctest $*"\n' >"$work/bin/ctest"
printf '#!/bin/sh\n[ -z "${MISSING-}" ] && echo "install ok installed"\n' >"$work/bin/dpkg-query"
chmod +x "$work"/bin/* "$work"/build/release/examples/*
failed=0
PATH=$work/bin:$PATH
export PATH
cd "$work/build"

# expect STATUS PATTERN SCRIPT ARGUMENT...: in another folder, so that paths have to be right.
expect() {
  status=$1 pattern=$2 script=$3
  shift 3
  output=$(sh "../$script" "$@" 2>&1)
  ended=$?
  [ $ended -eq "$status" ] && printf '%s\n' "$output" | tr '\n' ' ' | grep -q -e "$pattern" && return
  printf '%s %s ended with %s:\n%s\n' "$script" "$*" $ended "$output"
  failed=1
}

expect 0 'runs fashion_mnist $' examples/run.sh
expect 0 'runs fashion_mnist $' examples/run.sh --no-install
expect 0 'runs fashion_mnist folder $' examples/run.sh fashion_mnist folder
expect 0 'runs early_exit folder $' examples/run.sh early_exit folder
expect 0 'cmake --build .* --target residual runs residual plan.svg $' examples/run.sh residual plan.svg
for place in 1 2 3; do
  case $place in
    1) set -- --no-install residual plan.svg ;;
    2) set -- residual --no-install plan.svg ;;
    3) set -- residual plan.svg --no-install ;;
  esac
  expect 0 'runs residual plan.svg $' examples/run.sh "$@"
  MISSING=yes expect 1 'missing and, as asked, not installed: g++ cmake ninja-build $' examples/run.sh "$@"
done
expect 0 'cmake --build .* --target train_fashion runs train_fashion 3 $' examples/run.sh train 3
expect 0 'cmake --build .* --target train_boxes runs train_boxes 3 b.svg $' examples/run.sh train_boxes 3 b.svg
INCUSE_GOLDEN_DIR=/nowhere expect 0 'runs k210_detector $' examples/run.sh k210
expect 0 'runs k210_detector a folder $' examples/run.sh k210 'a folder'
for example in keyword k210_quantised network_family; do expect 0 "runs $example \$" examples/run.sh $example; done
expect 2 "there is no example 'foo' sh examples/run.sh .EXAMPLE.* fashion_mnist .*residual, keyword.*k210" examples/run.sh foo
expect 2 "there is no example '' sh examples/run.sh .EXAMPLE" examples/run.sh ''
expect 2 "there is no example '' sh examples/run.sh .EXAMPLE" examples/run.sh '' folder
expect 0 'runs k210_detector a b $' examples/run.sh k210 a b
expect 2 "unknown option '--instal' sh examples/run.sh" examples/run.sh --instal
for word in --help -h; do
  expect 0 '^sh examples/run.sh .EXAMPLE.* --no-install .*--help  *print this and stop $' examples/run.sh $word
  expect 0 '^sh examples/run.sh ' examples/run.sh residual $word
  expect 0 '^sh tests/run.sh .*--install-only .*--help  *print this and stop $' tests/run.sh $word
done
expect 0 'cmake --build build/gcc .*ctest --test-dir build/gcc ' tests/run.sh --no-install
expect 0 '^ *$' tests/run.sh --install-only
MISSING=yes expect 1 'not installed: g++ cmake' tests/run.sh --install-only --no-install
expect 2 "unknown option 'foo' sh tests/run.sh" tests/run.sh foo
exit $failed
