// expect: \[unknown_source\] from<> names a layer that does not exist or stands later in the network; correct the name
// expect: facts::layer<1>.*facts::name<'f', 'r', 'i', 's', 't'>
// expect-gcc: layer 1 \(frist\): from<> names a layer that does not exist or stands later in the network; correct the name
// errors: 1
#include <incuse/incuse.hpp>

using namespace incuse;

struct Net : Network<Input<3, 8, 8>, Conv2d<4, kernel<1>, as<"first">>, Conv2d<4, kernel<1>, from<"frist">>> {};

constexpr auto& graph = graph_of<Net>();
