// The driver's life on the chip. It compiles here; the addresses are the chip's.
#include "fashion_net.hpp"
#include "fashion_parameters.hpp"

using Net = fashion::FashionNet;
using parameters = fashion::fashion_parameters;

namespace {

constexpr int pixels = 28 * 28;
signed char picture[pixels];
void take(signed char (&values)[pixels]) { values[0] = 1; }
bool use(const int (&logits)[10]) { return logits[0] > logits[1]; }

}  // namespace

// Only a real main ends with 0 by itself.
#pragma GCC diagnostic ignored "-Wreturn-type"
#define main program
#include SNIPPET
#undef main

int main() {}
