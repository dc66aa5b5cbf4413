#include "warnings.hpp"

#include <algorithm>
#include <regex>

namespace conformance {

namespace {

/// One kind of line: its fixed words, and the rules that say the same.
struct Warning {
  std::regex sentence;
  std::vector<std::string> rules;
  bool of_any_layer = false;  ///< it names the layer in front of ours, or none
  bool always = true;         ///< the vendor's tool says it wherever we do
};

const std::vector<Warning>& warnings() {
  const auto words = [](const char* text) { return std::regex(text); };
  static const std::vector<Warning> table = {
      {words("The input layer uses pooling"), {"first_layer_pools"}},
      {words("Use --mlator to optimize"), {"mlator_possible"}},
      {words("input channel count .* is not a multiple of 4"), {"channels_of_four"}},
      {words("Passthrough layer is followed by passthrough"), {"passthrough_pair"}},
      {words("(Using Conv2d hardware for dilated Conv1d|kernel hardware for layer with)"), {"other_kernel"}},
      {words("Combining streaming and a bias"), {"streaming_bias"}},
      {words("`flatten` is not needed"), {"flatten_useless"}},
      {words("uses unaligned output processors"), {"unaligned_weights"}},
      {words("Ignoring --mlator"), {"mlator_output"}},
      {words("`output_width` should be 8 for intermediate layers"), {"wide_inside"}},
      {words("All output values for the given sample input are zero"), {"zero_output"}},
      {words("`read_gap` .* does not match the `write_gap`"), {"read_gap", "D1"}},
      {words("the `write_gap` is"), {"read_gap", "read_size"}},
      {words("`in_offset` .* does not match `out_offset`"), {"read_offset"}},
      {words("Non-default `in_offset"), {"read_offset"}},
      {words("The input offset .* of the next sequence"), {"read_offset"}, true},
      {words("specifies processors that have no data"), {"read_processors"}},
      {words("does not combine to `processor_map`"), {"read_processors"}},
      {words("`output_processor_map` overlap"), {"read_processors"}},
      {words("depth-wise convolution moves data across processors"), {"depthwise_moves"}},
      {words("does not support padded Conv1d with input expansion"), {"ignored_limit"}},
      {words("Use `pool_first: False` to combine"), {"passthrough_pair"}, true},
      {words("Defaulting to `op: Conv2d` for layer sequence"), {"Y15"}, false, false},
      // About the generated program: what there is to say of it is more than the tool says.
      {words("--softmax should only be used"), {"program.softmax"}, false, false},
      {words("Deduplication eliminated weights"), {"program.shared_weights"}, false, false},
      {words("the pipeline can be disabled"), {"program.pipeline"}, false, false},
  };
  return table;
}

/// The layer that a line is about: "WARNING: Layer 3 (conv3): ...".
int warned_layer(const std::string& line) {
  static const std::regex layer("[Ll]ayer (?:sequence )?([0-9]+)");
  std::smatch found;
  return std::regex_search(line, found, layer) ? std::stoi(found[1]) : -1;
}

bool one_of(const std::string& rule, const Warning& warning) {
  for (const std::string& own : warning.rules)
    if (rule == own) return true;
  return false;
}

/// What is said of the program has to be in the line word by word.
bool agrees(const CheckFinding& finding, const Warning& warning, const std::string& line) {
  if (!one_of(finding.rule, warning)) return false;
  if (finding.rule.rfind("program.", 0) == 0) return line.find(finding.sentence) != std::string::npos;
  return warning.of_any_layer || finding.layer == warned_layer(line);
}

}  // namespace

std::vector<std::string> unknown_warnings(const std::vector<std::string>& lines) {
  std::vector<std::string> unknown;
  for (const std::string& line : lines)
    if (std::none_of(warnings().begin(), warnings().end(),
                     [&](const Warning& warning) { return std::regex_search(line, warning.sentence); }))
      unknown.push_back(line);
  return unknown;
}

std::string compare_warnings(const std::vector<std::string>& lines, const std::vector<CheckFinding>& findings,
                             bool complete) {
  std::vector<bool> expected(findings.size());
  for (const std::string& line : lines)
    for (const Warning& warning : warnings()) {
      if (!std::regex_search(line, warning.sentence)) continue;
      bool found = false;
      for (std::size_t i = 0; i < findings.size(); ++i)
        if (agrees(findings[i], warning, line))
          found = expected[i] = true;
        else if (!complete && findings[i].error && findings[i].layer <= warned_layer(line))
          found = true;  // nothing else is said about the layers from there on
      if (!found) return "expected " + warning.rules.front() + "; the vendor's tool says: " + line;
    }
  for (std::size_t i = 0; complete && i < findings.size(); ++i)
    for (const Warning& warning : warnings())
      if (!expected[i] && warning.always && one_of(findings[i].rule, warning))
        return findings[i].rule + ", which the vendor's tool does not say: " + findings[i].sentence;
  return {};
}

}  // namespace conformance
