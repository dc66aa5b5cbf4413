#!/bin/sh
# The fast executor on Arm's 64-bit processors: builds its unit tests with the cross compiler and runs them under QEMU,
# with the kernels for dot products and the portable ones. Not part of ctest. Needs the Debian packages
# g++-aarch64-linux-gnu, qemu-user and doctest-dev; says so and passes where one is missing.
set -eu
cd "$(dirname "$0")/.."
for tool in aarch64-linux-gnu-g++ qemu-aarch64; do
  command -v $tool >/dev/null || { echo "skipped: there is no $tool"; exit 0; }
done
test -e /usr/include/doctest/doctest.h || { echo "skipped: there is no doctest"; exit 0; }
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cp -r /usr/include/doctest "$folder"  # without the other headers of this machine
aarch64-linux-gnu-g++ -std=c++20 -O1 -static -Wall -Wextra -Wpedantic -Wconversion -Wshadow -Werror -Iinclude -Itests \
  -isystem "$folder" tests/unit/main.cpp tests/unit/host/fast.cpp tests/unit/host/fast_kpu.cpp -o "$folder/fast"
echo "levels without and with dot products:"
qemu-aarch64 -cpu cortex-a72 "$folder/fast"
qemu-aarch64 -cpu max "$folder/fast"
