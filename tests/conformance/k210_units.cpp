// One layer of the KPU each: sums, activation, pooling and AI RAM, compared stage by stage.
#include <incuse/host/fast/kpu.hpp>
#include <incuse/hosted/strings.hpp>
#include <incuse/k210/arithmetic.hpp>
#include <incuse/k210/tables/layer_arguments.hpp>

#include "hash.hpp"
#include "k210_groups.hpp"
#include "k210_replay.hpp"
#include "k210_table.hpp"
#include "k210_unit.hpp"

namespace conformance::k210 {

using namespace incuse;
using namespace incuse::k210;

namespace {

/// The first of `count` values that differs, with its place in a map; empty if none does.
template <class Expected, class Actual>
std::string difference(const std::string& what, Shape shape, const Expected* expected, const Actual* actual,
                       int first = 0) {
  for (int i = first; i < shape.elements(); ++i) {
    const auto e = static_cast<long long>(expected[i]), a = static_cast<long long>(actual[i]);
    if (e == a) continue;
    const int rest = i % shape.pixels();
    return what + " differs at channel " + std::to_string(i / shape.pixels()) + ", row " +
           std::to_string(rest / shape.width) + ", column " + std::to_string(rest % shape.width) + ": expected " +
           std::to_string(e) + ", got " + std::to_string(a);
  }
  return "";
}

/// A layer's maps before and after pooling, as the arithmetic header computes them.
struct Results {
  std::vector<long long> accumulators{};
  std::vector<std::uint8_t> activated{};
  std::vector<std::uint8_t> output{};
  std::string problem{};

  void convolved(int, const long long* sums, const std::uint8_t* pixels) {
    accumulators.insert(accumulators.end(), sums, sums + plane);
    activated.insert(activated.end(), pixels, pixels + plane);
  }
  void pooled(int, const std::uint8_t* pixels, int count) { output.insert(output.end(), pixels, pixels + count); }

  int plane = 0;
};

Results run_arithmetic(const Unit& unit) {
  const KpuLayer& layer = unit.layer;
  const ScratchSizes sizes = scratch_sizes(layer);
  const auto count = static_cast<std::size_t>(sizes.plane);
  std::vector<std::uint8_t> padded(static_cast<std::size_t>(sizes.padded)), activated(count), pooled(count);
  std::vector<long long> terms(count), sums(count);
  Results results;
  results.plane = sizes.plane;
  const Excess excess = run_layer(
      layer, unit.input.data(), [&](int o) { return unit.weights.data() + o * layer.channel_weights(); },
      [&](int o) { return unit.batch_norm[static_cast<std::size_t>(o)]; }, unit.activation, k210_kpu.value_bits,
      {padded.data(), terms.data(), sums.data(), activated.data(), pooled.data()}, results);
  if (!excess.none())
    results.problem = std::string(excess.what == Excess::What::accumulator ? "accumulator" : "batch norm") +
                      " beyond 36 bits in channel " + std::to_string(excess.channel) + ": " +
                      std::to_string(excess.value);
  return results;
}

/// What the fast executor gets wrong, with the kernels of every level that this machine has.
std::string compare_fast(const Unit& unit) {
  namespace fast = incuse::host::fast;
  const KpuLayer& layer = unit.layer;
  for (fast::Level level : fast::all_levels) {
    if (!fast::is_supported(level)) continue;
    const fast::PackedKpuLayer packed(
        layer, [&](int o) { return unit.weights.data() + o * layer.channel_weights(); },
        [&](int o) { return unit.batch_norm[static_cast<std::size_t>(o)]; }, unit.activation, Emulator::newer, level);
    if (!packed.ready()) return string_of(packed.problem());
    std::vector<std::byte> arena(packed.arena_bytes() + fast::alignment);
    const auto misplaced = reinterpret_cast<std::uintptr_t>(arena.data()) % fast::alignment;
    std::vector<std::uint8_t> output(unit.output.size());
    if (!packed.run(unit.input.data(), output.data(), arena.data() + (fast::alignment - misplaced)).none())
      return std::string(fast::name_of(level)) + ": a value beyond 36 bits";
    const std::string found = difference("the pixel", layer.out(), unit.output.data(), output.data());
    if (!found.empty()) return std::string(fast::name_of(level)) + ": " + found;
  }
  return "";
}

std::string compare_words(const Unit& unit) {
  const LayerArguments expected = decode(unit.words);
  const LayerArguments actual = arguments_of(unit.layer, unit.addresses, k210_kpu);
  for (const Argument& a : layer_arguments)
    if (expected.*a.value != actual.*a.value)
      return string_of(a.name) + ": expected " + std::to_string(expected.*a.value) + ", got " +
             std::to_string(actual.*a.value);
  return encode(actual) == unit.words ? "" : "unnamed bits of the words differ";
}

std::string compare_ram(const Unit& unit, const Row& row, const std::vector<std::uint8_t>& output) {
  std::vector<std::uint8_t> ram(static_cast<std::size_t>(k210_kpu.ram_bytes()));
  const auto at = [&](int line) { return ram.data() + static_cast<std::ptrdiff_t>(line) * line_bytes; };
  pack(MapLayout(unit.layer.in), unit.input.data(), at(unit.addresses.src_line));
  if (crc_of(ram.data(), ram.size()) != row.hexadecimal("crc_ram_in")) return "AI RAM with the input differs";
  pack(MapLayout(unit.layer.out()), output.data(), at(unit.addresses.dst_line));
  return crc_of(ram.data(), ram.size()) == row.hexadecimal("crc_ram_out") ? "" : "AI RAM with the output differs";
}

std::string replay(const Unit& unit, const Row& row) {
  const auto crc = [&](const char* column) { return static_cast<std::uint32_t>(row.hexadecimal(column)); };
  return replay(unit, crc("crc_ram_in"), crc("crc_ram_out"));
}

/// Stage and message of the first difference.
std::pair<std::string, std::string> compare(const Unit& unit, const Row& row) {
  if (std::string d = compare_words(unit); !d.empty()) return {"words", d};
  if (std::string d = compare_tables(unit); !d.empty()) return {"tables", d};
  const Results results = run_arithmetic(unit);
  if (!results.problem.empty()) return {"arithmetic", results.problem};
  const Shape convolved = unit.layer.convolved();
  if (!unit.accumulators.empty())
    if (std::string d = difference("the accumulator", convolved, unit.accumulators.data(), results.accumulators.data());
        !d.empty())
      return {"convolution", d};
  if (std::string d = difference("the pixel", convolved, unit.activated.data(), results.activated.data()); !d.empty())
    return {"activation", d};
  if (std::string d = difference("the pixel", unit.layer.out(), unit.output.data(), results.output.data()); !d.empty())
    return {"pooling", d};
  if (crc_of(results.output.data(), results.output.size()) != row.hexadecimal("crc_output"))
    return {"output", "its CRC differs from the index"};
  if (std::string d = compare_fast(unit); !d.empty()) return {"fast", d};
  if (std::string d = compare_ram(unit, row, results.output); !d.empty()) return {"memory", d};
  return {"virtual KPU", replay(unit, row)};
}

/// Hashes of the words, tables, sums and pixels that are made of a layer, and of what the virtual chip says.
std::string hashes_of(const Unit& unit, const std::string& replayed) {
  Hash words, tables, outputs;
  for (const std::uint64_t word : encode(arguments_of(unit.layer, unit.addresses, k210_kpu)).words)
    words.add(std::to_string(word));
  tables.add(unit.weights);
  for (const BatchNorm& entry : unit.batch_norm) tables.add(std::to_string(encode(entry)));
  for (const std::uint8_t byte : encode(unit.activation).bytes) tables.add(std::to_string(byte));
  const Results results = run_arithmetic(unit);
  outputs.add(results.accumulators);
  outputs.add(results.activated);
  outputs.add(results.output);
  return " findings " + hash_of(results.problem + replayed) + " words " + words.text() + " tables " + tables.text() +
         " outputs " + outputs.text();
}

}  // namespace

void run_units(const std::string& folder, Log& log) {
  const std::string group = folder.substr(folder.find_last_of('/') + 1);
  for (const Row& row : read_table(folder + "/index.csv")) {
    const std::string name = group + '/' + row.text("id");
    if (!log.wants(name)) continue;
    try {
      const Unit unit = read_unit(folder + '/' + row.text("id") + ".kpu");
      if (log.wants_hashes()) {
        log.hashes(name, hashes_of(unit, replay(unit, row)));
        continue;
      }
      const auto [stage, message] = compare(unit, row);
      log.verdict(name, stage, message);
    } catch (const std::exception& problem) {
      log.failed(name, "case", problem.what());
    }
  }
}

}  // namespace conformance::k210
