# Standard output that takes nothing: sh standard_output.sh PROGRAM FIXTURES. Every verb that prints has to end with 2 and
# say so, also where it prints help, but not where it prints nothing.
set -u
program=$1
cd "$2"
small='small.yaml --input input.npy --weights small'

# status COMMAND...: what a command in a pipe ends with goes to descriptor 3.
closed_pipe() { { sleep 0.2; "$@"; echo $? >&3; } 2>&4 | :; }

while read -r verb; do
  # Unquoted on purpose: lists of words.
  for how in closed full pipe growth; do
    case $how in
      closed) status=$("$program" $verb 2>&1 >&-; echo " $?") ;;
      full) status=$("$program" $verb 2>&1 >/dev/full; echo " $?") ;;
      pipe) status=$({ closed_pipe "$program" $verb; } 3>&1 4>&1) ;;
      growth) status=$(file=$(mktemp); (ulimit -f 0; exec "$program" $verb 2>&1 >"$file"); echo " $?"; rm "$file") ;;
    esac
    case $how:$status in
      pipe:*2) ;;
      *"incuse: standard output cannot be written"*2) ;;
      *)
        echo "$how: $verb: $status"
        exit 1
        ;;
    esac
  done
done <<END
--help
--version
check --help
check $small
plan $small
plan $small --compare
plan $small --format svg
run $small
import $small --name small
compare-dump $small --virtual-chip
attribute $small --patch 4
check small.kmodel
plan small.kmodel
run small.kmodel --input kmodel_input.npy
import small.kmodel --name small
END

# Nothing to print: nothing to complain of.
file=$(mktemp)
"$program" plan $small --output "$file" >&- || exit 1
# Neither does a file take the place of a closed stream.
"$program" run $small --output "$file" >&- 2>/dev/null
[ "$(head -c 6 "$file" | tail -c 5)" = NUMPY ] || exit 1
rm "$file"
exit 0
