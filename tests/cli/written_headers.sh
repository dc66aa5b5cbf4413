# Headers that the program writes, with single headers alone: sh written_headers.sh PROGRAM SOURCE_DIR WORK COMPILER
# Each of them compiles where only single_include/ is found: by itself, and with the single headers of its family in front
# and behind. With include/ it compiles, too, and a single header behind it is an error that says so. With
# INCUSE_ONE_IN=<n> every n-th of these programs is compiled.
set -eu
program=$1 source=$2 work=$3 compiler=$4
fixtures=$source/tests/cli/fixtures
rm -rf "$work"
mkdir -p "$work/max7800x" "$work/k210"
cd "$fixtures"
"$program" import small.yaml --weights small --input input.npy --name written --output "$work/max7800x/import.hpp"
"$program" weights float/net.yaml float/stored.npz --input-shape 2x8x8 --name written --output "$work/max7800x/weights.hpp"
"$program" import small.kmodel --name written --output "$work/k210/kmodel.hpp"
"$program" new --board max78000fthr "$work/fthr" >"$work/new.txt"
cp "$work/fthr/network.hpp" "$work/max7800x/network.hpp"
"$program" new --board maix-bit "$work/bit" >"$work/new.txt"
cp "$work/bit/network.hpp" "$work/k210/network.hpp"

wrong=0 tried=0
compiles() {  # compiles WHAT FOLDERS TEXT
  tried=$((tried + 1))
  [ $((tried % ${INCUSE_ONE_IN:-1})) -eq 0 ] || return 0
  printf "$3" >"$work/file.cpp"
  "$compiler" -std=c++20 -Wall -Wextra -Werror -fsyntax-only $2 "$work/file.cpp" >"$work/said.txt" 2>&1 && return
  echo "$1 does not compile:"
  grep -m3 error "$work/said.txt"
  wrong=1
}
for header in max7800x/import max7800x/weights max7800x/network k210/kmodel k210/network; do
  written="#include \"$work/$header.hpp\"\n" single="#include <incuse_${header%/*}.hpp>\n"
  compiles "$header alone" "-I$source/single_include" "$written"
  compiles "$header behind a single header" "-I$source/single_include" "$single$written"
  compiles "$header before a single header" "-I$source/single_include" "$written$single"
  compiles "$header with headers" "-I$source/include -I$source/single_include" "$written"
  for copied in ${header%/*} host; do  # the only one that has been copied
    mkdir -p "$work/only_$copied"
    cp "$source/single_include/incuse_$copied.hpp" "$work/only_$copied"
    compiles "$header with incuse_$copied.hpp alone" "-I$work/only_$copied" "$written"
  done
  for other in max7800x/import k210/kmodel; do  # of another network, and of another family
    sed 's/namespace written\b/namespace other/' "$work/$other.hpp" >"$work/other.hpp"
    compiles "$header behind $other" "-I$source/single_include" "#include \"$work/other.hpp\"\n$written"
  done
  compiles "$header behind a single header, with headers" "-I$source/include -I$source/single_include" "$single$written"
done
exit $wrong
