// Fuzz target of the TensorFlow Lite reader: any bytes are read or refused, and what was read is lowered or refused,
// for chips with and without activation functions.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include <incuse/import/onnx/k210.hpp>
#include <incuse/import/onnx/max7800x.hpp>
#include <incuse/import/tflite/read.hpp>
#include <incuse/max7800x/devices.hpp>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  namespace onnx = incuse::import::onnx;
  const onnx::Model model = incuse::import::tflite::parse_model({reinterpret_cast<const char*>(data), size});
  if (!model.ok()) return 0;
  const onnx::Max7800xNetwork network = onnx::max7800x_network(model, incuse::max78000, "model.tflite");
  if (network.ok() == network.description.layers.empty()) std::abort();
  const onnx::K210Network other = onnx::k210_network(model);
  if (other.ok() != (other.graph.size > 0)) std::abort();
  return 0;
}
