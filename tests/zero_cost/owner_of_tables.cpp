// The file that owns the tables of a deployment: weights and biases, each once.
// rodata: 71000
// rodata at most: 73000
#include <incuse/max7800x/tables_owner.hpp>

#include <examples/fashion_mnist/fashion_net.hpp>
#include <examples/fashion_mnist/fashion_parameters.hpp>

using namespace incuse::max7800x;
using Owner = incuse::Deployment<fashion::FashionNet, incuse::max78000, fashion::fashion_parameters>;
template struct incuse::max7800x::OwnedTables<Owner>;
