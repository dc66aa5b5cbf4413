// A layer where options of the deployment stand.
// expect-gcc: \[no_option\] this is no option of a deployment \(MaxPool2d<.*; leave it out: layers and their options belong into the network
// expect-clang: \[no_option\] this is no option of a deployment; leave it out: layers and their options belong into the network
// expect-clang14: facts::network.*facts::part<'M', 'a', 'x'
// expect-clang19: the network \(MaxPool2d<
// errors: 1
#include <support/refused.hpp>

using namespace incuse;

struct Net : Network<Input<3, 32, 32>, Conv2d<16, kernel<3>, pad<1>>> {};

constexpr auto& image = Refused<Net, MaxPool2d<2>>::image;
