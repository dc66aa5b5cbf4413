// expect-clang: \[shift_conflict\] the output shift of the layer is not the trained one; leave out the option shift
// expect-clang14: facts::layer<0>.*facts::name<'c', 'o', 'n', 'v', '1'>.*facts::needs<1>.*facts::has<2>.*facts::on<.*max78000>
// expect-gcc: layer 0 \(conv1\): the output shift of the layer is not the trained one: needs 1, the trained layer has 2; leave out the option shift
// expect-clang19: layer 0 \(conv1\): needs 1, the trained layer has 2
// errors: 1
#include <incuse/incuse.hpp>

using namespace incuse;

struct Net : Network<Input<2, 4, 4>, Conv2d<1, kernel<1>, shift<1>, as<"conv1">>> {};

struct Trained {
  static constexpr LayerParameters layers[]{{"conv1", {"\x01\x02", 1, 2, 1, 1}, {}, 2}};
};

constexpr auto& image = Deployment<Net, max78000, Trained>::image;
