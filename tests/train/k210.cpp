// A network for the K210 is trained in real numbers: incuse_train_k210 HEADER writes its parameters, which
// k210_chip.cpp deploys. Ends with 1 if the model and the executor of real numbers differ, or if it has not learned.
#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdio>
#include <exception>
#include <fstream>
#include <stdexcept>
#include <string>
#include <vector>

#include <incuse/train/k210.hpp>
#include <incuse/train/random.hpp>
#include <incuse/train/trainer.hpp>

#include "k210_net.hpp"

namespace {

using namespace incuse;

/// Random parameters, those of batch norm as well.
void randomise(train::Model& model) {
  train::RandomStream random(3);
  std::vector<NamedTensor> state = model.state();
  for (NamedTensor& tensor : state) {
    const bool variance = tensor.name.find("running_var") != std::string::npos;
    if (tensor.name.find(".op.") == std::string::npos && tensor.name.find(".bn.") == std::string::npos) continue;
    for (float& value : tensor.values) value = static_cast<float>(variance ? 0.5 + random.real() : random.real() - 0.4);
  }
  model.load(state);
}

/// Layers of all kinds that training knows, for the comparison.
// clang-format off
struct Kinds : Network<Input<4, 9, 8>,
    Conv2d<8, kernel<3>, pad<1>, pad_value<1>, Hardswish, bias>,
    AvgPool2d<2, stride<2>, same_padding>, Dequantize<as<"map">>,
    ChannelShuffle<2>, Pad<0, 1, 0, 1>,
    Conv2d<8, kernel<3>, stride<2>, pad<1>, conv_groups<2>, Tanh, bias, on_cpu>,
    ConvTranspose2d<6, kernel<3>, stride<2>, pad<1>, output_pad<1>, bias, on_cpu>,
    MaxPool2d<3, stride<2>, border<1, 0, 1, 0>, on_cpu>, Upsample<2>, Transpose<0, 2, 1>,
    Apply<Sigmoid, as<"gate">>, Reduce<Reduction::max, dims<1>, as<"most">>,
    Combine<Pairing::multiply, from<"gate", "most">>, SpaceToDepth<2>, ChannelsLast<>,
    Linear<5, bias, on_cpu>, L2Normalize<>> {};
// clang-format on

/// The greatest difference of all layers' outputs from the executor's, in parts of their size.
template <class Net>
double difference(bool batch_norm) {
  train::ModelOptions options;
  options.arithmetic = train::Arithmetic::real;
  options.batch_norm = batch_norm;
  train::Model model(train::network_of<Net>("kinds"), options);
  randomise(model);
  train::Samples samples;
  samples.shape = model.network().input;
  train::RandomStream random(4);
  for (int i = 0; i < 3 * samples.shape.elements(); ++i)
    samples.values.push_back(static_cast<std::int8_t>(random.below(256) - 128));
  samples.labels.resize(3);
  const train::K210Network chip(model, samples);
  auto executor = chip.executor();
  const std::vector<float> values = chip.real_values(samples);
  const Shape shape = samples.shape;
  const std::vector<NamedTensor> outputs =
      model.layer_outputs({"", {3, shape.channels, shape.height, shape.width}, values});
  double most = 0;
  for (std::size_t n = 0; n < 3; ++n) {
    executor.run(values.data() + n * samples.elements());
    for (int i = 0; i < chip.graph().size; ++i) {
      if (chip.graph()[i].software == Software::softmax) continue;  // a part of the loss
      const std::vector<float> expected = executor.output_of(i);
      const float* const own = outputs[static_cast<std::size_t>(i)].values.data() + n * expected.size();
      for (std::size_t k = 0; k < expected.size(); ++k)
        most = std::max(most, std::fabs(static_cast<double>(own[k]) - static_cast<double>(expected[k])) /
                                  std::max(1.0, std::fabs(static_cast<double>(expected[k]))));
    }
  }
  return most;
}

int run(const char* header) {
  for (const bool batch_norm : {false, true}) {
    const double far = std::max(difference<Kinds>(batch_norm), difference<test::StripeNet>(batch_norm));
    std::printf("model and executor of real numbers differ by %.1e\n", far);
    if (!(far < 1e-4)) return 1;
  }
  const train::Samples training = train::read_samples(test::Stripes(1200, 1)),
                       others = train::read_samples(test::Stripes(400, 2));
  train::ModelOptions options;
  options.arithmetic = train::Arithmetic::real;
  options.batch_norm = true;
  train::Model model(train::network_of<test::StripeNet>("stripenet"), options);
  train::Settings settings;
  settings.epochs = 6;
  settings.batch = 32;
  settings.threads = 1;
  train::Trainer trainer(model, settings);
  trainer.fit(training, others);
  const double accuracy = trainer.evaluate(others).accuracy;
  std::printf("in real numbers %.2f %% of 400 are right\n", 100 * accuracy);
  std::ofstream(header) << "// Written by tests/train/k210.cpp.\n"
                        << train::K210Network(model, training).source("Trained");
  return accuracy >= 0.95 ? 0 : 1;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 2) return 2;
  try {
    return run(argv[1]);
  } catch (const std::exception& problem) {
    std::fprintf(stderr, "%s\n", problem.what());
    return 2;
  }
}
