// expect-clang: \[unknown_source\] from<> names a layer that does not exist or stands later in the network; correct the name
// expect-clang14: facts::layer<1>.*facts::name<'s', 'e', 'c', 'o', 'n', 'd'>.*facts::part<'f', 'r', 'i', 's', 't'>
// expect-gcc: layer 1 \(second\): from<> names a layer that does not exist or stands later in the network \(frist\); correct the name
// expect-clang19: layer 1 \(second\) \(frist\)
// errors: 1
#include <incuse/incuse.hpp>

using namespace incuse;

struct Net
    : Network<Input<3, 8, 8>, Conv2d<4, kernel<1>, as<"first">>, Conv2d<4, kernel<1>, as<"second">, from<"frist">>> {};

constexpr auto& graph = graph_of<Net>();
