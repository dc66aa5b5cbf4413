# Completion for bash: verbs, the options of a verb as its own help lists them, and files.
_incuse() {
  local word=${COMP_WORDS[COMP_CWORD]} verb=${COMP_WORDS[1]} list
  COMPREPLY=()
  if [ "$COMP_CWORD" -eq 1 ]; then
    list=$({ "$1" --help; echo; "$1-train" --help; } 2>/dev/null |
      sed -n '/^Subcommands:/,/^$/s/^  \([a-z-]*\) .*/\1/p')  # incuse-train has the verbs of training
    list="$list --help --version"
  elif [ "${word#-}" != "$word" ]; then
    list=$("$1" "$verb" --help-all 2>/dev/null | grep -o -- '^  [-,a-z0-9]*' | grep -o -- '--[a-z0-9-]*')
  else
    compopt -o default 2>/dev/null
    return
  fi
  mapfile -t COMPREPLY < <(compgen -W "$list" -- "$word")
}
complete -F _incuse incuse
