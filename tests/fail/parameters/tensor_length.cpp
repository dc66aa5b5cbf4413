// expect-clang: \[tensor_length\] a tensor has another number of values than its shape says; export the parameters anew
// expect-clang14: facts::layer<0>.*facts::name<'c', 'o', 'n', 'v', '1'>.*facts::part<'w', 'e', 'i', 'g', 'h', 't'>.*facts::needs<2>.*facts::has<3>.*facts::on<.*max78000>
// expect-gcc: layer 0 \(conv1\): a tensor has another number of values than its shape says \(weight\): needs 2 values, the tensor has 3 values; export the parameters anew
// expect-clang19: layer 0 \(conv1\) \(weight\): needs 2 values, the tensor has 3 values
// errors: 1
#include <incuse/incuse.hpp>

using namespace incuse;

struct Net : Network<Input<2, 4, 4>, Conv2d<1, kernel<1>, as<"conv1">>> {};

struct Trained {
  static constexpr LayerParameters layers[]{{"conv1", {"\x01\x02\x03", 1, 2, 1, 1}}};
};

constexpr auto& image = Deployment<Net, max78000, Trained>::image;
