// expect-clang: \[column_pooling\] this chip cannot pool in front of a Conv1d, whose values it reads in rows; leave the pooling out, or take what the vendor makes of it: the option vendor_stream, with the flag --no-proof
// expect-clang14: facts::layer<0>.*facts::name<'l', 'i', 'n', 'e'>.*facts::needs<2>.*facts::has<1>.*facts::on<.*ai84>
// expect-gcc: layer 0 \(line\): this chip cannot pool in front of a Conv1d, whose values it reads in rows: needs 2, AI84 has 1; leave the pooling out, or take what the vendor makes of it: the option vendor_stream, with the flag --no-proof
// expect-clang19: layer 0 \(line\): needs 2, AI84 has 1
// errors: 1
#include <support/refused.hpp>

using namespace incuse;

struct Net : Network<Input<4, 54>, Fused<MaxPool1d<2>, Conv1d<4, kernel<9>, stride<3>, pad<3>, as<"line">>>> {};

constexpr auto& image = RefusedOn<ai84, Net>::image;
