// expect: \[concatenated_channels\] concatenated tensors differ in their number of channels; split the wider tensor's layer into several of equal width
// expect: facts::layer<2>.*facts::name<'j', 'o', 'i', 'n', 'e', 'd'>.*facts::needs<4>.*facts::has<8>.*facts::on<.*max78000>
// expect-gcc: layer 2 \(joined\): concatenated tensors differ in their number of channels: needs 4, another tensor has 8; split the wider tensor.+s layer into several of equal width
// errors: 1
#include "../any_parameters.hpp"

using namespace incuse;

struct Net : Network<Input<3, 8, 8>, Conv2d<4, kernel<1>, as<"a">>, Conv2d<8, kernel<1>, as<"b">>,
                     Conv2d<4, kernel<1>, from<"a", "b">, as<"joined">>> {};

constexpr auto& image = Refused<Net>::image;
