// expect-clang: \[flatten_split\] in the vendor's stream, a flattened tensor has to divide evenly among passes and processors
// expect-clang14: facts::layer<0>.*facts::name<'f', 'c'>.*facts::needs<600>.*facts::has<624>.*facts::on<.*max78000>
// expect-gcc: layer 0 \(fc\): in the vendor.*s stream, a flattened tensor .*: needs 600, the share of the processors has 624
// expect-clang19: layer 0 \(fc\): needs 600, the share of the processors has 624
// errors: 1
#include <support/refused.hpp>

using namespace incuse;

struct Net : Network<Input<200, 1, 3>, Flatten, Linear<10, wide, as<"fc">>> {};

constexpr auto& image = Refused<Net, max7800x::vendor_stream>::image;
