#!/bin/sh
# Installs what an example needs, builds it in build/release and runs it; see `usage`.
set -eu

usage() {
  cat <<'END'
sh examples/run.sh [EXAMPLE] [--no-install] [arguments of the example]
  EXAMPLE         fashion_mnist (if none is named): classifies the Fashion-MNIST test pictures
                  early_exit: the same pictures; easy ones leave behind the first layer
                  residual, keyword: networks with branches and no placement; NAME.svg behind it gets the picture
                  network_family: the largest of many networks that fits
                  fir_filter, denoiser, two_networks, camera_fifo: small ones on a virtual MAX78000
                  train: trains a network for these pictures; installs libtorch (600 MB), and takes minutes
                  train_keywords: the same for spoken words, which espeak-ng speaks
                  train_boxes: the same for a detector of shapes, in pictures that it draws
                  k210: a network on a virtual K210; a folder with model.kmodel and input.npy behind it runs that model
                  k210_quantised: what quantising a network of real numbers costs
  --no-install    install no packages: say what is missing and stop
  --help          print this and stop
END
}

root=$(cd "$(dirname "$0")/.." && pwd)
. "$root/tests/install_packages.sh"

no_install= example= named=
count=$#
while [ "$count" -gt 0 ]; do
  word=$1
  shift
  count=$((count - 1))
  case $word in
    --help | -h)
      usage
      exit 0
      ;;
    --no-install) no_install=$word ;;
    -*)
      echo "examples/run.sh: unknown option '$word'" >&2
      usage >&2
      exit 2
      ;;
    *)
      # The first word is the example, the others are its arguments.
      if [ -z "$named" ]; then
        named=yes example=$word
      else
        set -- "$@" "$word"
      fi
      ;;
  esac
done

packages=
[ -n "$named" ] || example=fashion_mnist
case $example in
  fashion_mnist | early_exit) packages='zlib1g-dev dataset-fashion-mnist' ;;
  network_family) packages=libboost-dev ;;
  train)
    example=train_fashion
    packages='libtorch-dev libopenblas0-openmp libzip-dev zlib1g-dev dataset-fashion-mnist'
    # Threads that wait for work leave the processor to others.
    export OMP_WAIT_POLICY=${OMP_WAIT_POLICY:-PASSIVE}
    ;;
  train_keywords)
    packages='libtorch-dev libopenblas0-openmp libzip-dev zlib1g-dev libsndfile1-dev libsamplerate0-dev espeak-ng'
    export OMP_WAIT_POLICY=${OMP_WAIT_POLICY:-PASSIVE}
    ;;
  train_boxes)
    packages='libtorch-dev libopenblas0-openmp libzip-dev'
    export OMP_WAIT_POLICY=${OMP_WAIT_POLICY:-PASSIVE}
    ;;
  k210) example=k210_detector ;;
  residual | keyword | k210_detector | k210_quantised | fir_filter | denoiser | two_networks | camera_fifo) ;;
  *)
    echo "examples/run.sh: there is no example '$example'" >&2
    usage >&2
    exit 2
    ;;
esac
# Unquoted on purpose: lists of words.
install_packages $no_install g++ cmake ninja-build $packages

build=$root/build/release
generator=
[ -f "$build/CMakeCache.txt" ] || ! command -v ninja >/dev/null || generator='-G Ninja'
# What other examples lack is none of this one's business.
(cd "$root" && cmake --preset release $generator --log-level=NOTICE)
cmake --build "$build" -j "$(nproc)" --target "$example"
detector=${INCUSE_GOLDEN_DIR:-$root/../shared/golden}/k210/models/yolo20_v3
if [ "$example" = k210_detector ] && [ $# -eq 0 ] && [ -f "$detector/model.kmodel" ]; then
  set -- "$detector"
fi
exec "$build/examples/$example" "$@"
