// Fuzz target of the checkpoint reader: any bytes are read or refused, and what was read can be taken apart.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>

#include <incuse/import/checkpoint_layers.hpp>

namespace {

const incuse::NetworkDescription& description() {
  static const incuse::NetworkDescription network = incuse::parse_description(
      "{arch: smallnet, dataset: none, layers: [{op: Conv2d, processors: 3}, {op: ConvTranspose2d, processors: 15}, "
      "{op: Conv1d, processors: 15}, {op: Linear, processors: 63}]}",
      "fuzz.yaml", incuse::max78000);
  return network;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const incuse::Checkpoint checkpoint = incuse::parse_checkpoint({reinterpret_cast<const char*>(data), size});
  for (const incuse::CheckpointTensor& tensor : checkpoint.tensors) {
    const auto count = static_cast<std::size_t>(tensor.count);
    if (tensor.numbers().size() != count) std::abort();
    if (tensor.bytes().size() != count * static_cast<std::size_t>(incuse::detail::bytes_of(tensor.type))) std::abort();
  }
  incuse::trained_from_checkpoint("fuzz.pth.tar", checkpoint, description(), incuse::max78000);
  return 0;
}
