// expect-clang: \[read_gap_passes\] only a layer of one pass can pass over words that it reads; leave the read gap out, or read fewer channels
// expect-clang14: facts::layer<0>.*facts::name<'w', 'i', 'd', 'e'>.*facts::needs<128>.*facts::has<64>.*facts::on<.*max78002>
// expect-gcc: layer 0 \(wide\): only a layer of one pass can pass over words that it reads: needs 128, MAX78002 has 64; leave the read gap out, or read fewer channels
// expect-clang19: layer 0 \(wide\): needs 128, MAX78002 has 64
// errors: 1
#include <support/refused.hpp>

using namespace incuse;

struct Net : Network<Input<128, 8, 8>, Conv2d<4, kernel<3>, pad<1>, place<read_gap<1>>, as<"wide">>> {};

constexpr auto& image = RefusedOn<max78002, Net>::image;
