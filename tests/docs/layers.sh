# The examples of docs/layers compile, and compute what they say; and every layer type has a page.
#   sh layers.sh SOURCE_DIR WORK COMPILER...
# Every page has one block `cpp layer`, which becomes a namespace of one program; see layers.hpp.
set -u
source=$1 work=$2
shift 2
rm -rf "$work"
mkdir -p "$work"
failed=
names=$(cd "$source/docs/layers" && ls ./*.md | sed 's/^..//; s/[.]md$//' | grep -vx -e index -e words)
{
  echo '#include "layers.hpp"'
  for name in $names; do
    page=$source/docs/layers/$name.md
    awk '/^```/ { inside = !inside && $0 == "```cpp layer"; next } inside' "$page" >"$work/$name.block"
    if [ ! -s "$work/$name.block" ]; then
      echo "$page: no block 'cpp layer'" >&2
      touch "$work/failed"
    fi
    printf 'namespace page_%s {\n#include "%s.block"\n' "$name" "$name"
    printf 'bool is_right() { return compute<Net, Trained>("%s", input, output); }\n}\n' "$name"
  done
  echo 'int main() {'
  echo '  bool good = true;'
  for name in $names; do echo "  good = page_$name::is_right() && good;"; done
  echo '  return good ? 0 : 1;'
  echo '}'
} >"$work/layers.cpp"
[ ! -f "$work/failed" ] || failed=yes

# A table of arguments has each of them once, with words in every cell; and the index says of a layer what its page says.
for name in $names; do
  page=$source/docs/layers/$name.md
  awk '/^## / { exit }
       /^\|/ { cells = split($0, cell, "|")
               if (seen[cell[2]]++) print FILENAME ": a second row for" cell[2]
               for (i = 2; i < cells; ++i) if (cell[i] ~ /^ *$/) print FILENAME ": an empty cell in " $0 }' "$page"
  words=$(awk 'NR > 2 && $0 == "" { exit } NR > 2 { printf("%s%s", (NR > 3 ? " " : ""), $0) }' "$page")
  grep -qF "($name.md) | $words |" "$source/docs/layers/index.md" || echo "docs/layers/index.md: of $name its page says '$words'"
done >"$work/wrong"
cat "$work/wrong"
[ ! -s "$work/wrong" ] || failed=yes

# The example of the index stands alone.
awk '/^```/ { inside = !inside && $0 == "```cpp"; next } inside' "$source/docs/layers/index.md" >"$work/index.cpp"
[ -s "$work/index.cpp" ] && "$@" -std=c++20 -fsyntax-only -Wall -Wextra -Werror -I"$source/include" "$work/index.cpp" || failed=yes

# Layer types are the types outside of inner namespaces that have a comment for users.
for header in network layers branches repeat early_exit software; do
  awk '/^namespace detail/ { inside = 1 } /^}  \/\/ namespace detail/ { inside = 0 }
       !inside && match($0, /^(struct|using) [A-Z][A-Za-z0-9]*/) { print $2 }' "$source/include/incuse/model/$header.hpp"
done | sort -u >"$work/types"
[ "$(wc -l <"$work/types")" -gt 50 ] || { echo "layer types are looked for in the wrong place"; failed=yes; }
while read -r type; do
  case $type in Window | CheckedLayer | Draft) continue ;; esac  # what layers are made of
  page=$(echo "$type" | tr 'A-Z' 'a-z')
  [ -f "$source/docs/layers/$page.md" ] || { echo "$type has no page in docs/layers"; touch "$work/failed"; }
  grep -q "($page.md)" "$source/docs/layers/index.md" || { echo "$type is not in docs/layers/index.md"; touch "$work/failed"; }
done <"$work/types"
[ ! -f "$work/failed" ] || failed=yes
"$@" -std=c++20 -O0 -Wall -Wextra -Wpedantic -Wconversion -Wshadow -Werror -I"$source/include" -I"$source/tests/docs" \
  "$work/layers.cpp" -o "$work/layers" && "$work/layers" || failed=yes
[ -z "$failed" ]
