#include <string>
#include <vector>

#include <incuse/export/cpp_real_parameters.hpp>
#include <incuse/host/real_reference.hpp>
#include <incuse/import/k210_ranges.hpp>
#include <incuse/incuse.hpp>

using namespace incuse;

namespace {

using Net = Network<Input<1, 4, 4>, Conv2d<1, kernel<1>, ReLU, as<"conv">>>;

}  // namespace

int main() {
  import::NamedTensors tensors;
  tensors.tensors = {{"conv.weight", {1, 1, 1, 1}, {2.0f}}};
  const float picture[16] = {-1.0f, 3.0f};
  const std::vector<const float*> inputs = {picture};
#include SNIPPET
  // Two of 16 numbers are more than 0.1 %: they stay.
  const bool ranges = trained.input.low == -1.0f && trained.input.high == 3.0f && trained.layers[0].output.high == 6.0f;
  return ranges && header.find("Range input{-1.0f, 3.0f}") != std::string::npos &&
                 header.find("{\"conv\", weights0, {}, {}, {0.0f, 6.0f}, {0.0f, 6.0f}}") != std::string::npos
             ? 0
             : 1;
}
