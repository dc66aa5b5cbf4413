// A residual network for pictures of 32 x 32 pixels, as for CIFAR-10. Nothing in it says where anything lies: the
// compiler places its tensors, and puts in the copies that the chip needs beside a residual.
//
//     residual [PICTURE.svg]     shows the plan as text, and writes it as a picture
#include <examples/planned_network.hpp>

namespace {

using namespace incuse;

template <int Channels>
using Block = Residual<Conv2d<Channels, kernel<3>, pad<1>, bias, ReLU>, Conv2d<Channels, kernel<3>, pad<1>, bias>>;
template <int Channels>
using Downsample = Fused<MaxPool2d<2>, Conv2d<Channels, kernel<3>, pad<1>, bias, ReLU>>;

// clang-format off
struct CifarResNet : Network<
    Input<3, 32, 32>,
    Conv2d<16, kernel<3>, pad<1>, bias, ReLU>,
    Block<16>, Block<16>,
    Downsample<32>,
    Block<32>, Block<32>,
    Downsample<64>,
    Block<64>, Block<64>,
    Fused<AvgPool2d<2>, Conv2d<32, kernel<1>, bias, ReLU>>,
    Flatten,
    Linear<10, wide>> {};
// clang-format on

}  // namespace

int main(int argc, char** argv) { return examples::show_plan<CifarResNet>("CifarResNet", argc, argv); }
