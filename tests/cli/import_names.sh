# Names of imported headers: sh import_names.sh PROGRAM PRINT_NAMES FIXTURES INCLUDE_DIR SINGLE_HEADER WORK COMPILER...
# Every word of the headers themselves, keywords, and names that compilers or libraries have: each is refused, or the
# header compiles. So do headers that are called like any word of the library that PRINT_NAMES takes, and all that is
# declared in namespace incuse is among them; they mean the same in a program that uses that namespace. With
# INCUSE_ONE_IN=<n> every n-th of these words is tried.
set -u
program=$1 print_names=$2 fixtures=$3 include=$4 single=$5 work=$6
shift 6
mkdir -p "$work"
cd "$fixtures"

for network in 'small.yaml --input input.npy --weights small' small.kmodel; do
  # Unquoted on purpose: a list of words.
  "$program" import $network --name sample >"$work/sample.hpp" || exit 1
  words=$(tr -cs 'A-Za-z0-9_' '\n' <"$work/sample.hpp" | grep '^[A-Za-z_][A-Za-z0-9_]*$' | sort -u)
  # The header stands behind those that programs include, with their macros.
  for header in climits cerrno cmath cstdio cstdlib cassert csignal cstddef cstdint cfloat cinttypes csetjmp \
    cstring ctime cwchar cfenv unistd.h sys/stat.h pthread.h; do
    echo "#include <$header>"
  done >"$work/before.hpp"
  echo '#include "before.hpp"' >"$work/all.cpp"
  accepted=0 refused=0
  for word in $words int class main std incuse linux unix and xor_eq co_await final override module import size_t uint8_t \
    host report cpp test digits x _ _A a__b NULL EOF INT_MAX errno assert stdin stdout offsetof sigmask SIGINT EINVAL I \
    FLT_MAX UINT8_MAX M_PI PRId64 st_atime si_pid va_arg typeof asm printf abs div exit read stat \
    index gamma sqrtf timespec localtime_r getc_unlocked wcslen; do
    if "$program" import $network --name "$word" --output "$work/$word.hpp" 2>"$work/messages"; then
      echo "#include \"$word.hpp\"" >>"$work/all.cpp"
      accepted=$((accepted + 1))
    elif [ $? -eq 2 ] && grep -q -- "^incuse: --name needs a word that .*, not '$word'$" "$work/messages"; then
      refused=$((refused + 1))
    else
      echo "$network: $word:" && cat "$work/messages" && exit 1
    fi
  done
  echo "$network: $accepted names accepted, $refused refused"
  [ $accepted -gt 5 ] && [ $refused -gt 20 ] || exit 1
  for mode in c++20 gnu++20; do
    "$@" -std=$mode -Wall -Wextra -Wpedantic -Wshadow -Werror -fsyntax-only -I"$include" -I"$work" "$work/all.cpp" || exit 1
  done

  # The library's words: of each the header, as the program writes it, and a program that takes three things from it.
  tr -cs 'A-Za-z0-9_' '\n' <"$single" | grep '^[A-Za-z][A-Za-z0-9_]*$' | sort -u | "$print_names" >"$work/taken" || exit 1
  for word in ai84 bias stride max78000 graph_of Network Deployment Net Chip; do
    grep -qx $word "$work/taken" || { echo "$word is refused" && exit 1; }
  done
  [ "$(wc -l <"$work/taken")" -gt 2000 ] || exit 1
  awk -v one_in="${INCUSE_ONE_IN:-1}" 'NR % one_in == 0' "$work/taken" >"$work/own"
  sed -n '/^#\(include\|if\|elif\|else\|endif\)/p' "$work/sample.hpp" >"$work/own.cpp"
  sed '/^#/d; /"$/!s|//.*||' "$work/sample.hpp" | tr '\n' ' ' >"$work/one_line"
  while read -r word; do
    sed "s/namespace sample/namespace $word/" "$work/one_line" && echo
  done <"$work/own" >>"$work/own.cpp"
  echo 'using namespace incuse; namespace uses_of_all_headers {' >>"$work/own.cpp"
  sed 's/.*/using Net_& = ::&::Net; using Chip_& = ::&::Chip; using parameters_& = ::&::parameters;/' "$work/own" \
    >>"$work/own.cpp"
  echo '}' >>"$work/own.cpp"
  echo "$network: $(wc -l <"$work/own") words of the library are tried"
  "$@" -std=c++20 -fsyntax-only -I"$include" "$work/own.cpp" || exit 1
done
