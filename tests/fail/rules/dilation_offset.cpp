// expect-clang: \[dilation_offset\] the output of a widely dilated Conv1d needs free memory in front of it; raise the output offset
// expect-clang14: facts::layer<0>.*facts::name<'e', 'a', 'r', 's'>.*facts::needs<20>.*facts::has<16>.*facts::on<.*max78000>
// expect-gcc: layer 0 \(ears\): the output of a widely dilated Conv1d needs free memory in front of it: needs 20, the output has 16; raise the output offset
// expect-clang19: layer 0 \(ears\): needs 20, the output has 16
// errors: 1
#include <support/refused.hpp>

using namespace incuse;

struct Net
    : Network<Input<3, 64>,
              Conv1d<4, kernel<3>, dilation<5>,
                     place<processors<0x70>, output_processors<0xf>, in_offset<0>, out_offset<0x10>>, as<"ears">>> {};

constexpr auto& image = Refused<Net>::image;
