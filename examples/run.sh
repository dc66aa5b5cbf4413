#!/bin/sh
# Installs what an example needs, builds it in build/release and runs it.
#   sh examples/run.sh [EXAMPLE] [--no-install] [options of the example]
#   EXAMPLE          fashion_mnist (default): classifies the Fashion-MNIST test pictures
#                    k210: runs a detector of the K210 on a picture, or a small network of its own where there is none
#                    k210_quantised: what quantising a network of real numbers costs
#                    residual, keyword: networks with branches and no placement; a name.svg as option gets the picture
#   --no-install     install no packages: say what is missing and stop
set -eu
cd "$(dirname "$0")/.."
. tests/install_packages.sh

example=fashion_mnist
packages='zlib1g-dev dataset-fashion-mnist'
case ${1-} in
  fashion_mnist) shift ;;
  k210)
    example=k210_detector
    packages=
    shift
    ;;
  residual | keyword | k210_quantised)
    example=$1
    packages=
    shift
    ;;
esac
no_install=
if [ "${1-}" = --no-install ]; then
  no_install=--no-install
  shift
fi
install_packages $no_install g++ cmake ninja-build $packages

build=build/release
if [ ! -f $build/CMakeCache.txt ] && command -v ninja >/dev/null; then
  cmake --preset release -G Ninja
else
  cmake --preset release
fi
cmake --build $build -j "$(nproc)" --target $example
if [ $example = k210_detector ] && [ $# -eq 0 ]; then
  set -- "${INCUSE_GOLDEN_DIR:-../shared/golden}/k210/models/yolo20_v3"
fi
exec $build/examples/$example "$@"
