// expect-clang: \[dilated_maximum\] it is not known what the chip makes of a dilated maximum in one dimension
// expect-clang14: facts::layer<0>.*facts::name<'l', 'i', 'n', 'e'>.*facts::needs<3>.*facts::has<1>.*facts::on<.*max78002>
// expect-gcc: layer 0 \(line\): it is not known what the chip makes of a dilated maximum in one dimension: .*: needs 3, MAX78002 has 1; pool without dilation
// expect-clang19: layer 0 \(line\): needs 3, MAX78002 has 1
// errors: 1
#include <support/refused.hpp>

using namespace incuse;

struct Net : Network<Input<4, 24>, Fused<MaxPool1d<2, dilation<3>>, Conv1d<4, kernel<3>, as<"line">>>> {};

constexpr auto& image = RefusedOn<max78002, Net>::image;
