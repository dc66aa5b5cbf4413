// expect-clang: \[tensor_size\] a tensor has more values than the chip has bytes; use smaller maps or fewer channels
// expect-clang14: facts::layer<1>.*facts::name<'h', 'u', 'g', 'e'>.*facts::needs<1024000000>.*facts::has<6291456>.*facts::on<.*k210_kpu>
// expect-gcc: layer 1 \(huge\): a tensor has more values than the chip has bytes: needs 1024000000 values, K210 has 6291456 bytes; use smaller maps or fewer channels
// expect-clang19: layer 1 \(huge\): needs 1024000000 values, K210 has 6291456 bytes
// errors: 1
#include <support/refused_by_kpu.hpp>

#include <incuse/model/software.hpp>

using namespace incuse;

struct Net : Network<Input<3, 16, 16>, Conv2d<4, kernel<1>>, Upsample<1000, as<"huge">>> {};

constexpr auto& image = RefusedByKpu<Net>::image;
