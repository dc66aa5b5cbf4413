#ifdef USE_SINGLE_HEADER
#include <incuse.hpp>
#else
#include <incuse/incuse.hpp>
#endif

#include <cstdio>

struct TinyNet : incuse::Network<incuse::Input<1, 8, 8>, incuse::Conv2d<4, incuse::kernel<3>, incuse::pad<1>>> {};

static_assert(incuse::graph_of<TinyNet>().size == 1);

int main() { std::printf("Incuse %d.%d.%d\n", INCUSE_VERSION_MAJOR, INCUSE_VERSION_MINOR, INCUSE_VERSION_PATCH); }
