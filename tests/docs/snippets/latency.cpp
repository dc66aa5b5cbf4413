#include "fashion_net.hpp"
#include "fashion_parameters.hpp"

using Chip = incuse::Deployment<fashion::FashionNet, incuse::max78000, fashion::fashion_parameters>;

#include SNIPPET

int main() {}
