# Completion for bash: verbs, the options of a verb and the words that an option takes, as the verb's own help lists them,
# and files.

# What the help on standard input says behind the option $1: "text|svg|csv". $1 is any word, and no pattern.
_incuse_value() {
  local names rest
  while read -r names rest; do
    [[ $names == -* && ,$names, == *,"$1",* ]] && echo "$rest"
  done
}

_incuse() {
  local word=${COMP_WORDS[COMP_CWORD]} verb=${COMP_WORDS[1]} before=${COMP_WORDS[COMP_CWORD - 1]} list help
  COMPREPLY=()
  if [ "$COMP_CWORD" -eq 1 ]; then
    list=$({ "$1" --help; echo; "$1-train" --help; } 2>/dev/null |
      sed -n '/^Subcommands:/,/^$/s/^  \([a-z-]*\) .*/\1/p')  # incuse-train has the verbs of training
    list="$list --help --version"
    mapfile -t COMPREPLY < <(compgen -W "$list" -- "$word")
    return
  fi
  help=$("$1" "$verb" --help-all 2>/dev/null)
  if [ "${word#-}" != "$word" ]; then
    list=$(echo "$help" | grep -o -- '^  [-,a-z0-9]*' | grep -o -- '--[a-z0-9-]*')
  else
    # "--device=max" are three words.
    [ "$word" = = ] && word=
    [ "$before" = = ] && before=${COMP_WORDS[COMP_CWORD - 2]}
    # "  --format text|svg|csv ", "  --output-width NUMBER:8 or 32 "
    list=$(_incuse_value "$before" <<<"$help" |
      sed -n -e 's/^\([^ ]*|[^ =]*\).*/\1/p' -e 's/^[A-Z]*:\([0-9]*\) or \([0-9]*\)$/\1|\2/p' | tr '|' ' ')
    if [ -z "$list" ]; then
      compopt -o default 2>/dev/null
      return
    fi
  fi
  mapfile -t COMPREPLY < <(compgen -W "$list" -- "$word")
}
complete -F _incuse incuse
