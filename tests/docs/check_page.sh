# Runs what a page says: sh check_page.sh PAGE SOURCE_DIR BINARY_DIR PROGRAM WORK COMPILER...
# Every block of the page is fenced and has a word that says what becomes of it:
#   ```cpp          a file that compiles
#   ```cpp refused  does not compile: it comes from tests/fail, whose programs have tests of their own
#   ```cpp NAME     belongs into snippets/NAME.cpp (as SNIPPET), a program that is run
#   ```cmake        belongs into a project that has a program `firmware`
#   ```sh           is run, in a folder with the files that pages speak of
#   ```sh COMMAND   likewise, where there is such a command
#   ```yaml NAME    is the file NAME.yaml of the commands behind it
#   ```text         stands behind such commands and is what they print; nobody runs it elsewhere
#   ```text NAME    what compilers print of snippets/NAME.cpp, which is wrong
# An ellipsis in a text stands for whatever has been left out. Commands inside of sentences name options that there are,
# and headers exist.
set -u
page=$1 source=$2 binary=$3 program=$4 work=$5
shift 5
rm -rf "$work"
mkdir -p "$work/blocks" "$work/bin" "$work/build"
failed=

complain() {
  echo "$page: $*"
  failed=yes
}

# blocks/001.sh, blocks/002.cpp.driver, ...
awk -v folder="$work/blocks" '
  match($0, /^ *```/) {
    if (inside) {
      inside = 0
      close(file)
    } else {
      inside = 1
      indent = RLENGTH - 3
      words = split(substr($0, RLENGTH + 1), word, " ")
      file = sprintf("%s/%03d.%s%s", folder, ++count, words > 0 ? word[1] : "none", words > 1 ? "." word[2] : "")
      printf "" > file
    }
    next
  }
  inside { print substr($0, indent + 1) > file; next }
  /^(    |\t)/ && blank { print FILENAME ":" FNR ": a block without a fence" }
  { blank = $0 == "" }
' "$page" >"$work/unfenced"
[ ! -s "$work/unfenced" ] || complain "$(cat "$work/unfenced")"

# Who reads a page sees no names of blocks: files that are to be written are named in the sentence in front.
awk '/^ *```yaml [^ ]/ && index(said, "`" $2 ".yaml`") == 0 { print FILENAME ":" FNR ": nobody is told that this is " $2 ".yaml" }
     /^ *```/ { inside = !inside; said = ""; next }
     !inside { said = $0 == "" ? said : said " " $0 }' "$page" >"$work/unnamed"
[ ! -s "$work/unnamed" ] || complain "$(cat "$work/unnamed")"

# The files that pages speak of.
fixtures=$source/tests/cli/fixtures
cp "$fixtures/small.yaml" "$work/net.yaml"
cp "$fixtures/small.pth.tar" "$work/trained-q.pth.tar"
cp "$fixtures/input.npy" "$work/picture.npy"
cp "$fixtures/small.kmodel" "$work/model.kmodel"
cp "$fixtures/kmodel_input.npy" "$work/x.npy"
cp "$fixtures/dumps/conv2_faulty.txt" "$work/gdb.txt"
cp "$fixtures/dumps/conv2.bin" "$work/part0.bin"
head -c 64 /dev/zero >"$work/part1.bin"
tflite=$binary/tests/tflite/models/int8_channels.tflite
if [ -f "$tflite" ]; then  # blocks that read it: ```sh flatbuffers
  cp "$tflite" "$work/net.tflite"
  ln -s /bin/true "$work/bin/flatbuffers"
fi
for name in examples tests single_include CMakePresets.json; do ln -s "$source/$name" "$work/$name"; done
for name in gcc release; do ln -s "$binary" "$work/build/$name"; done
ln -s "$program" "$work/bin/incuse"
trainer=$(dirname "$program")/incuse-train  # blocks that train: ```sh incuse-train
[ ! -x "$trainer" ] || ln -s "$trainer" "$work/bin/incuse-train"
"$program" import "$work/net.yaml" --checkpoint "$work/trained-q.pth.tar" --input "$work/picture.npy" --name small \
  --output "$work/small.hpp" || exit 1

# What would install, build or test everything once more only has to name what there is.
cat >"$work/bin/cmake" <<END
#!/bin/sh
while [ \$# -gt 0 ]; do
  case \$1 in
    --preset) "$(command -v cmake)" -S "$source" --list-presets | grep "\"\$2\"" >/dev/null || { echo "no preset \$2"; exit 1; } ;;
    --build) [ -f "\$2/CMakeCache.txt" ] || { echo "no build folder \$2"; exit 1; } ;;
    --target) "$(command -v cmake)" --build "$binary" --target help | grep -w -- "\$2" >/dev/null || { echo "no target \$2"; exit 1; } ;;
  esac
  shift
done
END
printf '#!/bin/sh\n[ "$1" = --test-dir ] && [ -f "$2/CTestTestfile.cmake" ]\n' >"$work/bin/ctest"
printf '#!/bin/sh\necho "install ok installed"\n' >"$work/bin/dpkg-query"
printf '#!/bin/sh\necho "$0 $*" >&2\nexit 1\n' >"$work/bin/apt-get"
chmod +x "$work/bin/"*

# expect_lines FILE: every line of the block, or part of one between ellipses, stands in the output, in this order.
expect_lines() {
  awk 'NR == FNR { all = all $0 "\n"; next }
       { parts = split($0, part, "…")
         for (i = 1; i <= parts; ++i) {
           gsub(/^ +| +$/, "", part[i])
           at = index(all, part[i])
           if (part[i] == "") continue
           if (at == 0) { print part[i]; exit 1 }
           all = substr(all, at + length(part[i]))
         } }' "$work/output" "$1"
}

warnings='-Wall -Wextra -Wpedantic -Wconversion -Wshadow -Werror'
# compile COMPILER...
compile() { "$@" -std=c++20 -O0 $warnings -I"$source/include" -I"$source/examples/fashion_mnist" -I"$source" -I"$work"; }

# run_lines BLOCK: with `set -e`; ends with 1 where a difference was looked for and found.
run_lines() { (cd "$work" && PATH=$work/bin:$PATH sh -e "$1") >"$work/output" 2>&1 </dev/null; }

build_project() {
  "$(command -v cmake)" --install "$binary" --prefix "$work/installed" >"$work/output" 2>&1 || return 1
  mkdir -p "$work/project"
  {
    echo 'cmake_minimum_required(VERSION 3.25)'
    echo 'project(firmware LANGUAGES CXX)'
    echo 'add_executable(firmware main.cpp)'
    cat "$1"
  } >"$work/project/CMakeLists.txt"
  echo '#include <incuse/incuse.hpp>
int main() {}' >"$work/project/main.cpp"
  "$(command -v cmake)" -S "$work/project" -B "$work/project/build" -DCMAKE_PREFIX_PATH="$work/installed" \
    -DCMAKE_CXX_COMPILER="$compiler" >"$work/output" 2>&1 &&
    "$(command -v cmake)" --build "$work/project/build" >>"$work/output" 2>&1
}
compiler=$1

previous=
for block in "$work/blocks/"*; do
  [ -f "$block" ] || continue
  what=${block##*/} rest=
  kind=${what#*.}
  case $kind in *.*) rest=${kind#*.} kind=${kind%%.*} ;; esac
  snippet=$source/tests/docs/snippets/$rest.cpp
  : >"$work/note"
  case $kind:$rest in
    cpp:refused) ;;
    cpp:) cp "$block" "$work/whole.cpp" && compile "$@" -c "$work/whole.cpp" -o "$work/whole.o" >"$work/output" 2>&1 ;;
    cpp:*) compile "$@" -DSNIPPET="\"$block\"" "$snippet" -o "$work/snippet" >"$work/output" 2>&1 && "$work/snippet" >"$work/output" 2>&1 ;;
    cmake:) build_project "$block" ;;
    yaml:?*) cp "$block" "$work/$rest.yaml" ;;
    sh:*)
      if [ -n "$rest" ] && [ ! -x "$work/bin/$rest" ] && ! command -v "$rest" >/dev/null; then
        echo "$what is not run: there is no $rest"
        previous=  # what it would print is not there
        continue
      fi
      run_lines "$block"
      status=$?
      [ $status -ne 1 ] || ! grep -q '^first difference' "$work/output" || status=0
      [ $status -eq 0 ]
      ;;
    text:) [ "$previous" != sh ] || expect_lines "$block" >"$work/note" ;;
    text:*)
      # In the words of GCC.
      command -v g++ >/dev/null || continue
      ! compile g++ -fsyntax-only "$snippet" >"$work/output" 2>&1 && expect_lines "$block" >"$work/note" ;;
    *) ! echo "no way to try a block of this kind" >"$work/note" ;;
  esac || {
    complain "block $what fails: $(cat "$work/note")"
    cat "$block"
    cat "$work/output"
  }
  echo "tried $what"
  previous=$kind
done

# Commands and headers inside of sentences.
tr '\n' ' ' <"$page" | grep -o '`incuse [a-z][^`]*`' | tr -d '`' | while read -r name verb words; do
  if ! "$program" "$verb" --help-all >"$work/help" 2>&1; then
    grep -q '^incuse: the program incuse-train is not there' "$work/help" || echo "there is no verb '$verb'"
    continue
  fi
  for word in $words; do
    case $word in --*) grep -q -e "$word\b" "$work/help" || echo "incuse $verb has no option $word" ;; esac
  done
done >"$work/wrong"
grep -oE '\b(core|model|max7800x|k210|host|import|export|report)/[a-z0-9_]+\.hpp' "$page" | sort -u | while read -r header; do
  [ -f "$source/include/incuse/$header" ] || echo "there is no header $header"
done >>"$work/wrong"
[ ! -s "$work/wrong" ] || complain "$(cat "$work/wrong")"
[ -z "$failed" ]
