# Pipes as files: sh pipes.sh PROGRAM FIXTURES WORK. Every verb says the same of what comes out of a pipe as of the file.
set -u
program=$1 work=$3
rm -rf "$work"
mkdir -p "$work"
cd "$2" || exit 1

# Words with @ in front are the files, each of which is a pipe in turn.
weights='small/conv1.weight.npy small/conv2.weight.npy small/fc.weight.npy'
marked=$(echo "$weights" | sed 's/small/@small/g')
pipes=0
while read -r command; do
  plain=$(echo "$command" | tr -d @)
  # Unquoted on purpose: a list of words.
  "$program" $plain >"$work/expected" 2>&1
  code=$?
  [ $code -le 1 ] || { echo "$plain ends with $code:" && cat "$work/expected" && exit 1; }
  for file in $(echo "$command" | tr ' ' '\n' | sed -n 's/^@//p'); do
    words=$(echo "$command" | tr ' ' '\n' | sed "s|^@$file$|/dev/stdin|" | tr -d @ | tr '\n' ' ')
    cat "$file" | "$program" $words >"$work/said" 2>&1
    own=$?
    # The name of the file is part of messages and of comments.
    sed "s|/dev/stdin|$file|g; s|stdin|$(basename "$file")|g" "$work/said" >"$work/named"
    # Tables are as wide as the name needs.
    tr -s " " <"$work/named" >"$work/named.narrow"
    tr -s " " <"$work/expected" >"$work/expected.narrow"
    if [ $own -ne $code ] || ! cmp -s "$work/named.narrow" "$work/expected.narrow"; then
      echo "$words ends with $own:" && diff "$work/named" "$work/expected"
      exit 1
    fi
    pipes=$((pipes + 1))
  done
done <<END
check @small.yaml --weights $marked --input @input.npy
check @small.yaml --weights $marked --input @input.npy --device all
plan @small.yaml --weights $marked --input @input.npy
plan @small.yaml --weights $marked --input @input.npy --compare
run @small.yaml --weights $marked --input @input.npy --expected @output.npy
import @small.yaml --weights $marked --input @input.npy --name piped
compare-dump @small.yaml --weights $marked --input @input.npy --virtual-chip
attribute @small.yaml --weights $marked --input @input.npy --patch 4 --baseline @input.npy
check @small.kmodel
run @small.kmodel --input @kmodel_input.npy
END
echo "$pipes pipes are read like files"
[ $pipes -gt 30 ]
