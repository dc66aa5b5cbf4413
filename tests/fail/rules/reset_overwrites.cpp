// expect-clang: \[reset_overwrites\] in front of average pooling behind an element-wise layer, the hardware resets itself and writes a word over a tensor that is still needed; choose another output offset, or put a layer between the two
// expect-clang14: facts::layer<3>.*facts::part<'n', 'e', 't', 'w', 'o', 'r', 'k', ' ', 'i', 'n', 'p', 'u', 't'>.*facts::needs<0, 3>.*facts::has<0, 143>.*facts::on<.*max78002>
// expect-gcc: layer 3.*: in front of average pooling behind an element-wise layer, the hardware resets itself and writes a word over a tensor that is still needed \(network input\): needs 0 to 3
// errors: 1
#include <support/refused.hpp>

using namespace incuse;

template <auto In, auto Out, int From, int To>
using At = place<processors<In>, output_processors<Out>, in_offset<From>, out_offset<To>>;
template <int To>
using Operand = place<processors<0xff>, output_processors<0xff0000>, in_offset<0>, out_offset<To>, write_gap<1>>;

struct Net : Network<Input<8, 6, 6>, Conv2d<8, kernel<3>, pad<1>, as<"a">, Operand<0x4000>>,
                     Conv2d<8, kernel<3>, pad<1>, as<"b">, from<"input">, Operand<0x4004>>,
                     Add<from<"a", "b">, At<0xff0000, 0xff0000, 0x4000, 0x2000>>,
                     AvgPool2d<2, output, At<0xff0000, 0xff0000, 0x2000, 0>>,
                     Conv2d<8, kernel<3>, pad<1>, from<"input">, At<0xff, 0xff00, 0, 0x6000>>> {};

constexpr auto& image = RefusedOn<max78002, Net>::image;
