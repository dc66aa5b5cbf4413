// expect-clang: \[concatenated_sizes\] concatenated tensors differ in size; bring them to one size, or say with view<> of which image they are the pixels, one behind the other
// expect-clang14: facts::layer<2>.*facts::name<'j', 'o', 'i', 'n', 'e', 'd'>.*facts::needs<4, 16, 16>.*facts::has<4, 14, 14>.*facts::on<.*max78000>
// expect-gcc: layer 2 \(joined\): concatenated tensors differ in size: needs 4x16x16, another one has 4x14x14; bring them to one size, or say with view<> of which image they are the pixels, one behind the other
// expect-clang19: layer 2 \(joined\): needs 4x16x16, another one has 4x14x14
// errors: 1
#include <support/refused.hpp>

using namespace incuse;

struct Net : Network<Input<3, 16, 16>, Conv2d<4, kernel<1>, as<"whole">>, Conv2d<4, kernel<3>, as<"cropped">>,
                     Conv2d<8, kernel<1>, from<"whole", "cropped">, as<"joined">>> {};

constexpr auto& image = Refused<Net>::image;
