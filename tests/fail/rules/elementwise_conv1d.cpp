// expect-clang: \[elementwise_conv1d\] an element-wise operation cannot be fused with Conv1d; combine the tensors in a layer of its own
// expect-clang14: facts::layer<2>.*facts::name<'s', 'u', 'm'>.*facts::needs<2>.*facts::has<1>.*facts::on<.*max78000>
// expect-gcc: layer 2 \(sum\): an element-wise operation cannot be fused with Conv1d: needs 2, MAX78000 has 1; combine the tensors in a layer of its own
// expect-clang19: layer 2 \(sum\): needs 2, MAX78000 has 1
// errors: 1
#include <support/refused.hpp>

using namespace incuse;

struct Net : Network<Input<3, 32>, Conv1d<4, kernel<1>, as<"a">>, Conv1d<4, kernel<1>, as<"b">>,
                     Fused<Add<from<"a", "b">>, Conv1d<4, kernel<3>, as<"sum">>>> {};

constexpr auto& image = Refused<Net>::image;
