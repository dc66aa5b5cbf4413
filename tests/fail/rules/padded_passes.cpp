// expect-clang: \[padded_passes\] this chip cannot pad a Conv1d that reads more than one pass; use pad<0>, or fewer channels
// expect-clang14: facts::layer<0>.*facts::name<'l', 'o', 'n', 'g'>.*facts::needs<128>.*facts::has<64>.*facts::on<.*max78002>
// expect-gcc: layer 0 \(long\): this chip cannot pad a Conv1d that reads more than one pass: needs 128, MAX78002 has 64; use pad<0>, or fewer channels
// expect-clang19: layer 0 \(long\): needs 128, MAX78002 has 64
// errors: 1
#include <support/refused.hpp>

using namespace incuse;

struct Net : Network<Input<128, 16>, Conv1d<4, kernel<3>, pad<1>, as<"long">>> {};

constexpr auto& image = RefusedOn<max78002, Net>::image;
