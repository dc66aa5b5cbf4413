# Flags of the MAX7800x, on a network for the K210: sh flags_of_others.sh PROGRAM KMODEL
# Every flag that the help of `incuse check` lists below the headings of changes, deployments and features is refused.
set -u
program=$1 kmodel=$2
tried=0 failed=0
"$program" check --help-all | awk '
  /^[A-Z].*:$/ { theirs = /^(Changes of the network|Options of the deployment|Features that only some chips)/ }
  theirs && /^  -/ { sub(/^ */, ""); print }' >"${TMPDIR:-/tmp}/flags_of_others.$$"
while read -r names type rest; do
  flag=$(echo "$names" | tr ',' '\n' | grep '^--' | head -n 1)
  case $type in
    NUMBER:*) set -- "$flag" "${type#NUMBER:}" ;;
    ADDRESS) set -- "$flag" 0x50000000 ;;
    0,1,...) set -- "$flag" 0 ;;
    *) set -- "$flag" ;;
  esac
  said=$("$program" check "$kmodel" "$@" 2>&1)
  code=$?
  tried=$((tried + 1))
  case $said in
    *"$flag has no effect on the K210: leave it out"*) ;;
    *) code=0 ;;
  esac
  [ $code -eq 2 ] || { failed=$((failed + 1)); echo "$*: $said"; }
done <"${TMPDIR:-/tmp}/flags_of_others.$$"
rm -f "${TMPDIR:-/tmp}/flags_of_others.$$"
echo "$tried flags, $failed taken"
[ $tried -gt 40 ] && [ $failed -eq 0 ]
