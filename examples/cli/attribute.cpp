#include "attribute.hpp"

#include <algorithm>
#include <charconv>
#include <cstddef>
#include <cstdio>
#include <filesystem>

#include <CLI/CLI.hpp>

#include <incuse/host/attribution.hpp>
#include <incuse/hosted/strings.hpp>
#include <incuse/import/npy.hpp>
#include <incuse/report/attribution_svg.hpp>
#include <incuse/report/table.hpp>

#include "choices.hpp"
#include "input_shape.hpp"
#include "kept_files.hpp"
#include "loaded_network.hpp"
#include "output.hpp"
#include "output_files.hpp"
#include "verbs.hpp"

namespace cli {

namespace {

namespace host = incuse::host;
using Bytes = std::vector<std::int8_t>;

constexpr std::size_t most_shown = 10;  ///< outputs of an input in text and picture

/// An input with what its parts add.
struct Attributed {
  std::string file{};
  Bytes values{};
  host::Attribution result{};
};

/// Numbers with an x between them; nothing if the text is something else.
std::vector<int> sizes_in(const std::string& text) {
  std::vector<int> sizes;
  const char *at = text.data(), *end = at + text.size();
  while (true) {
    int size = 0;
    const auto [behind, error] = std::from_chars(at, end, size);
    if (error != std::errc() || size < 1) return {};
    sizes.push_back(size);
    if (behind == end) return sizes;
    if (*behind != 'x') return {};
    at = behind + 1;
  }
}

/// Refuses parts of more than the input has: there would be one, whatever the size.
void expect_within(const std::string& text, incuse::Shape part, incuse::Shape input) {
  if (part.channels > input.channels || part.height > input.height || part.width > input.width)
    throw UsageError("--patch " + text + " is larger than the input, " + incuse::text_of(input) + ": give a smaller one");
}

/// The size of a part; 0 stands for the whole size of the input. Without a wish, at most eight parts lie side by side,
/// of a signal sixteen.
incuse::Shape patch_shape(const std::string& text, incuse::Shape input) {
  const bool signal = input.width == 1;
  if (text.empty()) {
    const auto part = [](int whole, int most) { return (whole + most - 1) / most; };
    return {0, part(input.height, signal ? 16 : 8), part(input.width, 8)};
  }
  std::vector<int> sizes = sizes_in(text);
  if (sizes.empty() || sizes.size() > (signal ? 2 : 3))
    throw UsageError("--patch needs a size such as " +
                     std::string(signal ? "16, or channels x length" : "4x4, or channels x height x width") +
                     ", not '" + text + "'");
  if (signal) return {sizes.size() == 2 ? sizes[0] : 0, sizes.back(), 1};
  if (sizes.size() == 1) return {0, sizes[0], sizes[0]};
  return {sizes.size() == 3 ? sizes[0] : 0, sizes[sizes.size() - 2], sizes.back()};
}

Bytes bytes_of(const std::vector<int>& values) { return Bytes(values.begin(), values.end()); }

/// One value for all elements, or the inputs of a file.
std::vector<Bytes> baselines_of(const std::string& text, incuse::Shape input) {
  const auto size = static_cast<std::size_t>(input.elements());
  int value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error == std::errc() && end == text.data() + text.size()) {
    if (value < -128 || value > 127) throw UsageError("--baseline: " + text + " is no signed byte");
    return {Bytes(size, static_cast<std::int8_t>(value))};
  }
  const incuse::NpyResult file = incuse::read_npy(text, read_kept);
  if (!file.ok()) throw UsageError(file.error);
  const std::vector<std::int64_t>& all = file.array.values;
  if (all.empty() || all.size() % size != 0)
    throw UsageError(text + ": " + std::to_string(all.size()) + " values are no inputs of " + incuse::text_of(input));
  std::vector<Bytes> baselines;
  for (std::size_t i = 0; i < all.size(); ++i) {
    if (all[i] < -128 || all[i] > 127)
      throw UsageError(text + ": an input holds signed bytes, but there is a " + std::to_string(all[i]));
    if (i % size == 0) baselines.emplace_back();
    baselines.back().push_back(static_cast<std::int8_t>(all[i]));
  }
  return baselines;
}

/// All orders where there are few patches, else 64 of them.
int permutations_of(const AttributionRequest& wanted, int patches) {
  constexpr int few = 12, usual = 64;
  if (wanted.permutations >= 0) return wanted.permutations;
  return patches <= few ? 0 : usual;
}

/// The box that a patch covers.
struct PatchBox {
  int channel = -1, row = 0, column = 0;
  int last_channel = 0, last_row = 0, last_column = 0;
};

std::vector<PatchBox> boxes_of(const host::Patches& patches, incuse::Shape shape) {
  std::vector<PatchBox> boxes(static_cast<std::size_t>(patches.count));
  for (int e = 0; e < shape.elements(); ++e) {
    PatchBox& box = boxes[static_cast<std::size_t>(patches.of[static_cast<std::size_t>(e)])];
    const int c = e / shape.pixels(), y = e % shape.pixels() / shape.width, x = e % shape.width;
    if (box.channel < 0) box = {c, y, x, c, y, x};
    box.last_channel = std::max(box.last_channel, c);
    box.last_row = std::max(box.last_row, y);
    box.last_column = std::max(box.last_column, x);
  }
  return boxes;
}

/// The outputs from the greatest one down.
std::vector<int> greatest_outputs(const host::Attribution& result) {
  std::vector<int> order(static_cast<std::size_t>(result.outputs));
  for (std::size_t i = 0; i < order.size(); ++i) order[i] = static_cast<int>(i);
  const auto value = [&](int i) { return result.picture[static_cast<std::size_t>(i)]; };
  std::stable_sort(order.begin(), order.end(), [&](int a, int b) { return value(a) > value(b); });
  order.resize(std::min(order.size(), most_shown));
  return order;
}

std::string decimal_text(double value) {
  char text[40];
  std::snprintf(text, sizeof text, "%.10g", value);
  return text;
}

/// A line for every value. Those of an output add up to it: the first one, without a patch, is that of the baseline.
std::string csv_of(const std::vector<Attributed>& all, const std::vector<PatchBox>& boxes) {
  std::string text =
      "picture,output,patch,channel,row,column,channels,height,width,numerator,denominator,value,standard_error\n";
  for (const auto& [file, values, result] : all)
    for (int o = 0; o < result.outputs; ++o) {
      const std::string begin = '"' + file + "\"," + std::to_string(o) + ',';
      const std::string over = ',' + std::to_string(result.denominator) + ',';
      text += begin + ",,,,,,," + std::to_string(result.baselines[static_cast<std::size_t>(o)]) + over +
              decimal_text(result.baseline(o)) + ",0\n";
      for (int p = 0; p < result.patches; ++p) {
        const PatchBox& box = boxes[static_cast<std::size_t>(p)];
        text += begin + std::to_string(p);
        for (const int size : {box.channel, box.row, box.column, box.last_channel - box.channel + 1,
                               box.last_row - box.row + 1, box.last_column - box.column + 1})
          text += ',' + std::to_string(size);
        text += ',' + std::to_string(result.numerator(o, p)) + over + decimal_text(result.value(o, p)) + ',' +
                decimal_text(result.standard_error(o, p)) + '\n';
      }
    }
  return text;
}

std::string svg_of(const std::vector<Attributed>& all, const host::Patches& patches, incuse::Shape shape,
                   const std::string& title) {
  std::vector<incuse::report::AttributedInput> inputs;
  for (const auto& [file, values, result] : all) {
    inputs.push_back({std::filesystem::path(file).filename().string(), shape, values, patches.of, {}});
    for (const int o : greatest_outputs(result)) {
      const double sum = result.picture[static_cast<std::size_t>(o)] - result.baseline(o);
      inputs.back().outputs.push_back(
          {"output " + std::to_string(o) + ": " + (sum > 0 ? "+" : "") + incuse::report::fixed(sum, 0), {}});
      for (int p = 0; p < result.patches; ++p) inputs.back().outputs.back().values.push_back(result.value(o, p));
    }
  }
  return incuse::report::attribution_svg(inputs, title);
}

/// "+812.5 at row 4, column 8": the patches that change an output most.
std::string greatest_patches(const host::Attribution& result, int output, const std::vector<PatchBox>& boxes) {
  constexpr std::size_t shown = 3;
  std::vector<int> order(boxes.size());
  for (std::size_t i = 0; i < order.size(); ++i) order[i] = static_cast<int>(i);
  const auto size = [&](int p) { return std::llabs(result.numerator(output, p)); };
  std::stable_sort(order.begin(), order.end(), [&](int a, int b) { return size(a) > size(b); });
  std::string text;
  for (std::size_t i = 0; i < std::min(shown, order.size()); ++i) {
    const PatchBox& box = boxes[static_cast<std::size_t>(order[i])];
    const double value = result.value(output, order[i]);
    text += (i == 0 ? "" : "; ") + std::string(value > 0 ? "+" : "") + incuse::report::fixed(value, 1) + " at " +
            (box.channel > 0 ? "channel " + std::to_string(box.channel) + ", " : "") + "row " +
            std::to_string(box.row) + ", column " + std::to_string(box.column);
  }
  return text;
}

std::string text_of(const std::vector<Attributed>& all, const std::vector<PatchBox>& boxes) {
  std::string text;
  for (const auto& [file, values, result] : all) {
    incuse::report::Table table("rrrrl");
    table.add({"output", "value", "baseline", "difference", "patches that change it most"});
    for (const int o : greatest_outputs(result)) {
      const int value = result.picture[static_cast<std::size_t>(o)];
      table.add({std::to_string(o), std::to_string(value), incuse::report::fixed(result.baseline(o), 1),
                 incuse::report::fixed(value - result.baseline(o), 1), greatest_patches(result, o, boxes)});
    }
    text += (text.empty() ? "" : "\n") + incuse::printable(file) + ", " + std::to_string(result.patches) +
            " patches:\n" + table.text();
  }
  return text;
}

/// All files that are read.
std::vector<std::string> files_of(const Request& request, const AttributionRequest& wanted) {
  std::vector<std::string> files = inputs_of(request);
  files.insert(files.end(), wanted.inputs.begin(), wanted.inputs.end());
  files.push_back(wanted.baseline);
  return files;
}

}  // namespace

void add_attribution_options(CLI::App& verb, Request& request, AttributionRequest& wanted) {
  verb.add_option("--input,--sample-input", wanted.inputs, "Input arrays (.npy) of signed bytes: C x H x W or C x L")
      ->required()
      ->type_name("FILE")
      ->each([&request](const std::string& file) {
        if (request.input.empty()) request.input = file;
      });
  verb.add_option("-o,--output", request.output,
                  "File to write instead of standard output: *.svg gets a picture, *.csv all values")
      ->type_name("FILE");
  one_of(verb.add_option("--format", request.format, "What to write; else by the output's name"),
         {"text", "svg", "csv"});
  verb.add_option("--baseline", wanted.baseline,
                  "What stands where a part is left out: a value, or a .npy of one input or several, over which the\n"
                  "values are averaged")
      ->capture_default_str()
      ->type_name("VALUE");
  verb.add_option("--patch", wanted.patch,
                  "Size of a part: HxW, CxHxW, or of signals L or CxL; else 8x8 parts, or 16 of a signal")
      ->type_name("SHAPE");
  verb.add_option("--permutations", wanted.permutations,
                  "Orders of the parts that are tried; 0: all, exactly, of at most 16 parts. Else all of at most 12\n"
                  "parts, 64 of more")
      ->check(CLI::Range(0, 1'000'000).description(""))
      ->type_name("NUMBER");
  verb.add_option("--seed", wanted.seed, "Of the orders: the same seed gives the same values")
      ->capture_default_str()
      ->type_name("NUMBER");
  verb.add_option("--threads", wanted.threads, "Threads; 0: as many as the machine has")
      ->check(CLI::Range(0, 1024).description(""))
      ->type_name("NUMBER");
}

ExitCode attribute(const Request& request, const AttributionRequest& wanted) {
  const std::string format = format_of(request);
  const std::vector<std::string> files = files_of(request, wanted);
  refuse_as_standard_output(files);
  const LoadedNetwork network = load(request);
  if (!can_run(network)) return ExitCode::findings;
  const incuse::Shape shape = network.graph.input;
  const host::fast::PackedNetwork packed(network.graph, network.parameters(), {*network.device, network.options});
  const incuse::Shape part = patch_shape(wanted.patch, shape);
  expect_within(wanted.patch, part, shape);
  const host::Patches patches = host::grid_patches(shape, part);
  const std::vector<Bytes> baselines = baselines_of(wanted.baseline, shape);
  const host::AttributionOptions options{permutations_of(wanted, patches.count), wanted.seed, wanted.threads};
  std::vector<Attributed> all;
  for (const std::string& file : wanted.inputs) {
    all.push_back({file, bytes_of(input_values(file, shape)), {}});
    all.back().result = host::attribute(packed, patches, all.back().values, baselines, options);
    if (!all.back().result.ok()) throw UsageError(network.description.file + ": " + all.back().result.problem);
  }
  const std::vector<PatchBox> boxes = boxes_of(patches, shape);
  const std::string name = network.description.arch.empty() ? "network" : network.description.arch;
  const std::string text = format == "svg"   ? svg_of(all, patches, shape, "What the outputs of " + name + " rest on")
                           : format == "csv" ? csv_of(all, boxes)
                                             : text_of(all, boxes);
  if (request.output.empty())
    std::fwrite(text.data(), 1, text.size(), stdout);
  else
    write_files({{request.output, text}}, files);
  return ExitCode::success;
}

}  // namespace cli
