# Writes docs/program.md: sh program_page.sh PROGRAM. Every verb of the program `incuse`, with what its help says. train,
# evaluate and search, which not every build has, are in docs/training.md.
set -u
program=$1
cat <<'END'
# The program, verb by verb

What `incuse VERB --help` says. This page is written by `tests/docs/program_page.sh` from the program itself; do not edit it.
The flags that stand for options of a deployment, and those of the vendor's tool, are in [flags.md](flags.md);
`incuse VERB --help-all` lists them, too. `train`, `evaluate` and `search` are in [training.md](training.md).

```text
END
"$program" --help
echo '```'
"$program" --help | awk '/^Subcommands:/ { inside = 1; next } /^[^ ]/ { inside = 0 } inside && /^  [a-z]/ { print $1 }' |
  while read -r verb; do
    case $verb in train | evaluate | search) continue ;; esac
    printf '\n## %s\n\n```text\n' "$verb"
    "$program" "$verb" --help
    echo '```'
  done
