// expect-clang: \[concatenated_channels\] a concatenated tensor does not fit behind those in front of it; let the tensors have 64 channels together, each counted in fours, or fill a pass each
// expect-clang14: facts::layer<2>.*facts::name<'j', 'o', 'i', 'n', 'e', 'd'>.*facts::needs<50>.*facts::has<28>.*facts::on<.*max78000>
// expect-gcc: layer 2 \(joined\): a concatenated tensor does not fit behind those in front of it: needs 50 channels, the pass has 28 channels; let the tensors have 64 channels together, each counted in fours, or fill a pass each
// expect-clang19: layer 2 \(joined\): needs 50 channels, the pass has 28 channels
// errors: 1
#include <support/refused.hpp>

using namespace incuse;

struct Net : Network<Input<3, 8, 8>, Conv2d<50, kernel<1>, as<"a">>, Conv2d<24, kernel<1>, as<"b">>,
                     Conv2d<4, kernel<1>, from<"b", "a", "b">, as<"joined">>> {};

constexpr auto& image = Refused<Net>::image;
