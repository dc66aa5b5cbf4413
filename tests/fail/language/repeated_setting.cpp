// Options of a deployment that are given twice, or contradict each other; the network is looked at as well.
// expect-gcc: \[repeated_setting\] two options of a deployment repeat or contradict each other \(overlap_data and overlap_data\); leave one out
// expect-gcc: \(strict and accept_warnings\); leave one out
// expect: \[kernel_size\]
// expect-clang: \[repeated_setting\] two options of a deployment repeat or contradict each other; leave one out
// expect-clang14: facts::network.*facts::part<'o', 'v', 'e', 'r'
// expect-clang19: the network \(strict and
// errors: 3
#include <support/refused.hpp>

using namespace incuse;
using namespace incuse::max7800x;

struct Net : Network<Input<3, 8, 8>, Conv2d<4, kernel<5>, pad<2>>> {};

constexpr auto& image = Refused<Net, overlap_data, strict, overlap_data, accept_warnings>::image;
