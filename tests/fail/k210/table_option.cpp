// expect-clang: \[table_option\] the layer's tables say already what this option says; leave it out, or give the network parameters that become tables \(layers, real_layers\)
// expect-gcc: \[table_option\] layer 0 \(c\): the layer.+s tables say already what this option says \(bias\); leave it out, or give the network parameters that become tables \(layers, real_layers\)
// expect-clang14: facts::layer<0>.*facts::name<'c'>.*facts::part<'b', 'i', 'a', 's'>.*facts::on<.*k210_kpu>
// expect-clang19: layer 0 \(c\) \(bias\)
// errors: 1
#include <support/refused_by_kpu.hpp>

#include <incuse/k210/tables/table_networks.hpp>

using namespace incuse;

struct Net : Network<Input<1, 8, 8>, Conv2d<1, kernel<1>, bias, as<"c">>> {};

struct Trained {
  alignas(128) static constexpr std::uint8_t weights[1]{3};
  alignas(128) static constexpr std::uint64_t batch_norm[1]{encode(k210::BatchNorm{1, 0, 5})};
  alignas(256) static constexpr k210::ActivationBytes activation = encode(k210::activation_of({0, false}));
  static constexpr k210::LayerTables table_layers[] = {
      {.name = "c", .weights = weights, .batch_norm = batch_norm, .activation = &activation}};
};

constexpr auto& image = Deployment<Net, k210_kpu, Trained>::image;
