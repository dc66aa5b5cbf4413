// The firmware of the Fashion-MNIST example: 71,148 bytes of weights, with addresses and lengths of their records.
// rodata: 72000
#include <examples/fashion_mnist/fashion_net.hpp>
#include <examples/fashion_mnist/fashion_parameters.hpp>
#include "replay.hpp"

void load_and_start_network() {
  load_and_start<incuse::Deployment<fashion::FashionNet, incuse::max78000, fashion::fashion_parameters>>();
}
