# Every option of a deployment is on docs/flags.md: sh deployment_options.sh SOURCE_DIR
set -u
source=$1
sed -n 's/^struct \([a-z_0-9]*\) .*/max7800x::\1/p; s/^INCUSE_\(SWITCH\|SWITCH_OF\|NUMBER\)(\([a-z_0-9]*\).*/max7800x::\2/p' \
  "$source/include/incuse/max7800x/options.hpp" >"${TMPDIR:-/tmp}/options.$$"
grep -o '^struct strict' "$source/include/incuse/k210/deployment.hpp" | sed 's/struct /k210::/' >>"${TMPDIR:-/tmp}/options.$$"
while read -r option; do
  case $option in *::name) continue ;; esac  # of a macro
  grep -qE "\`($option|${option#*::})(<|\`)" "$source/docs/flags.md" || echo "$option"
done <"${TMPDIR:-/tmp}/options.$$" >"${TMPDIR:-/tmp}/missing.$$"
number=$(wc -l <"${TMPDIR:-/tmp}/options.$$")
missing=$(cat "${TMPDIR:-/tmp}/missing.$$")
rm -f "${TMPDIR:-/tmp}/options.$$" "${TMPDIR:-/tmp}/missing.$$"
[ "$number" -gt 35 ] || { echo "only $number options were found"; exit 1; }
[ -z "$missing" ] || { echo "docs/flags.md does not have $missing"; exit 1; }
