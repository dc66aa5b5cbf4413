#!/bin/sh
# Installs what the tests need, builds them in build/gcc and runs them.
set -eu
cd "$(dirname "$0")/.."
. tests/install_packages.sh

usage() {
  cat <<'END'
sh tests/run.sh [--no-install] [--install-only] [--sanitize]
  --no-install     install no packages: say what is missing and stop
  --install-only   install what is missing and stop
  --sanitize       build the unit tests with the address and undefined-behaviour sanitizers
  --help           print this and stop
END
}

no_install=
install_only=
sanitize=OFF
for argument in "$@"; do
  case $argument in
    --no-install) no_install=--no-install ;;
    --install-only) install_only=yes ;;
    --sanitize) sanitize=ON ;;
    --help | -h)
      usage
      exit 0
      ;;
    *)
      echo "tests/run.sh: unknown option '$argument'" >&2
      usage >&2
      exit 2
      ;;
  esac
done

# The compilers that have to accept the library, the libraries that the tests use, and what builds and runs firmware.
install_packages $no_install \
  g++ cmake ninja-build clang-14 clang-19 clang-tidy-14 \
  python3 doctest-dev libyaml-cpp-dev libbenchmark-dev zlib1g-dev libcli11-dev libzip-dev libboost-dev \
  libonnx-dev libprotobuf-dev libflatbuffers-dev flatbuffers-compiler help2man dpkg-dev bash \
  gcc-arm-none-eabi libnewlib-arm-none-eabi libstdc++-arm-none-eabi-newlib gcc-riscv64-unknown-elf \
  qemu-system-arm qemu-system-misc
[ -z "$install_only" ] || exit 0

build=build/gcc
jobs=$(nproc)
# Ninja where it is there, unless the folder has been configured with something else already.
if [ ! -f $build/CMakeCache.txt ] && command -v ninja >/dev/null; then
  cmake --preset gcc -G Ninja -D INCUSE_SANITIZE_UNIT_TESTS=$sanitize
else
  cmake --preset gcc -D INCUSE_SANITIZE_UNIT_TESTS=$sanitize
fi
cmake --build $build -j "$jobs"
# Last, so that ctest's own summary closes the output and its status is the status of this script.
exec ctest --test-dir $build --output-on-failure --no-tests=error -j "$jobs"
