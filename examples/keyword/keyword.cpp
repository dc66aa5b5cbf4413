// A network that spots keywords in 128 frames of 64 features: one-dimensional convolutions, residuals, and branches
// that look at short and at long pieces of the recording. Nothing in it says where anything lies.
//
//     keyword [PICTURE.svg]     shows the plan as text, and writes it as a picture
#include <examples/planned_network.hpp>

namespace {

using namespace incuse;

template <int Channels>
using Block = Residual<Conv1d<Channels, kernel<3>, pad<1>, bias, ReLU>, Conv1d<Channels, kernel<3>, pad<1>, bias>>;
/// The same recording, looked at through windows of 1, 3 and 5 frames.
template <int Channels>
using ShortAndLong =
    Concat<Branch<Conv1d<Channels, kernel<1>, bias, ReLU>>, Branch<Conv1d<Channels, kernel<3>, pad<1>, bias, ReLU>>,
           Branch<Conv1d<Channels, kernel<5>, pad<2>, bias, ReLU>>>;

// clang-format off
struct KeywordNet : Network<
    Input<64, 128>,
    Conv1d<48, kernel<1>, bias, ReLU>,
    Block<48>,
    Fused<MaxPool1d<2>, Conv1d<48, kernel<3>, pad<1>, bias, ReLU>>,
    ShortAndLong<16>,
    Conv1d<48, kernel<1>, bias, ReLU>,
    Block<48>,
    Fused<MaxPool1d<2>, Conv1d<64, kernel<3>, pad<1>, bias, ReLU>>,
    ShortAndLong<16>,
    Conv1d<64, kernel<1>, bias, ReLU>,
    Fused<AvgPool1d<4>, Conv1d<32, kernel<1>, bias, ReLU>>,
    Flatten,
    Linear<21, wide>> {};
// clang-format on

}  // namespace

int main(int argc, char** argv) { return examples::show_plan<KeywordNet>("KeywordNet", argc, argv); }
