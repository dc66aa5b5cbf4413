// Fuzz target of the ONNX reader: any bytes are read or refused, and what was read is lowered or refused, for chips
// with and without activation functions.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include <incuse/import/onnx/k210.hpp>
#include <incuse/import/onnx/max7800x.hpp>
#include <incuse/max7800x/devices.hpp>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  namespace onnx = incuse::import::onnx;
  const onnx::Model model = onnx::parse_model({reinterpret_cast<const char*>(data), size});
  if (!model.ok()) return 0;
  const onnx::Max7800xNetwork network = onnx::max7800x_network(model, incuse::max78000, "model.onnx");
  if (network.ok() == network.description.layers.empty()) std::abort();
  onnx::Target other;
  other.fractions = other.sums_with_layer = false;
  other.any_function = other.depthwise = other.software = true;
  const onnx::Lowered lowered = onnx::lower(model, other);
  for (const onnx::Step& step : lowered.steps)
    for (int source : step.sources)
      if (source < incuse::network_input || (lowered.ok() && source >= static_cast<int>(lowered.steps.size())))
        std::abort();
  const onnx::K210Network codes = onnx::k210_network(model);
  if (codes.ok() != (codes.graph.size > 0)) std::abort();
  return 0;
}
