// A network type, exported as a kmodel, read back and run: the outputs are those of the reference executor.
#include <cstring>
#include <string>
#include <vector>

#include <doctest/doctest.h>

#include <incuse/export/kmodel_network.hpp>
#include <incuse/host/k210_run.hpp>
#include <incuse/host/run.hpp>
#include <incuse/import/kmodel.hpp>

#include "../k210/random_parameters.hpp"

using namespace incuse;

namespace {

// clang-format off
struct TwoOutputs : Network<
    Input<3, 24, 20>,
    Conv2d<8, kernel<3>, pad<1>, ReLU, shift<-3>>,
    Fused<MaxPool2d<2>, Conv2d<12, kernel<3>, pad<1>, bias, output, shift<-4>>>,
    DepthwiseConv2d<kernel<3>, pad<1>, shift<-1>>,
    Conv2d<5, kernel<1>, bias, shift<-2>>> {};
// clang-format on

using Trained = test::RandomParameters<TwoOutputs>;
using Chip = Deployment<TwoOutputs, k210_kpu, Trained>;

}  // namespace

TEST_CASE("exported networks compute what their type does") {
  const std::vector<std::uint8_t> bytes = kmodel_of<Chip>();
  const KmodelFile file = parse_kmodel({reinterpret_cast<const char*>(bytes.data()), bytes.size()});
  REQUIRE_MESSAGE(file.ok(), file.error);
  const k210::Kmodel model = file.model();
  CHECK(kmodel_bytes(model) == bytes);
  REQUIRE(model.output_count == 2);

  std::vector<int> values;
  std::vector<std::uint8_t> codes;
  for (int i = 0; i < Chip::graph.input.elements(); ++i) {
    values.push_back(i * 37 % 251 - 128);
    codes.push_back(k210::code_of(values.back()));
  }
  host::Executor reference(Chip::graph, Chip::parameters);
  REQUIRE(reference.ready());
  reference.set_input(values.data());
  reference.run();

  host::KmodelExecutor executor(model);
  REQUIRE(executor.set_input(0, codes));
  REQUIRE_MESSAGE(executor.run(), executor.error());
  const int layers[] = {1, 3};  // the network's outputs
  for (int o = 0; o < 2; ++o) {
    const std::vector<int> expected = reference.output_of(layers[o]);
    const std::vector<std::uint8_t> numbers = executor.output(o);
    REQUIRE(numbers.size() == 4 * expected.size());
    int wrong = 0;
    for (std::size_t i = 0; i < expected.size(); ++i) {
      float number = 0;
      std::memcpy(&number, numbers.data() + 4 * i, sizeof number);
      wrong += number != static_cast<float>(expected[i]) / 128.0f;
    }
    CHECK(wrong == 0);
  }
}
