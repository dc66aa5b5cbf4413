// expect-clang: \[repeated_name\] two layers have the same name; rename one of them
// expect-clang14: facts::layer<1>.*facts::name<'s', 'a', 'm', 'e'>
// expect-gcc: layer 1 \(same\): two layers have the same name; rename one of them
// expect-clang19: layer 1 \(same\)
// errors: 1
#include <incuse/incuse.hpp>

using namespace incuse;

struct Net : Network<Input<3, 8, 8>, Conv2d<4, kernel<1>, as<"same">>, Conv2d<4, kernel<1>, as<"same">>> {};

constexpr auto& graph = graph_of<Net>();
