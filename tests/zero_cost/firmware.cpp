// A firmware-like program: a network's description as a constant table that the program hands to a driver.
// rodata: 64
#include <incuse/model/network.hpp>

using namespace incuse;

struct TinyNet : Network<Input<1, 8, 8>, Conv2d<4, kernel<3>, pad<1>, ReLU>, Flatten, Linear<10, wide>> {};

void load(const unsigned char* bytes, unsigned size);

void start() { load(reinterpret_cast<const unsigned char*>(&graph_of<TinyNet>()), sizeof(graph_of<TinyNet>())); }
