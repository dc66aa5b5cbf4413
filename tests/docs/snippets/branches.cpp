#include <incuse/incuse.hpp>
#include <incuse/k210/deployment.hpp>

using namespace incuse;

#include SNIPPET

using Net = Network<Input<8, 16, 16>, Joined, Conv2d<8, kernel<1>>, Skipped, Sum>;
static_assert(graph_of<Net>().last().out == Shape{8, 16, 16});
using Cpu = Network<Input<8, 16, 16>, WrittenDown>;
static_assert(graph_of<Cpu>().last().out == Shape{16, 16, 16});

int main() {}
