// Fuzz target of the readers of a type's layers, and of whole types for the K210: any text is read or refused, and the
// chip's rules answer for what is read.
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>

#include <incuse/import/network_text.hpp>
#include <incuse/import/weight_layers.hpp>
#include <incuse/k210/planning.hpp>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string text(reinterpret_cast<const char*>(data), size);
  incuse::parse_weight_layers(text, "fuzz.yaml");
  const incuse::NetworkText network = incuse::parse_network_text(text, "fuzz.yaml");
  if (!network.ok()) return 0;
  using Plan = incuse::k210::Plan<incuse::max7800x::most_layers>;
  const auto plan = std::make_unique<const Plan>(incuse::k210::plan_if_possible(network.graph, incuse::k210_kpu));
  incuse::k210::check(network.graph, *plan, incuse::k210_kpu);
  return 0;
}
