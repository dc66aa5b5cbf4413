# Completion for bash: bash completion.sh PROGRAM SCRIPT
# Verbs, options, and the words of every option whose help lists some; names of files are left to bash.
program=$1
. "$2"
errors=$(mktemp)
trap 'rm -f "$errors"' EXIT
complete_words() { COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _incuse "$1"; echo "${COMPREPLY[*]}"; }
wrong=0
expect() {
  local wanted=$1 got
  shift
  got=$(complete_words "$program" "$@" 2>"$errors")
  [ -s "$errors" ] && { echo "'$*': the completion complains: $(cat "$errors")"; wrong=1; }
  [ "$got" = "$wanted" ] || { echo "'$*' is completed to '$got', not '$wanted'"; wrong=1; }
}
expect check ch
expect --megahertz check --mega
expect '' plan ne
expect 'max78000 max78002' check net.yaml --device max
expect 'max78000 max78002 ai84 k210 all' check net.yaml --device ''
expect 'max78000 max78002' check net.yaml --device = max
expect 'max78000 max78002 ai84 k210 all' check net.yaml --device =
expect 'max78000fthr max78000evkit max78002evkit maix-bit' new --board ''
expect 'text svg csv' plan net.yaml --format ''
expect '8 32' plan net.yaml --output-width ''
expect '' plan net.yaml --output ''
expect '' check net.yaml --input-shape ''
expect '1 2 4 8' quantize state.pt --bits ''
expect '1 2 4 8' quantize state.pt --qat-weight-bits ''
# The word before is no pattern, whatever is in it.
for before in some/net.yaml / '[' ']' '[a' '*' '.*' '--.*' '--devic.' '--device*' '\' 'a\' '\(' '&' '^' '$' '$(x' '|' ',' '"' "'" \
  'a b' -- - '--output/[*\'; do
  expect '' check "$before" ''
  expect 'max78000 max78002 ai84 k210 all' check "$before" --device ''
done
expect '' check net.yaml '--a,--device' ''

# No option that takes one of some words is left out: what is refused tells the words. With INCUSE_ONE_IN=<n> every n-th
# option is tried.
tried=0
for verb in check plan report run import export compare-dump attribute quantize fold-batch-norm weights new; do
  for option in $("$program" $verb --help-all | grep -o -- '^  [-,a-z0-9]*' | tr ',' '\n' | grep -- --); do
    [ $((++tried % ${INCUSE_ONE_IN:-1})) -eq 0 ] || continue
    said=$("$program" $verb x "$option" no-such-word 2>&1)
    case $said in
    *"$option: "*" not in {"*)
      words=${said#* not in \{}
      words=${words%%\}*}
      expect "${words//,/ }" $verb x "$option" ''
      ;;
    esac
  done
done
exit $wrong
