// Runs an imported kmodel (its header is included by the compiler's options) on a virtual KPU, through the driver, and
// compares the numbers with arrays: those of the model's outputs, in their order. Arguments: input.npy output0.npy ...
#include <cstdint>
#include <cstdio>
#include <cstring>
#include <iterator>
#include <vector>

#include <incuse/import/npy.hpp>

#include <support/kmodel_comparison.hpp>

int main(int argc, char** argv) {
  constexpr int count = static_cast<int>(std::size(imported::outputs));
  if (argc != 2 + count) return 2;
  const incuse::NpyTensor input = incuse::read_npy_tensor(argv[1]);
  const auto outputs = incuse::test::driver_outputs<imported::Chip>(input.bytes);
  if (!input.ok() || outputs.empty()) {
    std::printf("the model did not run: %s\n", input.error.c_str());
    return 1;
  }
  std::size_t values = 0;
  for (int o = 0; o < count; ++o) {
    const incuse::NpyTensor expected = incuse::read_npy_tensor(argv[2 + o]);
    const std::vector<float>& output = outputs[static_cast<std::size_t>(imported::outputs[o])];
    if (expected.bytes.size() != sizeof(float) * output.size()) {
      std::printf("output %d has %zu values, not %zu bytes\n", o, output.size(), expected.bytes.size());
      return 1;
    }
    for (std::size_t i = 0; i < output.size(); ++i)
      if (std::memcmp(&output[i], expected.bytes.data() + sizeof(float) * i, sizeof(float)) != 0) {
        std::printf("output %d: value %zu differs\n", o, i);
        return 1;
      }
    values += output.size();
  }
  std::printf("all %zu values are equal\n", values);
  return 0;
}
