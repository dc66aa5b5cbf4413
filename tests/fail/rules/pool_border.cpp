// expect: \[pool_border\] pooling windows begin at column 0 and lie within their tensor; leave out same and column<>
// expect: facts::layer<1>.*facts::name<'p'>.*facts::on<.*max78000>
// expect-gcc: layer 1 \(p\): pooling windows begin at column 0 and lie within their tensor; leave out same and column<>
// errors: 1
#include "../any_parameters.hpp"

using namespace incuse;

struct Net : Network<Input<3, 8, 8>, Conv2d<4, kernel<3>, pad<1>>, MaxPool2d<2, stride<1>, same, as<"p">>> {};

constexpr auto& image = Refused<Net>::image;
