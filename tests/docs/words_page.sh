# Writes docs/layers/words.md: sh words_page.sh SOURCE_DIR. Every option of the model language with the comment that its
# type has in the headers.
set -u
model=$1/include/incuse/model
cat <<'END'
# Options of layers, word by word

What each option means. This page is written by `tests/docs/words_page.sh` from the comments in `model/options.hpp` and the
headers beside it; do not edit it. Which layer takes which option, and which values each part takes, is on the pages of the
[layers](index.md); what becomes of each word on each chip is in [options.md](../options.md).
END
# words TITLE HEADER PATTERN: types of the header outside of inner namespaces, of those lines that follow the pattern.
words() {
  printf '\n## %s\n\nHeader: `incuse/model/%s`.\n\n| word | meaning |\n|---|---|\n' "$1" "$2"
  awk -v pattern="$3" '
    /^namespace [a-z]/ && !/^namespace incuse/ { inner = 1 }
    /^}  \/\/ namespace/ { inner = 0 }
    /^\/\/\/ / { said = said (said == "" ? "" : " ") substr($0, 5); next }
    /^template </ { arguments = $0; sub(/^template </, "", arguments); sub(/>$/, "", arguments); next }
    /^  requires / { next }
    /^struct [A-Za-z]/ {
      name = $2
      sub(/;$/, "", name)
      if (!inner && said != "" && name ~ pattern) {
        gsub(/(int|float|FixedString|ProcessorMap|class|unsigned|Reduction|Pairing)(\.\.\.)? /, "&\001", arguments)
        count = split(arguments, part, ", ")
        list = ""
        for (i = 1; i <= count; ++i) {
          many = part[i] ~ /\.\.\./
          sub(/^.*\001/, "", part[i])
          list = list (i > 1 ? ", " : "") part[i] (many ? ", …" : "")
        }
        sub(/\(\*Function\)\(float\)/, "Function", list)
        gsub(/\|/, "\\|", said)
        spans = split(said, span, "`")  # every second one is code
        said = ""
        for (i = 1; i <= spans; ++i) {
          if (i % 2) gsub(/</, "\\<", span[i])
          said = said (i > 1 ? "`" : "") span[i]
        }
        print "| <a id=\"" name "\"></a>`" name (list == "" ? "" : "<" list ">") "` | " said " |"
      }
    }
    { said = ""; arguments = "" }
  ' "$model/$2"
}
words 'Options' options.hpp '^(kernel|pad|pad_value|stride|dilation|output_pad|pool_size|pool_stride|same_padding|pick_column|operands|ReLU|Abs|bits|binary|shift|bypass|wide|bias|BatchNorm2d|as|from|view|crop|buffer_insert|streaming|on_cpu|border|conv_groups|output|place)$'
words 'Activation functions of real numbers' activations.hpp '^[A-Z]'
words 'Placement: what place<> takes' options.hpp '^(processors|output_processors|in_offset|out_offset|write_gap|bias_groups|tcalc|no_tcalc|parallel_outputs|read_ahead|read_gap|next_layer|next_layer_on_hit)$'
words 'Layouts of the input' layers.hpp '^(hwc|chw|real)$'
words 'Conditions of early exits' early_exit.hpp '^(any_at_least|at_least)$'
words 'Options of layers of the processor' software.hpp '^(dims|constant|constant_first)$'
