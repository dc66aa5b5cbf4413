#include <incuse/incuse.hpp>

using namespace incuse;

#include SNIPPET

using Net = Network<Input<3, 16, 16>, Conv2d<8, kernel<3>, pad<1>, as<"a">>, Conv2d<8, kernel<3>, pad<1>, as<"b">>,
                    Pooled, Conv2d<8, kernel<1>, from<"a">, as<"c">>, Added, Convolved>;
static_assert(graph_of<Net>().last().out == Shape{8, 4, 4});

int main() {}
