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
  using Checked = incuse::k210::CheckedPlan<incuse::max7800x::most_layers>;
  std::make_unique<const Checked>(incuse::k210::checked_plan(network.graph, incuse::k210_kpu));
  return 0;
}
