// expect-clang: \[processor_range\] the layer uses processors beyond the highest that may be used; use lower ones, or leave the option processors_per_pass, on the command line --max-proc, out
// expect-clang14: facts::layer<0>.*facts::name<'c', 'o', 'n', 'v', '1'>.*facts::needs<19>.*facts::has<15>.*facts::on<.*max78000>
// expect-gcc: layer 0 \(conv1\): the layer uses processors beyond the highest that may be used: needs 19, the option has 15; use lower ones, or leave the option processors_per_pass, on the command line --max-proc, out
// expect-clang19: layer 0 \(conv1\): needs 19, the option has 15
// errors: 1
#include <support/refused.hpp>

using namespace incuse;

struct Net : Network<Input<3, 8, 8>,
                     Conv2d<4, kernel<3>, pad<1>,
                            place<processors<0x7>, output_processors<0xf0000>, in_offset<0>, out_offset<0x1000>>,
                            as<"conv1">>> {};

constexpr auto& image = Refused<Net, max7800x::processors_per_pass<16>>::image;
