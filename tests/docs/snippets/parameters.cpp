#include <incuse/incuse.hpp>

using namespace incuse;

#include SNIPPET

static_assert(parameters::layers[0].weight.rank == 4);
static_assert(parameters::layers[1].weight.rank == 4);

int main() {}
