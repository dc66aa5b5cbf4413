// expect-clang: \[bias_memory\] the bias does not fit into the bias memory of a group; drop the bias of a layer, or use processors of another group too
// expect-clang14: facts::layer<0>.*facts::name<'c', 'o', 'n', 'v', '1'>.*facts::needs<516>.*facts::has<512>.*facts::on<.*max78000>
// expect-gcc: layer 0 \(conv1\): the bias does not fit into the bias memory of a group: needs 516 values, MAX78000 has 512 values; drop the bias of a layer, or use processors of another group too
// expect-clang19: layer 0 \(conv1\): needs 516 values, MAX78000 has 512 values
// errors: 1
#include <support/refused.hpp>

using namespace incuse;

struct Net : Network<Input<3, 2, 2>, Conv2d<516, kernel<1>, bias, as<"conv1">>> {};

constexpr auto& image = Refused<Net>::image;
