// Layers of the processor: bodies and memories as the SDK's own functions had them before and after.
#include <cmath>
#include <cstring>

#include <incuse/host/kmodel3_nodes.hpp>
#include <incuse/import/kmodel.hpp>

#include "hash.hpp"
#include "k210_groups.hpp"
#include "k210_table.hpp"
#include "reference_case.hpp"

namespace conformance::k210 {

using namespace incuse;
using namespace incuse::k210;

namespace {

/// One case: its body and the memories before and after.
struct LayerCase {
  std::uint32_t type = 0, out_offset = 0, out_bytes = 0, ram_offset = 0;
  bool out_is_float = false;
  std::string body{}, before{}, after{}, ram{};
};

LayerCase read_case(const std::string& path) {
  const std::string bytes = read_bytes(path);
  if (bytes.compare(0, 8, "K210SWL1") != 0) throw DamagedCase(path + " is no case of a software layer");
  const auto* data = reinterpret_cast<const std::uint8_t*>(bytes.data());
  std::uint32_t numbers[8]{};
  for (std::size_t i = 0; i < 8; ++i) {
    if (bytes.size() < 40) throw DamagedCase(path + " ends in its header");
    numbers[i] = load_number<std::uint32_t>(data + 8 + 4 * i);
  }
  const auto [type, body_bytes, main_bytes, ram_offset, ram_bytes, out_offset, out_bytes, is_float] = numbers;
  LayerCase result{type, out_offset, out_bytes, ram_offset, is_float != 0};
  std::size_t at = 40;
  const auto take = [&](std::size_t size) {
    if (size > bytes.size() - at) throw DamagedCase(path + " ends too early");
    at += size;
    return bytes.substr(at - size, size);
  };
  result.body = take(body_bytes);
  result.before = take(main_bytes);
  result.after = take(main_bytes);
  result.ram = take(ram_bytes);
  return result;
}

/// Bytes of main memory at the layer's output are floats that may differ by so much of themselves; none if it is 0.
std::string compare_memory(const LayerCase& expected, const std::vector<std::uint8_t>& actual, float tolerance) {
  for (std::size_t i = 0; i < actual.size(); ++i) {
    const bool in_output = i >= expected.out_offset && i < expected.out_offset + expected.out_bytes;
    if (in_output && expected.out_is_float && tolerance > 0) {
      float wanted = 0, got = 0;
      std::memcpy(&wanted, expected.after.data() + i, sizeof wanted);
      std::memcpy(&got, actual.data() + i, sizeof got);
      i += sizeof wanted - 1;
      const bool same = wanted == got || (std::isnan(wanted) && std::isnan(got));
      if (same || std::fabs(wanted - got) <= tolerance * std::fabs(wanted)) continue;
      return "main memory at " + std::to_string(i - 3) + ": expected " + std::to_string(wanted) + ", got " +
             std::to_string(got);
    }
    if (static_cast<std::uint8_t>(expected.after[i]) != actual[i])
      return "main memory at " + std::to_string(i) + ": expected " +
             std::to_string(static_cast<std::uint8_t>(expected.after[i])) + ", got " + std::to_string(actual[i]);
  }
  return "";
}

/// What a layer leaves behind, and why it does not run.
struct LayerRun {
  std::string problem{};
  std::vector<std::uint8_t> main{}, ram{};
};

LayerRun run_layer(const LayerCase& expected) {
  KmodelNode node{expected.type, 0, expected.body.size(), static_cast<std::uint32_t>(expected.body.size())};
  Kmodel model;
  model.version = 3;
  model.main_bytes = static_cast<std::uint32_t>(expected.before.size());
  model.file = {reinterpret_cast<const std::uint8_t*>(expected.body.data()), expected.body.size()};
  model.nodes = &node;
  model.node_count = 1;
  if (const auto problem = incuse::detail::problem_of_node(model, 0); !problem.none()) return {problem.reason, {}, {}};

  host::KmodelMemories memories(model);
  std::copy(expected.before.begin(), expected.before.end(), memories.write(KmodelMemory::main, 0));
  std::uint8_t* const ram = memories.write(KmodelMemory::kpu, 0);
  std::fill(ram, ram + memories.ram().size(), std::uint8_t{0xee});
  host::Kmodel3Nodes nodes(memories, 1, Emulator::newer);
  visit_node(kmodel3::Kinds{}, model, 0, [&](const auto& layer) { nodes.run(layer); });
  return {nodes.error(), memories.main(), memories.ram()};
}

std::string compare(const LayerCase& expected, const Row& row) {
  if (expected.type != static_cast<std::uint32_t>(row.integer("type")))
    return "the file has another type than the index";
  const LayerRun run = run_layer(expected);
  if (!run.problem.empty()) return run.problem;
  const std::string difference = compare_memory(expected, run.main, row.text("compare") == "float_tol" ? 2e-6f : 0.0f);
  if (!difference.empty()) return difference;
  for (std::size_t i = 0; i < expected.ram.size(); ++i)
    if (run.ram[expected.ram_offset + i] != static_cast<std::uint8_t>(expected.ram[i]))
      return "AI RAM at " + std::to_string(expected.ram_offset + i) + ": expected " +
             std::to_string(static_cast<std::uint8_t>(expected.ram[i])) + ", got " +
             std::to_string(run.ram[expected.ram_offset + i]);
  return "";
}

std::string hashes_of(const LayerCase& layer) {
  const LayerRun run = run_layer(layer);
  return " findings " + hash_of(run.problem) + " main " + hash_of(run.main) + " ram " + hash_of(run.ram);
}

}  // namespace

void run_software_layers(const std::string& folder, Log& log) {
  for (const Row& row : read_table(folder + "/index.csv")) {
    const std::string name = "software_layers/" + row.text("id") + '_' + row.text("layer");
    if (!log.wants(name)) continue;
    try {
      const LayerCase layer = read_case(folder + '/' + row.text("id") + ".swl");
      if (log.wants_hashes())
        log.hashes(name, hashes_of(layer));
      else
        log.verdict(name, row.text("layer"), compare(layer, row));
    } catch (const std::exception& problem) {
      log.failed(name, "case", problem.what());
    }
  }
}

}  // namespace conformance::k210
