#!/bin/sh
# Installs what the examples need, builds them in build/release and classifies the Fashion-MNIST test pictures.
#   sh examples/run.sh [--no-install] [options of the example]
#   --no-install     install no packages: say what is missing and stop
set -eu
cd "$(dirname "$0")/.."
. tests/install_packages.sh

no_install=
if [ "${1-}" = --no-install ]; then
  no_install=--no-install
  shift
fi
install_packages $no_install g++ cmake ninja-build zlib1g-dev dataset-fashion-mnist

build=build/release
if [ ! -f $build/CMakeCache.txt ] && command -v ninja >/dev/null; then
  cmake --preset release -G Ninja
else
  cmake --preset release
fi
cmake --build $build -j "$(nproc)" --target fashion_mnist
exec $build/examples/fashion_mnist "$@"
