// Float layers and their integers: every step of the quantiser, compared number by number.
#include <incuse/hosted/strings.hpp>
#include <incuse/k210/tables/quantiser.hpp>

#include <map>
#include <sstream>

#include "hash.hpp"
#include "k210_groups.hpp"
#include "k210_table.hpp"
#include "reference_case.hpp"

namespace conformance::k210 {

using namespace incuse;
using namespace incuse::k210;

namespace {

using Words = std::vector<std::string>;

/// A case: its lines by their first word, "expect" lines by their second one.
struct QuantiserCase {
  std::string name;
  std::map<std::string, Words> lines, expected;

  const Words& line(const std::string& key) const { return find(lines, key); }
  const Words& expect(const std::string& key) const { return find(expected, key); }

 private:
  static const Words& find(const std::map<std::string, Words>& among, const std::string& key) {
    const auto found = among.find(key);
    if (found == among.end()) throw DamagedCase("there is no line " + key);
    return found->second;
  }
};

std::vector<QuantiserCase> read_cases(const std::string& path) {
  std::istringstream file(read_bytes(path));
  std::vector<QuantiserCase> cases;
  std::string line;
  while (std::getline(file, line)) {
    std::istringstream words(line);
    std::string key, word;
    if (!(words >> key) || key[0] == '#' || key == "end") continue;
    const bool is_expected = key == "expect";
    if (is_expected) words >> key;
    Words values;
    while (words >> word) values.push_back(word);
    if (key == "case")
      cases.push_back({values.at(0), {}, {}});
    else if (cases.empty())
      throw DamagedCase("there is a line " + key + " before the first case");
    else
      (is_expected ? cases.back().expected : cases.back().lines)[key] = values;
  }
  return cases;
}

/// Reads decimals exactly as float.
std::vector<float> floats(const Words& words) {
  std::vector<float> values;
  for (const std::string& word : words) values.push_back(std::strtof(word.c_str(), nullptr));
  return values;
}

Range range_in(const Words& words) {
  const std::vector<float> values = floats(words);
  return {values.at(0), values.at(1)};
}

std::string differs(const std::string& what, const std::string& expected, const std::string& actual) {
  return expected == actual ? "" : what + ": expected " + expected + ", got " + actual;
}

std::string differs(const std::string& what, const std::string& expected, double actual) {
  const double e = std::strtod(expected.c_str(), nullptr);
  const double tolerance = 1e-8 * (e < 0 ? -e : e);  // nine digits are given
  return actual >= e - tolerance && actual <= e + tolerance
             ? ""
             : what + ": expected " + expected + ", got " + std::to_string(actual);
}

std::string compare_scale(const std::string& what, const Words& expected, const CodeScale& actual) {
  std::string d = differs(what + " zero point", expected.at(1), std::to_string(actual.zero_point));
  return d.empty() ? differs(what + " scale", expected.at(3), double{actual.scale}) : d;
}

template <class Values, class Print>
std::string compare_list(const std::string& what, const Words& expected, const Values& actual, Print print) {
  if (expected.size() != std::size(actual)) return what + ": another number of entries";
  for (std::size_t i = 0; i < expected.size(); ++i)
    if (std::string d = differs(what + ' ' + std::to_string(i), expected[i], print(actual[i])); !d.empty()) return d;
  return "";
}

std::string joined(std::initializer_list<long long> numbers) {
  std::string text;
  for (long long number : numbers) {
    if (!text.empty()) text += ':';
    text += std::to_string(number);
  }
  return text;
}

/// The activation functions of the cases, in float.
float activate(const std::string& name, float x) {
  const auto larger = [](float a, float b) { return a < b ? b : a; };
  const auto smaller = [](float a, float b) { return b < a ? b : a; };
  if (name == "leaky0.1") return larger(x, x * 0.1f);
  if (name == "leaky0.3") return larger(x, x * 0.3f);
  if (name == "square") return x * x;
  if (name == "hardswish") return x * smaller(larger(x + 3.0f, 0.0f), 6.0f) / 6.0f;
  if (name == "linear" || name == "relu" || name == "relu6") return x;
  throw DamagedCase("the case has no samples of the function " + name);
}

/// What differs in the scales of tensors and channels.
std::string compare_scales(const QuantiserCase& c, const QuantisedConvolution& result,
                           const std::vector<float>& scales) {
  const std::pair<const char*, const CodeScale*> scales_of[] = {{"input_q", &result.input},
                                                                {"weight_q", &result.weights},
                                                                {"conv_output_q", &result.convolved},
                                                                {"layer_output_q", &result.output}};
  for (const auto& [key, scale] : scales_of)
    if (std::string d = compare_scale(key, c.expect(key), *scale); !d.empty()) return d;
  if (std::string d = differs("act_in_scale", c.expect("act_in_scale").at(0), result.activation_scale); !d.empty())
    return d;
  const Words& expected_scales = c.expect("channel_scales");
  for (std::size_t i = 0; i < scales.size(); ++i)
    if (std::string d = differs("scale of channel " + std::to_string(i), expected_scales.at(i), double{scales[i]});
        !d.empty())
      return d;
  return "";
}

std::string compare_words(const QuantiserCase& c, const KpuLayer& l) {
  const Words& arguments =
      c.expect("arg_x");  // value shr_x value arg_w value shr_w value arg_add value pad_value value
  const std::pair<const char*, long long> fields[] = {{"arg_x", l.arg_x},     {"shr_x", l.shr_x},
                                                      {"arg_w", l.arg_w},     {"shr_w", l.shr_w},
                                                      {"arg_add", l.arg_add}, {"pad_value", l.pad_value}};
  for (std::size_t i = 0; i < std::size(fields); ++i)
    if (std::string d = differs(fields[i].first, arguments.at(2 * i), std::to_string(fields[i].second)); !d.empty())
      return d;
  return "";
}

/// What the quantiser makes of a case.
struct Quantised {
  std::vector<std::uint8_t> codes{};
  std::vector<BatchNorm> batch_norm{};
  std::vector<float> scales{};
  QuantisedConvolution result{};
};

Quantised quantised(const QuantiserCase& c) {
  const Words& shape = c.line("shape");  // OC G K depthwise D activation NAME clamp LO HI
  const int out_channels = std::stoi(shape.at(0)), group = std::stoi(shape.at(1));
  FloatConvolution layer;
  layer.kernel = std::stoi(shape.at(2));
  layer.depthwise = shape.at(4) == "1";
  layer.in = {layer.depthwise ? out_channels : group, 8, 8};
  layer.out_channels = out_channels;
  const std::vector<float> weights = floats(c.line("weights")), bias = floats(c.line("bias"));
  const auto count =
      static_cast<std::size_t>(out_channels) * static_cast<std::size_t>(group * layer.kernel * layer.kernel);
  if (weights.size() != count || bias.size() != static_cast<std::size_t>(out_channels))
    throw DamagedCase("weights or bias do not have the size of the shape");
  layer.weights = weights.data();
  layer.bias = bias.data();
  const Range clamp = range_in({shape.at(8), shape.at(9)});
  const LayerRanges ranges{range_in(c.line("input_range")), range_in(c.line("conv_output_range")),
                           range_in(c.line("layer_output_range"))};

  Quantised made{std::vector<std::uint8_t>(weights.size()), std::vector<BatchNorm>(bias.size()),
                 std::vector<float>(bias.size())};
  made.result =
      quantise_sums(layer, ranges, {made.codes.data(), made.batch_norm.data(), made.scales.data()}, vendor_style);
  Samples points;
  place_samples(made.result.convolved, clamp, points);
  const bool sampled = c.lines.count("samples_y") > 0;
  const std::vector<float> given = sampled ? floats(c.line("samples_y")) : std::vector<float>{};
  if (sampled && given.size() != std::size(points.y)) throw DamagedCase("there are not 1024 samples");
  for (std::size_t i = 0; i < std::size(points.y); ++i)
    points.y[i] = sampled ? given[i] : activate(shape.at(6), points.x[i]);
  add_activation(made.result, points, vendor_style);
  return made;
}

std::string compare(const QuantiserCase& c) {
  const auto [codes, batch_norm, scales, result] = quantised(c);
  if (!result.problem.empty()) return "refused: " + string_of(result.problem);

  if (std::string d = compare_scales(c, result, scales); !d.empty()) return d;
  if (std::string d = compare_words(c, result.layer); !d.empty()) return d;
  if (std::string d =
          compare_list("weight", c.expect("qweights"), codes, [](int code) { return std::to_string(code); });
      !d.empty())
    return d;
  if (std::string d = compare_list("batch norm", c.expect("bn"), batch_norm,
                                   [](const BatchNorm& b) {
                                     return joined({b.mul, b.shift, b.add});
                                   });
      !d.empty())
    return d;
  return compare_list("segment", c.expect("act"), result.activation.segments, [](const Segment& s) {
    return joined({s.start, s.mul, s.shift, s.bias});
  });
}

/// Hashes of the layer's words, its tables and the scales of its tensors.
std::string hashes_of(const QuantiserCase& c) {
  const Quantised made = quantised(c);
  const KpuLayer& l = made.result.layer;
  Hash tables, scales;
  tables.add(made.codes);
  for (const BatchNorm& entry : made.batch_norm) tables.add(std::to_string(encode(entry)));
  for (const std::uint8_t byte : encode(made.result.activation).bytes) tables.add(std::to_string(byte));
  scales.add(made.scales);
  scales.add(std::vector<double>{made.result.activation_scale});
  for (const CodeScale* scale :
       {&made.result.input, &made.result.weights, &made.result.convolved, &made.result.output}) {
    scales.add(std::vector<float>{scale->scale});
    scales.add(std::vector<int>{scale->zero_point});
  }
  return " findings " + hash_of(string_of(made.result.problem)) + " words " +
         hash_of(std::vector<long long>{l.arg_x, l.shr_x, l.arg_w, l.shr_w, l.arg_add, l.pad_value}) + " tables " +
         tables.text() + " scales " + scales.text();
}

}  // namespace

void run_quantiser(const std::string& file, Log& log) {
  for (const QuantiserCase& c : read_cases(file)) {
    const std::string name = "quantiser/" + c.name;
    if (!log.wants(name)) continue;
    try {
      if (log.wants_hashes())
        log.hashes(name, hashes_of(c));
      else
        log.verdict(name, "quantiser", compare(c));
    } catch (const std::exception& problem) {
      log.failed(name, "case", problem.what());
    }
  }
}

}  // namespace conformance::k210
