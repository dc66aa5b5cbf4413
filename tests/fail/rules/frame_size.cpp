// expect-clang: \[frame_size\] the input of a layer has too many values per processor; use a smaller image or fewer channels
// expect-clang14: facts::layer<0>.*facts::name<'c', 'o', 'n', 'v', '1'>.*facts::needs<3145728>.*facts::has<2097151>.*facts::on<.*max78000>
// expect-gcc: layer 0 \(conv1\): the input of a layer has too many values per processor: needs 3145728, MAX78000 has 2097151; use a smaller image or fewer channels
// expect-clang19: layer 0 \(conv1\): needs 3145728, MAX78000 has 2097151
// errors: 1
#include <support/refused.hpp>

using namespace incuse;

struct Net : Network<Input<192, 1024, 1024>, Conv2d<4, kernel<1>, as<"conv1">>> {};

constexpr auto& image = Refused<Net>::image;
