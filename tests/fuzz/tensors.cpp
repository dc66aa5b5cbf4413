// Fuzz target of the readers of tensors and of what loads them: any bytes are read or refused with one line, and what
// was read fits a network or is refused.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include <incuse/export/checkpoint.hpp>
#include <incuse/import/quantise.hpp>
#include <incuse/import/quantised_checkpoint.hpp>
#include <incuse/import/tensor_files.hpp>
#include <incuse/incuse.hpp>

namespace {

using namespace incuse;

struct Net : Network<Input<2, 8, 8>, Conv2d<4, kernel<3>, pad<1>, ReLU, bias, as<"conv1">>,
                     Fused<MaxPool2d<2>, ConvTranspose2d<3, kernel<3>, pad<1>, ReLU, bias, as<"up">>>, Flatten,
                     Linear<5, wide, bias, as<"fc">>> {};

void expect_one_line(const std::string& text) {
  if (text.find('\n') != std::string::npos || text.size() > 4000) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const import::NamedTensors tensors = import::parse_tensors({reinterpret_cast<const char*>(data), size}, "fuzz");
  expect_one_line(tensors.error);
  if (tensors.elements() > import::most_tensor_elements) std::abort();
  for (const import::Matching matching : {import::Matching::automatic, import::Matching::order}) {
    import::LoadOptions options;
    options.matching = matching;
    options.tolerate_extra = true;
    const import::LoadedLayers loaded = import::load(graph_of<Net>(), tensors, options);
    for (const std::string& error : loaded.errors) expect_one_line(error);
    const import::StoredParameters stored = import::quantise(graph_of<Net>(), loaded);
    if (stored.ok() && stored.layers().size() != 3) std::abort();
  }
  const import::ChangedCheckpoint changed = import::quantised_checkpoint(tensors);
  for (const std::string& error : changed.errors) expect_one_line(error);
  if (changed.ok() && !import::parse_tensors(checkpoint_bytes(changed.tensors), "written").ok()) std::abort();
  return 0;
}
