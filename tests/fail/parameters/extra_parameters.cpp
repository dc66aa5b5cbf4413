// expect-clang: \[extra_parameters\] there are parameters for more layers than have weights; give one entry per weighted layer, in the order of the layers
// expect-clang14: facts::network.*facts::part<'c', 'o', 'n', 'v', '2'>.*facts::needs<1>.*facts::has<2>.*facts::on<.*max78000>
// expect-gcc: there are parameters for more layers than have weights \(conv2\): needs 1, their list has 2; give one entry per weighted layer, in the order of the layers
// expect-clang19: the network \(conv2\): needs 1, their list has 2
// errors: 1
#include <incuse/incuse.hpp>

using namespace incuse;

struct Net : Network<Input<2, 4, 4>, Conv2d<1, kernel<1>, as<"conv1">>> {};

struct Trained {
  static constexpr LayerParameters layers[]{{"conv1", {"\x01\x02", 1, 2, 1, 1}}, {"conv2", {"\x01\x02", 1, 2, 1, 1}}};
};

constexpr auto& image = Deployment<Net, max78000, Trained>::image;
