# docs/training.md has every flag of train, evaluate and search: sh training_flags.sh SOURCE_DIR. These verbs are a program that
# few builds have; their flags are read from its source.
set -u
source=$1
flags=$(cat "$source"/examples/cli/train/*.cpp | tr '\n' ' ' |
  grep -oE 'add_[a-z]+\((\*?verb, )?"[^"]*--[^"]*"' | grep -oE -- '--[a-z][a-z-]*' | sort -u)
[ "$(echo "$flags" | wc -l)" -gt 40 ] || { echo "flags are looked for in the wrong place"; exit 1; }
failed=
for flag in $flags; do
  grep -qE -- "$flag([^a-z-]|\$)" "$source/docs/training.md" || { echo "docs/training.md does not have $flag"; failed=yes; }
done
[ -z "$failed" ]
