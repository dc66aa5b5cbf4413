// The loop, its files and its data. Nothing here sees libtorch.
#include <algorithm>
#include <cmath>
#include <cstddef>
#include <filesystem>
#include <fstream>
#include <functional>
#include <map>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include <doctest/doctest.h>

#include <incuse/host/average_precision.hpp>
#include <incuse/host/run.hpp>
#include <incuse/import/tensor_files.hpp>
#include <incuse/train/augmented.hpp>
#include <incuse/train/data/csv.hpp>
#include <incuse/train/data/idx.hpp>
#include <incuse/train/data/npy.hpp>
#include <incuse/train/data/pictures.hpp>
#include <incuse/train/data/sounds.hpp>
#include <incuse/train/detection_loss.hpp>
#include <incuse/train/group.hpp>
#include <incuse/train/learning_rate.hpp>
#include <incuse/train/log.hpp>
#include <incuse/train/plots.hpp>
#include <incuse/train/policy_file.hpp>
#include <incuse/train/pruning.hpp>
#include <incuse/train/schedule_file.hpp>
#include <incuse/train/trainer.hpp>

#include <support/temporary_folder.hpp>
#include "bars.hpp"

namespace {

using namespace incuse;

// Integers ------------------------------------------------------------------------------------------------------------

/// Random parameters of all sizes, so that shifts differ and many values are clipped.
void randomise(train::Model& model, train::RandomStream random) {
  std::vector<NamedTensor> state = model.state();
  for (NamedTensor& tensor : state) {
    const bool parameter = tensor.name.find(".op.") != std::string::npos;
    const double size = std::exp2(random.below(5) - 3);
    for (float& value : tensor.values)
      if (parameter) value = static_cast<float>(size * (2 * random.real() - 1));
  }
  model.load(state);
}

/// The first difference between a quantised model and the executor, with random parameters and inputs.
std::string compare_with_executor(const train::Network& network, bool average_pool_rounding) {
  constexpr int inputs = 16;
  train::ModelOptions options;
  options.average_pool_rounding = average_pool_rounding;
  train::Model model(network, options);
  const train::RandomStream random(7);
  randomise(model, random);
  model.start_quantisation();
  NamedTensor batch{"", {inputs, network.input.channels, network.input.height, network.input.width}, {}};
  train::RandomStream values(8);
  for (int i = 0; i < inputs * network.input.elements(); ++i)
    batch.values.push_back(static_cast<float>(values.below(256) - 128) / 128);
  const std::vector<float> outputs = model.forward(batch).values;

  train::QuantisedParameters parameters = model.parameters();
  const auto graph = train::graph_of_network(model.network());
  max7800x::Options deployment;
  deployment.average_pool_rounding = average_pool_rounding;
  host::Executor<decltype(graph)::capacity> executor(graph, parameters.view(), deployment);
  if (!executor.ready()) return executor.problem();
  const Layer& last = graph.last();
  const float unit = std::ldexp(1.0F, last.wide ? 6 + last.weight_bits : 7);
  std::size_t at = 0, distinct = 0;
  for (int i = 0; i < inputs; ++i) {
    std::vector<int> input;
    for (int k = 0; k < network.input.elements(); ++k)
      input.push_back(static_cast<int>(batch.values[static_cast<std::size_t>(i * network.input.elements() + k)] * 128));
    executor.set_input(input.data());
    executor.run();
    for (const int expected : executor.output_of(graph.size - 1)) {
      const float own = outputs[at++] * unit;
      if (own != static_cast<float>(expected))
        return "output " + std::to_string(at - 1) + " is " + std::to_string(own) + ", on the chip " +
               std::to_string(expected);
      distinct += expected != 0;
    }
  }
  return at == outputs.size() && distinct > at / 8 ? "" : "there is nothing to compare";
}

// clang-format off
struct Plain : Network<Input<3, 9, 8>, Conv2d<5, kernel<3>, pad<1>, ReLU, bias>,
    Conv2d<4, kernel<1>, Abs, bias, bits<4>>,
    Conv2d<6, kernel<3>, pad<2>, bits<2>, bias>, Flatten, Linear<7, wide, bias>> {};
struct Pools : Network<Input<4, 12, 12>, Fused<MaxPool2d<2>, Conv2d<4, kernel<3>, pad<1>, bias>>,
    Fused<AvgPool2d<3, stride<1>>, Conv2d<4, kernel<1>>>, AvgPool2d<2>, MaxPool2d<2, stride<1>>> {};
struct Means : Network<Input<3, 8, 8>, AvgPool2d<2>, AvgPool2d<Window{2, 1}>> {};
struct OneDimension : Network<Input<4, 24>, Conv1d<6, kernel<5>, pad<2>, ReLU, bias>,
    Fused<MaxPool1d<2>, Conv1d<5, kernel<3>, dilation<2>, Abs>>, Fused<AvgPool1d<2>, Conv1d<4, kernel<1>, bias>>,
    Flatten, Linear<3, wide, bits<4>>> {};
struct Transposed : Network<Input<3, 5, 4>, ConvTranspose2d<4, kernel<3>, pad<1>, output_pad<1>, ReLU, bias>,
    Fused<MaxPool2d<2>, ConvTranspose2d<2, kernel<3>, pad<1>, output_pad<1>, bits<4>>>> {};
struct Depthwise : Network<Input<6, 7, 7>, DepthwiseConv2d<kernel<3>, pad<1>, ReLU, bias>,
    Conv2d<4, kernel<1>, bias>> {};
struct Sums : Network<Input<4, 6, 6>, Conv2d<4, kernel<3>, pad<1>, as<"a">>, Conv2d<4, kernel<1>, bias, as<"b">>,
    Conv2d<4, kernel<1>, as<"c">>, Add<from<"a", "b", "c">, as<"sum">>, Sub<from<"sum", "a", "b", "input">, as<"less">>,
    Fused<MaxPool2d<2>, Add<from<"less", "a">>, Conv2d<3, kernel<1>, wide>>> {};
struct Bits : Network<Input<3, 5, 5>, Conv2d<3, kernel<1>, as<"a">>, Conv2d<3, kernel<3>, pad<1>, bias, as<"b">>,
    BitwiseXor<from<"a", "b">, as<"x">>, BitwiseOr<from<"x", "a", "input">>> {};
struct Joined : Network<Input<2, 6, 6>, Conv2d<3, kernel<3>, pad<1>, ReLU, as<"a">>,
    Conv2d<5, kernel<1>, bias, as<"b">>,
    Conv2d<4, kernel<1>, from<"a", "b", "input">>, Residual<Conv2d<4, kernel<3>, pad<1>>>> {};
struct GivenShift : Network<Input<3, 6, 6>, Conv2d<4, kernel<3>, pad<1>, shift<-2>, bias>,
    Conv2d<2, kernel<1>, shift<1>>> {};
struct Cropped : Network<Input<3, 8, 6>, Conv2d<4, kernel<3>, pad<1>, crop<1, 2>>,
    Conv1d<3, kernel<3>, view<12, 10>>> {};
// clang-format on

}  // namespace

TEST_CASE("train: a quantised model computes the chip's integers") {
  const std::vector<train::Network> networks = {
      train::network_of<Plain>(),        train::network_of<Pools>(),      train::network_of<Means>(),
      train::network_of<OneDimension>(), train::network_of<Transposed>(), train::network_of<Depthwise>(),
      train::network_of<Sums>(),         train::network_of<Bits>(),       train::network_of<Joined>(),
      train::network_of<GivenShift>(),   train::network_of<Cropped>()};
  for (std::size_t i = 0; i < networks.size(); ++i)
    for (const bool rounding : {false, true}) {
      INFO("network ", i, ", rounding ", rounding);
      CHECK(compare_with_executor(networks[i], rounding) == "");
    }
}

TEST_CASE("train: what cannot be trained is refused with its layer") {
  struct Buffered
      : Network<Input<3, 9, 9>, RollingBuffer<4, 3>, Conv2d<4, kernel<3>, ReLU>, ShiftBuffer<1>,
                Fused<MaxPool2d<7>, Conv2d<4, kernel<1>, buffer_insert<1>>>, Conv1d<2, kernel<3>, from<"buffer">>> {};
  CHECK_THROWS_WITH_AS(train::Model(train::network_of<Buffered>()),
                       "layer 1 (layer1) cannot be trained: it reads or writes a rolling buffer",
                       std::invalid_argument);
  struct NoBias : Network<Input<1, 4, 4>, Conv2d<2, kernel<1>, as<"first">>> {};
  train::ModelOptions options;
  options.batch_norm = true;
  CHECK_THROWS_WITH_AS(train::Model(train::network_of<NoBias>(), options),
                       "layer 0 (first) needs a bias: batch norm becomes one when it is folded", std::invalid_argument);
  train::Model model(train::network_of<NoBias>());
  train::Policy policy;
  policy.overrides["second"] = 4;
  CHECK_THROWS_WITH_AS(model.start_quantisation(policy), "the policy names 'second', which is no layer with weights",
                       std::invalid_argument);
  CHECK_THROWS_WITH_AS(model.load({{"first.op.weight", {1}, {1}}}),
                       "'first.op.weight' has another shape than the network needs", std::invalid_argument);
}

// The loop ------------------------------------------------------------------------------------------------------------

namespace {

using test::Bars;
using test::Small;

train::Settings small_settings() {
  train::Settings settings;
  settings.epochs = 6;
  settings.batch = 32;
  settings.rate = 0.01;
  settings.policy.start_epoch = 3;
  settings.policy.overrides["conv2"] = 4;
  settings.augmentation.noise = 4;
  settings.augmentation.flip = true;
  settings.threads = 1;
  return settings;
}

train::ModelOptions small_options() {
  train::ModelOptions options;
  options.batch_norm = true;
  options.dropout = 0.1;
  return options;
}

bool same_state(const train::Model& a, const train::Model& b) {
  const std::vector<NamedTensor> first = a.state(), second = b.state();
  bool same = first.size() == second.size();
  for (std::size_t i = 0; same && i < first.size(); ++i)
    same = first[i].name == second[i].name && first[i].values == second[i].values;
  return same;
}

}  // namespace

TEST_CASE("train: a network learns, is quantised, and the executor agrees on every sample") {
  const train::Samples samples = train::read_samples(Bars(960, 1)), test = train::read_samples(Bars(300, 2));
  train::Model model(train::network_of<Small>("small"), small_options());
  train::Trainer trainer(model, small_settings());
  const std::vector<train::EpochReport> reports = trainer.fit(samples, test);
  REQUIRE(reports.size() == 6);
  CHECK(!reports[2].quantised);
  CHECK(reports[3].quantised);
  CHECK(reports[3].best);  // results without rounding do not count any more
  CHECK(reports.back().validation.accuracy > 0.95);
  CHECK(reports.back().training.loss < reports.front().training.loss);
  CHECK(model.network()[1].weight_bits == 4);

  train::QuantisedParameters parameters = model.parameters();
  const auto graph = train::graph_of_network(model.network());
  host::Executor<decltype(graph)::capacity> executor(graph, parameters.view());
  REQUIRE(executor.ready());
  const std::vector<float> outputs = trainer.outputs(test);
  int different = 0;
  for (std::size_t i = 0; i < test.size(); ++i) {
    executor.set_input(test.sample(i));
    executor.run();
    const std::vector<int> integers = executor.output_of(graph.size - 1);
    for (std::size_t k = 0; k < 3; ++k) different += static_cast<float>(integers[k]) != outputs[3 * i + k] * (1 << 14);
  }
  CHECK(different == 0);
}

TEST_CASE("train: resumed training gives the same bits") {
  const train::Samples samples = train::read_samples(Bars(200, 1));
  for (const train::OptimiserKind kind :
       {train::OptimiserKind::sgd, train::OptimiserKind::adam, train::OptimiserKind::adamw})
    for (const int stop : {2, 4}) {  // before quantisation starts, and behind it
      INFO("optimiser ", static_cast<int>(kind), ", stopped behind epoch ", stop);
      const test::TemporaryFolder folder;
      train::Settings settings = small_settings();
      settings.optimiser = kind;
      train::Model whole(train::network_of<Small>(), small_options());
      train::Trainer(whole, settings).fit(samples, {});

      settings.folder = folder.text();
      train::Model stopped(train::network_of<Small>(), small_options());
      train::Trainer(stopped, settings).fit(samples, {}, {{}, [&](const train::EpochReport& report) {
                                                            return report.epoch + 1 < stop;
                                                          }});
      CHECK(!same_state(whole, stopped));
      train::ModelOptions other_start = small_options();
      other_start.seed = 99;
      train::Model resumed(train::network_of<Small>(), other_start);
      train::Trainer trainer(resumed, settings);
      trainer.resume(folder.file("last.pth.tar"));
      CHECK(trainer.fit(samples, {}).size() == static_cast<std::size_t>(6 - stop));
      CHECK(same_state(whole, resumed));
    }
}

TEST_CASE("train: checkpoints have the reference's names, and other readers take them") {
  const test::TemporaryFolder folder;
  train::Model model(train::network_of<Small>("ai85small"), small_options());
  train::Trainer trainer(model, small_settings());
  trainer.fit(train::read_samples(Bars(64, 1)), {});
  const std::string file = folder.file("last.pth.tar");
  trainer.save(file);
  const import::NamedTensors read = import::read_tensors(file);
  REQUIRE(read.ok());
  CHECK(read.arch == "ai85small");
  CHECK(read.epoch == 5);
  const std::vector<NamedTensor> state = model.state();
  REQUIRE(read.tensors.size() == state.size());
  for (std::size_t i = 0; i < state.size(); ++i) {
    CHECK(read.tensors[i].name == state[i].name);
    CHECK(read.tensors[i].values == state[i].values);
  }
  CHECK_THROWS_AS(trainer.save(folder.file("none/last.pth.tar")), std::runtime_error);
  std::ofstream(folder.file("other.pth.tar")) << "PK";
  CHECK_THROWS_AS(trainer.resume(folder.file("other.pth.tar")), std::runtime_error);
}

TEST_CASE("train: early stopping counts from the first epoch with rounding") {
  train::Settings settings = small_settings();
  settings.epochs = 12;
  settings.patience = 2;
  settings.rate = 1e-9;  // nothing gets better
  settings.augmentation = {};
  train::Model model(train::network_of<Small>());
  CHECK(train::Trainer(model, settings).fit(train::read_samples(Bars(60, 1)), {}).size() == 6);
}

TEST_CASE("train: mean squared error learns targets") {
  struct Regression
      : Network<Input<1, 8, 8>, Conv2d<4, kernel<3>, pad<1>, ReLU, bias>, Flatten, Linear<1, wide, bias>> {};
  train::Samples samples = train::read_samples(Bars(240, 3));
  for (const int label : samples.labels) samples.targets.push_back(label == 2 ? -0.5F : 0.5F);
  train::Settings settings = small_settings();
  settings.policy.overrides.clear();
  settings.epochs = 16;
  settings.policy.start_epoch = 12;
  settings.loss = train::LossKind::mean_squared_error;
  train::Model model(train::network_of<Regression>());
  const std::vector<train::EpochReport> reports = train::Trainer(model, settings).fit(samples, {});
  CHECK(reports.back().validation.loss < 0.05);
  CHECK(reports.back().validation.loss < reports.front().training.loss);
}

namespace {

// clang-format off
struct Prunable : Network<Input<3, 8, 8>, Conv2d<8, kernel<3>, pad<1>, ReLU, bias, as<"a">>,
    DepthwiseConv2d<kernel<3>, pad<1>, ReLU, bias, as<"b">>, Conv2d<8, kernel<1>, bias, as<"c">>,
    Add<from<"b", "c">, as<"sum">>, Fused<MaxPool2d<2>, Conv2d<12, kernel<3>, pad<1>, ReLU, bias, as<"d">>>,
    ConvTranspose2d<8, kernel<3>, pad<1>, output_pad<1>, ReLU, bias, as<"e">>,
    Conv2d<6, kernel<1>, bias, from<"e", "sum">, as<"f">>, Flatten, Linear<3, wide, bias, as<"fc">>> {};
// clang-format on

/// Half of the channels, rounded up to a multiple of 4, are what is left of `count`.
int left_of(int count) { return std::min(count, (count / 2 + 3) / 4 * 4); }

/// Sets the first odd channels of a layer to 0, as many as pruning takes.
void empty_channels(const train::Network& network, NamedTensor& tensor) {
  for (int i = 0; i < network.size(); ++i) {
    const Layer& layer = network[i];
    const int channels = layer.out.channels;
    if (tensor.name.find(network.name(i) + ".op.") != 0 || layer.wide) continue;
    const bool transposed = layer.op == Operator::conv_transpose2d && tensor.shape.size() > 1;
    const auto each = static_cast<int>(tensor.values.size()) / (transposed ? tensor.shape[0] : 1) / channels;
    for (std::size_t k = 0; k < tensor.values.size(); ++k)
      if (const int c = static_cast<int>(k) / each % channels; c % 2 == 1 && c / 2 < channels - left_of(channels))
        tensor.values[k] = 0;
  }
}

}  // namespace

namespace {

/// Each sample has a bright square, small or large, somewhere on noise.
struct Squares : train::Dataset {
  std::size_t size() const override { return 400; }
  Shape shape() const override { return {1, 16, 16}; }
  int label(std::size_t) const override { return -1; }
  bool has_boxes() const override { return true; }
  std::vector<host::LabelledBox> boxes(std::size_t index) const override {
    train::RandomStream random(2, 0, index);
    const int large = random.below(2), side = large ? 7 : 4;
    const int x = random.below(17 - side), y = random.below(17 - side);
    const auto part = [](int pixels) { return static_cast<float>(pixels) / 16; };
    return {{{part(x), part(y), part(side), part(side)}, large}};
  }
  void read(std::size_t index, std::int8_t* values) const override {
    train::RandomStream random(2, 1, index);
    const host::Box box = boxes(index)[0].box;
    for (int i = 0; i < 256; ++i) {
      const float x = static_cast<float>(i % 16) / 16, y = static_cast<float>(i / 16) / 16;
      const bool inside = x >= box.left && x < box.right() && y >= box.top && y < box.bottom();
      values[i] = static_cast<std::int8_t>(random.below(60) + (inside ? 40 : -100));
    }
  }
};
/// A grid of 4 x 4 cells, one anchor, two classes.
// clang-format off
struct SquareNet : Network<Input<1, 16, 16>, Conv2d<8, kernel<3>, pad<1>, ReLU, bias>,
    Fused<MaxPool2d<2>, Conv2d<16, kernel<3>, pad<1>, ReLU, bias>>,
    Fused<MaxPool2d<2>, Conv2d<16, kernel<3>, pad<1>, ReLU, bias>>, Conv2d<7, kernel<1>, wide, bias>> {};
// clang-format on

train::Settings square_settings() {
  train::Settings settings;
  settings.epochs = 12;
  settings.batch = 20;
  settings.rate = 0.01;
  settings.policy.start_epoch = 8;
  settings.loss = train::LossKind::detection;
  settings.detection.classes = 2;
  settings.detection.anchors = {{1.4F, 1.4F}};
  settings.augmentation.flip = true;
  return settings;
}

}  // namespace

TEST_CASE("train: a detector finds things with the chip's integers") {
  const train::Samples samples = train::read_samples(Squares());
  train::Model model(train::network_of<SquareNet>(), {.batch_norm = true});
  const train::Settings settings = square_settings();
  train::Trainer trainer(model, settings);
  const std::vector<train::EpochReport> reports = trainer.fit(samples, {});
  CHECK(reports.back().training.loss < reports.front().training.loss / 3);
  CHECK(reports.back().training.accuracy == 0);

  train::QuantisedParameters parameters = model.parameters();
  const auto graph = train::graph_of_network(model.network());
  host::Executor<decltype(graph)::capacity> chip(graph, parameters.view());
  const host::RegionLayer layer = train::region_layer(settings.detection, graph.last().out);
  std::vector<host::DetectedPicture> pictures;
  double loss = 0;
  for (std::size_t i = 0; i < samples.size(); ++i) {
    chip.set_input(samples.sample(i));
    chip.run();
    std::vector<float> values, gradient(static_cast<std::size_t>(layer.values()));
    for (const int value : chip.output_of(graph.size - 1))
      values.push_back(static_cast<float>(value) * model.output_scale());
    host::Detections<20> found;
    host::decode(layer, values.data(), 0.1F, found);
    host::suppress(found, 0.5F);
    pictures.push_back({samples.boxes[i], {found.begin(), found.end()}});
    loss += train::detection_loss(settings.detection, layer, values.data(), samples.boxes[i], gradient.data());
  }
  CHECK(host::mean_average_precision(pictures, 2) > 0.9);
  // The loss that training lowers is that of the chip's integers.
  CHECK(trainer.evaluate(samples).loss == doctest::Approx(loss / static_cast<double>(samples.size())).epsilon(1e-5));

  const std::string picture = train::detections_svg(samples, pictures, 3);
  const auto count = [&](const std::string& what) {
    std::size_t found = 0;
    for (std::size_t at = picture.find(what); at != std::string::npos; at = picture.find(what, at + 1)) ++found;
    return found;
  };
  CHECK(count("data:image/bmp;base64,") == 3);
  CHECK(count("<title>") >= 3);
}

TEST_CASE("train: what does not fit a detection loss is refused") {
  const std::vector<std::size_t> two = {1, 2};
  train::Samples samples = train::chosen(train::read_samples(Squares()), two);
  CHECK(samples.boxes == std::vector{Squares().boxes(1), Squares().boxes(2)});
  train::Model model(train::network_of<SquareNet>());
  const auto problem = [&](const train::Settings& settings, const train::Samples& own) -> std::string {
    try {
      train::Trainer(model, settings).evaluate(own);
    } catch (const std::invalid_argument& error) {
      return error.what();
    }
    return "";
  };
  train::Settings settings = square_settings();
  CHECK(problem(settings, samples) == "");
  settings.detection.classes = 3;
  CHECK(problem(settings, samples) ==
        "the network puts out 7 channels, but a detector with 1 anchors and 3 classes has 8");
  settings.detection.classes = 0;
  CHECK(problem(settings, samples) == "a detector has 1 class or more");
  settings = square_settings();
  samples.boxes[1][0].label = 2;
  CHECK(problem(settings, samples) == "label 2 of a box is none of the detector's 2 classes");
  samples.boxes.clear();
  CHECK(problem(settings, samples) == "the samples have no boxes");
  CHECK_THROWS_WITH_AS(train::Trainer(model, settings).step({"", {1, 1, 16, 16}, std::vector<float>(256)}, {0}),
                       "single steps are for classes", std::invalid_argument);
}

TEST_CASE("train: pruning takes the least channels, and what reads them") {
  const train::Network network = train::network_of<Prunable>("prunable");
  train::Model model(network);
  randomise(model, train::RandomStream(7));
  std::vector<NamedTensor> state = model.state();
  for (NamedTensor& tensor : state) empty_channels(network, tensor);
  model.load(state);
  train::PruningOptions options;
  options.share = 0.5;
  const train::PrunedNetwork pruned = train::prune_channels(network, state, options);
  const auto channels = [](const train::Network& all) {
    std::vector<int> counts;
    for (int i = 0; i < all.size(); ++i) counts.push_back(all[i].out.channels);
    return counts;
  };
  CHECK(channels(pruned.network) == std::vector<int>{4, 4, 4, 4, 8, 4, 4, 3});
  CHECK(pruned.network[1].groups == 4);
  CHECK(pruned.network.arch == "prunable");

  train::Model smaller(pruned.network);
  smaller.load(pruned.state);
  NamedTensor batch{"", {4, 3, 8, 8}, {}};
  train::RandomStream values(8);
  for (int i = 0; i < 4 * 3 * 64; ++i) batch.values.push_back(static_cast<float>(values.below(256) - 128) / 128);
  for (const bool quantised : {false, true}) {
    if (quantised) {
      model.start_quantisation();
      smaller.start_quantisation();
    }
    const std::vector<float> whole = model.forward(batch).values, part = smaller.forward(batch).values;
    REQUIRE(whole.size() == part.size());
    for (std::size_t i = 0; i < whole.size(); ++i) CHECK(part[i] == doctest::Approx(whole[i]).epsilon(1e-5));
  }

  options.kept = {"c"};  // and with it what is added to it
  CHECK(channels(train::prune_channels(network, state, options).network) == std::vector<int>{8, 8, 8, 8, 8, 4, 4, 3});
  options.share = 1;
  CHECK_THROWS_WITH_AS(train::prune_channels(network, state, options), "the share of channels is 0 to below 1",
                       std::invalid_argument);
  options.share = 0.5;
  CHECK_THROWS_WITH_AS(train::prune_channels(network, {}, options), "there are no weights of layer 'a'",
                       std::invalid_argument);
}

TEST_CASE("train: a teacher's answers are learned where labels are wrong") {
  train::Samples samples = train::read_samples(Bars(960, 1));
  const train::Samples test = train::read_samples(Bars(300, 2));
  train::Settings settings = small_settings();
  settings.policy.overrides.clear();
  train::Model teacher(train::network_of<Small>(), small_options());
  train::Settings real = settings;
  real.policy.enabled = false;
  train::Trainer(teacher, real).fit(samples, {});
  const std::vector<NamedTensor> before = teacher.state();

  std::fill(samples.labels.begin(), samples.labels.end(), 0);
  settings.teacher = {&teacher, 2, 1};
  for (const bool weighted : {false, true}) {
    if (weighted) settings.class_weights = {2, 1, 1};
    train::Model student(train::network_of<Small>(), small_options());
    CHECK(train::Trainer(student, settings).fit(samples, test).back().validation.accuracy > 0.9);
  }
  CHECK(teacher.state().front().values == before.front().values);
  settings.teacher.share = 0;  // the labels alone
  train::Model student(train::network_of<Small>(), small_options());
  CHECK(train::Trainer(student, settings).fit(samples, test).back().validation.accuracy < 0.5);

  struct Other : Network<Input<1, 8, 8>, Flatten, Linear<2, wide, bias>> {};
  train::Model other(train::network_of<Other>());
  settings.teacher.model = &other;
  CHECK_THROWS_WITH_AS(train::Trainer(student, settings), "the teacher has other inputs or outputs than the network",
                       std::invalid_argument);
  settings.teacher.share = 2;
  CHECK_THROWS_WITH_AS(train::Trainer(student, settings), "the teacher's share is 0 to 1", std::invalid_argument);
}

TEST_CASE("train: wrong settings and samples are refused with words") {
  train::Model model(train::network_of<Small>());
  train::Settings settings = small_settings();
  settings.batch = 0;
  CHECK_THROWS_WITH_AS(train::Trainer(model, settings), "batch is 1 or more", std::invalid_argument);
  settings = small_settings();
  settings.group.size = 33;
  CHECK_THROWS_WITH_AS(train::Trainer(model, settings), "batch is at least the number of processes",
                       std::invalid_argument);
  settings.group = {2, 2};
  CHECK_THROWS_WITH_AS(train::Trainer(model, settings), "the rank of a process is 0 to below the number of processes",
                       std::invalid_argument);
  settings = small_settings();
  train::Samples samples = train::read_samples(Bars(9, 1));
  samples.labels[4] = 3;
  train::Trainer trainer(model, settings);
  CHECK_THROWS_WITH_AS(trainer.fit(samples, {}), "label 3 is none of the network's 3 classes", std::invalid_argument);
  samples.shape = {1, 4, 16};
  CHECK_THROWS_WITH_AS(trainer.fit(samples, {}), "the samples have another shape than the network reads",
                       std::invalid_argument);
  CHECK_THROWS_WITH_AS(trainer.fit({{1, 8, 8}, {}, {}, {}, {}}, {}), "there are no samples to train with",
                       std::invalid_argument);
}

// What the loop is made of --------------------------------------------------------------------------------------------

TEST_CASE("train: schedules") {
  const auto rate = [](const train::Schedule& schedule, int epoch, int batch = 0) {
    return train::rate_at(schedule, 1, epoch, 10, batch, 5);
  };
  using train::ScheduleKind;
  CHECK(rate({ScheduleKind::constant}, 7) == 1);
  train::Schedule step{ScheduleKind::step};
  step.every = 3;
  step.factor = 0.5;
  CHECK(rate(step, 2) == 1);
  CHECK(rate(step, 3) == 0.5);
  CHECK(rate(step, 9) == 0.125);
  train::Schedule several{ScheduleKind::multi_step};
  several.milestones = {2, 5};
  CHECK(rate(several, 1) == 1);
  CHECK(rate(several, 2) == doctest::Approx(0.1));
  CHECK(rate(several, 9) == doctest::Approx(0.01));
  CHECK(rate({ScheduleKind::cosine}, 0) == 1);
  CHECK(rate({ScheduleKind::cosine}, 5) == doctest::Approx(0.5));
  const train::Schedule cycle{ScheduleKind::one_cycle};
  CHECK(rate(cycle, 0) == doctest::Approx(1.0 / 25));
  CHECK(rate(cycle, 9, 4) == doctest::Approx(1 / 25e4));
  double greatest = 0;
  for (int epoch = 0; epoch < 10; ++epoch)
    for (int batch = 0; batch < 5; ++batch) greatest = std::max(greatest, rate(cycle, epoch, batch));
  CHECK(greatest > 0.98);
  CHECK(greatest <= 1);
}

TEST_CASE("train: augmentation") {
  const Shape shape{2, 3, 4};
  std::vector<std::int8_t> sample;
  for (int i = 0; i < 24; ++i) sample.push_back(static_cast<std::int8_t>(i));
  const auto changed = [&](const train::Augmentation& how, std::uint64_t seed) {
    std::vector<float> out(24);
    train::augment(sample.data(), shape, how, train::RandomStream(seed), out.data());
    for (float& value : out) value *= 128;
    return out;
  };
  std::vector<float> same(sample.begin(), sample.end()), mirrored;
  for (int row = 0; row < 6; ++row)
    for (int x = 3; x >= 0; --x) mirrored.push_back(static_cast<float>(row * 4 + x));
  CHECK(changed({}, 1) == same);
  train::Augmentation flip, shift, noise, crop;
  flip.flip = true;
  int flipped = 0;
  for (std::uint64_t seed = 0; seed < 200; ++seed) {
    const std::vector<float> own = changed(flip, seed);
    CHECK((own == same || own == mirrored));
    flipped += own == mirrored;
  }
  CHECK(flipped > 60);
  CHECK(flipped < 140);
  shift.shift = 1;
  bool moved_down = false;
  for (std::uint64_t seed = 0; seed < 100; ++seed) {
    const std::vector<float> own = changed(shift, seed);
    moved_down = moved_down || (own[0] == -128 && own[3] == -128 && own[4] == 0);
    CHECK(own == changed(shift, seed));
  }
  CHECK(moved_down);
  noise.noise = 5;
  double sum = 0, squares = 0;
  for (std::uint64_t seed = 0; seed < 500; ++seed)
    for (std::size_t i = 0; i < 24; ++i) {
      const double own = static_cast<double>(changed(noise, seed)[i] - same[i]);
      sum += own / 12000;
      squares += own * own / 12000;
    }
  CHECK(std::fabs(sum) < 0.3);
  CHECK(std::sqrt(squares) == doctest::Approx(5).epsilon(0.05));
  crop.crop = 1;
  for (std::uint64_t seed = 0; seed < 100; ++seed)  // only values of the same channel come in
    for (std::size_t i = 0; i < 24; ++i) CHECK(static_cast<std::size_t>(changed(crop, seed)[i]) / 12 == i / 12);
}

TEST_CASE("train: random orders have every index once") {
  std::vector<std::size_t> order = train::shuffled(1000, train::RandomStream(3)), sorted = order;
  CHECK(order == train::shuffled(1000, train::RandomStream(3)));
  CHECK(order != train::shuffled(1000, train::RandomStream(4)));
  std::sort(sorted.begin(), sorted.end());
  CHECK(order != sorted);
  for (std::size_t i = 0; i < sorted.size(); ++i) CHECK(sorted[i] == i);
}

TEST_CASE("train: policy files") {
  const train::PolicyFile read = train::parse_policy(
      "---\nstart_epoch: 4\nweight_bits: 2\nshift_quantile: 0.985\noverrides:\n  conv1:\n    weight_bits: 8\n",
      "p.yaml");
  REQUIRE(read.ok());
  CHECK(read.policy.start_epoch == 4);
  CHECK(read.policy.weight_bits == 2);
  CHECK(read.policy.shift_quantile == doctest::Approx(0.985));
  CHECK(read.policy.overrides.at("conv1") == 8);
  const auto error = [](const std::string& text) { return train::parse_policy(text, "p.yaml").error; };
  CHECK(error("start_epoch: 1\n") == "p.yaml: a policy gives start_epoch and weight_bits");
  CHECK(error("start_epoch: 1\nweight_bits: 3\n") == "p.yaml:2:14: weight_bits is 1, 2, 4 or 8");
  CHECK(error("start_epoch: 1\nweight_bits: 8\nshift: 1\n") == "p.yaml:3:1: a policy has no key 'shift'");
  CHECK(error("start_epoch: -1\nweight_bits: 8\n") == "p.yaml:1:14: '-1' is no number from 0 to 1000000");
  CHECK(error("overrides:\n  conv1: 4\n").find("p.yaml:2:3: an override gives") == 0);
  CHECK(error("[1, 2]") == "p.yaml:1:1: a policy is a mapping with start_epoch and weight_bits");
  CHECK(!error("a: [").empty());
  CHECK(!error("").empty());
}

TEST_CASE("train: schedule files of the vendor") {
  const std::string policies =
      "policies:\n  - lr_scheduler:\n      instance_name: lr\n    starting_epoch: 0\n    ending_epoch: 300\n"
      "    frequency: 1\n";
  const auto of_class = [](const std::string& text) { return "---\nlr_schedulers:\n  lr:\n    class: " + text + '\n'; };
  const auto rate = [](const std::string& text, int epoch) {
    const train::ScheduleFile read = train::parse_schedule(text, "s.yaml");
    INFO(read.error);
    REQUIRE(read.ok());
    return train::rate_at(read.schedule, 1, epoch, 300, 3, 10);
  };
  const std::string steps = of_class("MultiStepLR\n    milestones: [100, 140, 170]\n    gamma: 0.5") + policies;
  CHECK(rate(steps, 99) == 1);
  CHECK(rate(steps, 100) == 0.5);
  CHECK(rate(steps, 299) == 0.125);
  const std::string several =
      of_class("MultiStepMultiGammaLR\n    milestones: [10, 20]\n    gammas: [0.5, 0.2]") + policies;
  CHECK(rate(several, 10) == 0.5);
  CHECK(rate(several, 20) == doctest::Approx(0.1));
  CHECK(rate(of_class("StepLR\n    step_size: 3\n    gamma: 0.5") + policies, 7) == 0.25);
  CHECK(rate(of_class("ExponentialLR\n    gamma: 0.5") + policies, 3) == 0.125);
  const std::string cosine = of_class("CosineAnnealingLR\n    T_max: 10\n    eta_min: 0.2") + policies;
  CHECK(rate(cosine, 0) == 1);
  CHECK(rate(cosine, 5) == doctest::Approx(0.6));
  CHECK(rate(cosine, 10) == doctest::Approx(0.2));
  // A policy's epochs: the rate follows the schedule's at the end of epochs 4, 6 and 8 only.
  const std::string late = of_class("ExponentialLR\n    gamma: 0.5") +
                           "policies:\n  - lr_scheduler: {instance_name: lr}\n    starting_epoch: 4\n"
                           "    ending_epoch: 10\n    frequency: 2\n";
  CHECK(rate(late, 4) == 1);
  CHECK(rate(late, 5) == std::pow(0.5, 5));
  CHECK(rate(late, 6) == std::pow(0.5, 5));
  CHECK(rate(late, 7) == std::pow(0.5, 7));
  CHECK(rate(late, 99) == std::pow(0.5, 9));
  const auto error = [](const std::string& text) { return train::parse_schedule(text, "s.yaml").error; };
  CHECK(error(of_class("PolynomialLR") + policies).find("s.yaml:4:12: training knows StepLR") == 0);
  CHECK(error(of_class("StepLR\n    gamma: 0.5") + policies) == "s.yaml:4:5: the key step_size is missing");
  CHECK(error(of_class("StepLR\n    step_size: 0") + policies) == "s.yaml:5:16: '0' is no number from 1 to 1000000");
  CHECK(error(of_class("StepLR\n    step_size: 2\n    mode: x") + policies) ==
        "s.yaml:6:5: training knows no 'mode' of StepLR");
  CHECK(error("pruners:\n  a: 1\n") == "s.yaml:1:1: training knows no 'pruners' of a schedule");
  CHECK(error(of_class("ExponentialLR\n    gamma: 0.5")).find("a schedule has lr_schedulers") != std::string::npos);
  CHECK(error("[1]") == "s.yaml:1:1: a schedule is a mapping");
  CHECK(!error("a: [").empty());
}

TEST_CASE("train: groups of processes as programs that start them describe them") {
  using Variables = std::map<std::string, std::string>;
  const auto read = [](const Variables& variables) {
    return train::group_of_environment([&](const char* name) -> const char* {
      const auto found = variables.find(name);
      return found == variables.end() ? nullptr : found->second.c_str();
    });
  };
  const auto place = [&](const Variables& variables) {
    const train::GroupOfEnvironment all = read(variables);
    return all.ok() ? std::to_string(all.group.rank) + " of " + std::to_string(all.group.size) + " at " +
                          all.group.address + ':' + std::to_string(all.group.port)
                    : all.error;
  };
  CHECK(place({}) == "0 of 1 at :29500");
  CHECK(place({{"WORLD_SIZE", "1"}, {"RANK", "0"}}) == "0 of 1 at :29500");
  const Variables torchrun = {{"WORLD_SIZE", "4"}, {"RANK", "3"}, {"MASTER_ADDR", "host"}, {"MASTER_PORT", "1234"}};
  CHECK(place(torchrun) == "3 of 4 at host:1234");
  const Variables slurm = {{"SLURM_NTASKS", "8"}, {"SLURM_PROCID", "5"}};
  const auto with = [](Variables variables, const char* name, const char* value) {
    variables[name] = value;
    return variables;
  };
  CHECK(place(with(slurm, "SLURM_STEP_NODELIST", "node[01-04,07],x")) == "5 of 8 at node01:29500");
  CHECK(place(with(slurm, "SLURM_STEP_NODELIST", "a1,b[2-3]")) == "5 of 8 at a1:29500");
  CHECK(place(with(slurm, "SLURM_STEP_NODELIST", "b[7]")) == "5 of 8 at b7:29500");
  CHECK(place(with(with(slurm, "SLURM_STEP_NODELIST", "a"), "MASTER_ADDR", "b")) == "5 of 8 at b:29500");
  const Variables mpi = {{"OMPI_COMM_WORLD_SIZE", "2"}, {"OMPI_COMM_WORLD_RANK", "1"}};
  CHECK(place(with(mpi, "OMPI_COMM_WORLD_LOCAL_SIZE", "2")) == "1 of 2 at 127.0.0.1:29500");
  CHECK(place(with(mpi, "OMPI_COMM_WORLD_LOCAL_SIZE", "1")) ==
        "there are 2 processes, and the environment variable MASTER_ADDR does not say on which machine number 0 runs");
  CHECK(place({{"WORLD_SIZE", "2"}}) == "the environment variable RANK is a number from 0 to 1, and is missing");
  CHECK(place(with(torchrun, "RANK", "4")) == "the environment variable RANK is a number from 0 to 3, not '4'");
  CHECK(place(with(torchrun, "MASTER_PORT", "x")) ==
        "the environment variable MASTER_PORT is a number from 1 to 65535, not 'x'");
}

// What people look at -------------------------------------------------------------------------------------------------

TEST_CASE("train: the log of a training that goes on has every epoch once") {
  const test::TemporaryFolder folder;
  const std::string file = folder.file("log.json");
  const auto report = [](int epoch, bool quantised) {
    return train::EpochReport{epoch, quantised, 0.003, {1.5, 0.25}, {0.75, 0.5}, 2.5, epoch == 1};
  };
  train::TrainingLog log(file, 0);
  for (int epoch = 0; epoch < 4; ++epoch) log.add(report(epoch, epoch == 3));
  train::TrainingLog other(file, 2);
  other.add(report(2, true));
  const std::vector<train::EpochReport> read = train::read_log(file);
  REQUIRE(read.size() == 3);
  for (int epoch = 0; epoch < 3; ++epoch)
    CHECK(train::json_of(read[static_cast<std::size_t>(epoch)]) == train::json_of(report(epoch, epoch == 2)));
  CHECK(train::json_of(read[1]) ==
        "{\"epoch\": 2, \"quantised\": false, \"rate\": 0.003, \"training\": {\"loss\": 1.500000, \"accuracy\": "
        "0.250000}, \"validation\": {\"loss\": 0.750000, \"accuracy\": 0.500000}, \"seconds\": 2.500, \"best\": true}");
  CHECK(train::read_log(folder.file("none")).empty());
  std::ofstream(file) << train::json_of(report(0, false)) << "\nsomething else\n";
  CHECK(train::read_log(file).size() == 1);
}

TEST_CASE("train: histograms of weights in the chip's range") {
  const std::vector<NamedTensor> state = {{"a.output_shift", {1}, {1}},
                                          {"a.weight_bits", {1}, {2}},
                                          {"a.op.weight", {1, 8}, {-4, -2, -1, 0, 1, 1.5F, 2, 40}},
                                          {"b.op.weight", {1, 2}, {0, 0.5F}}};
  const std::vector<train::WeightHistogram> all = train::weight_histograms(state);
  REQUIRE(all.size() == 2);
  CHECK(all[0].layer == "a");
  CHECK(all[0].bits == 2);
  CHECK(all[0].shift == 1);
  // Of 2 bits the chip has -1, -1/2, 0 and 1/2: -4, 1.5, 2 and 40 are halves of what is beyond.
  CHECK(all[0].clipped == doctest::Approx(4 / 8.0));
  CHECK(all[0].shares.front() == doctest::Approx(1 / 8.0));
  CHECK(all[0].shares.back() == doctest::Approx(1 / 8.0));
  CHECK(all[1].bits == 8);
  CHECK(all[1].clipped == 0);
  const std::string picture = train::weights_svg(all, "net");
  CHECK(picture.find("2 bits, shift 1") != std::string::npos);
  CHECK(picture.find("50.00 % clipped") != std::string::npos);
  CHECK(train::weights_svg({}, "net").empty());
}

TEST_CASE("train: pictures of a training and of answers") {
  std::vector<train::EpochReport> reports;
  for (int epoch = 0; epoch < 5; ++epoch)
    reports.push_back({epoch, epoch > 2, 0.1 / (epoch + 1), {2.0 - epoch, 0.2}, {1.0 - epoch, 0.3}, 1, false});
  CHECK(train::training_svg(reports, "a < b").find("a &lt; b") != std::string::npos);
  CHECK(train::training_svg(reports, "").find("Right of the grey line") != std::string::npos);
  CHECK(train::training_svg({reports[0], reports[1]}, "").find("Right of the grey line") == std::string::npos);
  CHECK(train::training_svg({}, "").empty());

  train::Samples samples{{1, 1, 2}, {-128, 127, 0, 1, 2, 3, 4, 5}, {0, 1, 2, 1}, {}, {"up", "down", "left"}};
  const std::vector<float> outputs = {5, 1, 2, /**/ 3, 1, 2, /**/ 0, 9, 1, /**/ 0, 4, 1};
  const std::vector<train::WorstAnswer> worst = train::worst_answers(outputs, 3, samples, 3);
  REQUIRE(worst.size() == 3);
  CHECK(worst[0].sample == 2);
  CHECK(worst[0].answer == 1);
  CHECK(worst[0].distance == 8);
  CHECK(worst[1].sample == 1);
  CHECK(worst[1].answer == 0);
  CHECK(worst[2].sample == 0);  // right, by 3 like the last one
  CHECK(worst[2].answer == 0);
  host::Evaluation counts;
  counts.classes = 3;
  counts.counts = {1, 0, 0, 1, 1, 0, 0, 1, 0};
  counts.ranks = {2, 1, 1};
  const std::string picture = train::evaluation_svg({counts, {}, {}, worst}, samples, "net");
  CHECK(picture.find("left taken for down") != std::string::npos);
  CHECK(picture.find("50.00 % of 4 right") != std::string::npos);
  CHECK(picture.find("data:image/bmp") != std::string::npos);
}

TEST_CASE("train: a model shows the outputs of all layers") {
  train::Model model(train::network_of<Small>("small"));
  const NamedTensor batch{"", {2, 1, 8, 8}, std::vector<float>(128, 0.25F)};
  const std::vector<NamedTensor> all = model.layer_outputs(batch);
  REQUIRE(all.size() == model.network().layers.size());
  CHECK(all.front().name == "conv1");
  CHECK(all.front().values.size() == 2 * 6 * 64);
  CHECK(all.back().values == model.forward(batch).values);
}

// Data ----------------------------------------------------------------------------------------------------------------

TEST_CASE("train: brightnesses become signed bytes as the reference rounds them") {
  for (int v = 0; v < 256; ++v) {
    const double value = std::nearbyint((v / 255.0 - 0.5) * 256);
    CHECK(train::network_value(v) == std::min(127.0, std::max(-128.0, value)));
  }
}

TEST_CASE("train: samples of .npy files") {
  const test::TemporaryFolder folder;
  const auto write = [&](const std::string& name, NpyType type, std::vector<int> shape,
                         std::vector<std::int64_t> values) {
    REQUIRE(write_npy(folder.file(name), NpyArray{type, std::move(shape), std::move(values)}));
    return folder.file(name);
  };
  const Shape input{2, 1, 2};
  const std::string bytes = write("bytes.npy", NpyType::i1, {2, 2, 1, 2}, {1, -2, 3, -4, 5, 6, 7, 8});
  const std::string pixels = write("pixels.npy", NpyType::u1, {1, 2, 1, 2}, {0, 127, 128, 255});
  const std::string labels = write("labels.npy", NpyType::i8, {2}, {4, 0});
  const std::string targets = write("targets.npy", NpyType::i4, {2, 3}, {1, 2, 3, 4, 5, 6});
  const std::string one = write("one.npy", NpyType::u1, {1}, {2});
  train::Samples samples = train::read_samples(train::NpyDataset(bytes, labels, input));
  CHECK(samples.values == std::vector<std::int8_t>{1, -2, 3, -4, 5, 6, 7, 8});
  CHECK(samples.labels == std::vector<int>{4, 0});
  samples = train::read_samples(train::NpyDataset(bytes, targets, input));
  CHECK(samples.targets == std::vector<float>{1, 2, 3, 4, 5, 6});
  CHECK(samples.targets_each() == 3);
  CHECK(train::chosen(samples, {1}).targets == std::vector<float>{4, 5, 6});
  CHECK(train::chosen(samples, {1}).values == std::vector<std::int8_t>{5, 6, 7, 8});
  samples = train::read_samples(train::NpyDataset(pixels, one, input));
  CHECK(samples.values == std::vector<std::int8_t>{-128, -1, 1, 127});
  CHECK_THROWS_AS(train::NpyDataset(bytes, one, input), std::runtime_error);
  CHECK_THROWS_AS(train::NpyDataset(bytes, labels, Shape{2, 3, 2}), std::runtime_error);
  CHECK_THROWS_AS(train::NpyDataset(targets, labels, input), std::runtime_error);
  CHECK_THROWS_AS(train::NpyDataset(folder.file("none.npy"), labels, input), std::runtime_error);
}

TEST_CASE("train: pictures in folders") {
  const test::TemporaryFolder folder;
  const auto write = [&](const std::string& name, const std::string& bytes) {
    std::filesystem::create_directories(folder.path() / std::filesystem::path(name).parent_path());
    std::ofstream(folder.file(name), std::ios::binary) << bytes;
  };
  write("dark/a.pgm", "P5 2 2 255 " + std::string(4, '\0'));
  write("bright/b.PPM", "P6 1 1 255 " + std::string("\xff\x00\x80", 3));
  write("bright/a.pgm", "P5 4 2 255 " + std::string("\x00\x02\xff\xff\x02\x04\xff\xff", 8));
  write("bright/notes.txt", "no picture");
  const train::PictureFolder colours(folder.text(), {3, 1, 1});
  CHECK(colours.classes() == std::vector<std::string>{"bright", "dark"});
  REQUIRE(colours.size() == 3);
  train::Samples samples = train::read_samples(colours);
  CHECK(samples.labels == std::vector<int>{0, 0, 1});
  CHECK(std::vector<std::int8_t>(samples.sample(1), samples.sample(1) + 3) == std::vector<std::int8_t>{127, -128, 1});
  samples = train::read_samples(train::PictureFolder(folder.text(), {1, 1, 2}));  // halves of a.pgm: means of 2 and 255
  CHECK(std::vector<std::int8_t>(samples.sample(0), samples.sample(0) + 2) ==
        std::vector<std::int8_t>{train::network_value(2), 127});
  CHECK_THROWS_AS(train::PictureFolder(folder.text(), {2, 1, 1}), std::runtime_error);
  CHECK_THROWS_AS(train::PictureFolder(folder.file("none"), {1, 1, 1}), std::runtime_error);
  write("dark/broken.png", "no picture");
  CHECK_THROWS_AS(train::read_samples(train::PictureFolder(folder.text(), {1, 1, 1})), std::runtime_error);
}

namespace {

/// A WAV file of 16-bit values.
std::string wav(int rate, int channels, const std::vector<int>& values) {
  const auto number = [](std::size_t value, int bytes) {
    std::string text;
    for (int i = 0; i < bytes; ++i) text += static_cast<char>(value >> 8 * i & 255);
    return text;
  };
  const auto of = [](int value) { return static_cast<std::size_t>(value); };
  std::string data;
  for (const int value : values) data += number(of(value & 0xffff), 2);
  return "RIFF" + number(36 + data.size(), 4) + "WAVEfmt " + number(16, 4) + number(1, 2) + number(of(channels), 2) +
         number(of(rate), 4) + number(of(2 * rate * channels), 4) + number(of(2 * channels), 2) + number(16, 2) +
         "data" + number(data.size(), 4) + data;
}

}  // namespace

TEST_CASE("train: sounds in folders") {
  const test::TemporaryFolder folder;
  const auto write = [&](const std::string& name, const std::string& bytes) {
    std::filesystem::create_directories(folder.path() / std::filesystem::path(name).parent_path());
    std::ofstream(folder.file(name), std::ios::binary) << bytes;
  };
  // Value c * 3 + r is column c of channel r; 256 of WAV is 1 of the chip; halves go to even numbers of 0 … 255.
  write("yes/a.wav", wav(16000, 1, {256, 512, -768, 128, 384, -32768, 32767}));
  write("no/b.WAV", wav(16000, 2, {256, 768, -256, -768}));
  const train::SoundFolder sounds(folder.text(), {3, 4, 1});
  CHECK(sounds.classes() == std::vector<std::string>{"no", "yes"});
  const train::Samples samples = train::read_samples(sounds);
  CHECK(samples.labels == std::vector<int>{0, 1});
  const auto sample = [&](std::size_t i) {
    return std::vector<int>(samples.sample(i), samples.sample(i) + samples.elements());
  };
  CHECK(sample(0) == std::vector<int>{2, 0, 0, 0, -2, 0, 0, 0, 0, 0, 0, 0});
  CHECK(sample(1) == std::vector<int>{1, 0, 127, 0, 2, 2, 0, 0, -3, -128, 0, 0});

  // Another rate: a tone keeps its frequency, and its size.
  std::vector<int> tone;
  const auto wave = [](double at) { return std::sin(2 * 3.141592653589793 * 440 * at); };
  for (int i = 0; i < 8000; ++i) tone.push_back(static_cast<int>(16384 * wave(i / 8000.0)));
  write("tone.wav", wav(8000, 1, tone));
  const train::Sound sound = train::resampled(train::read_sound(folder.file("tone.wav")), 16000);
  REQUIRE(sound.values.size() > 15900);
  CHECK(sound.values.size() <= 16001);
  double most = 0;
  for (std::size_t i = 4000; i < 12000; ++i)
    most = std::max(most, std::fabs(static_cast<double>(sound.values[i]) - wave(static_cast<double>(i) / 16000) / 2));
  CHECK(most < 0.01);

  write("no/broken.wav", "RIFF");
  CHECK_THROWS_AS(train::read_samples(train::SoundFolder(folder.text(), {3, 4, 1})), std::runtime_error);
  CHECK_THROWS_AS(train::SoundFolder(folder.file("none"), {3, 4, 1}), std::runtime_error);
}

TEST_CASE("train: signals in CSV files") {
  const test::TemporaryFolder folder;
  const auto write = [&](const std::string& text) {
    std::ofstream(folder.file("signals.csv"), std::ios::binary) << text;
    return folder.file("signals.csv");
  };
  const Shape input{1, 3, 1};
  const auto problem = [&](const std::string& text) -> std::string {
    try {
      train::CsvDataset(write(text), input);
    } catch (const std::runtime_error& error) {
      const std::string what = error.what();
      return what.substr(what.find("signals.csv"));
    }
    return "";
  };
  train::Samples samples = train::read_samples(
      train::CsvDataset(write("word,a,b,c\nup, 0.5,-1,2\r\n\n\"down\";0;0.25e0;-0.0078125\nup\t0\t0\t1"), input));
  CHECK(samples.classes == std::vector<std::string>{"down", "up"});
  CHECK(samples.labels == std::vector<int>{1, 0, 1});
  CHECK(samples.values == std::vector<std::int8_t>{64, -128, 127, 0, 32, -1, 0, 0, 127});
  samples = train::read_samples(train::CsvDataset(write("3,2,4,-8\n0,1,1,1\n"), input, 8));
  CHECK(samples.classes.empty());
  CHECK(samples.labels == std::vector<int>{3, 0});
  CHECK(samples.values == std::vector<std::int8_t>{32, 64, -128, 16, 16, 16});
  CHECK(problem("0,1,2,3\n0,1,2\n") == "signals.csv:2: there are 3 fields; the network reads a class and 3 values");
  CHECK(problem("0,1,2,3\n0,1,x,3\n") == "signals.csv:2: 'x' is no number");
  CHECK(problem("class,a,b,c\n") == "signals.csv: there are no samples");
  CHECK_THROWS_AS(train::CsvDataset(folder.file("none.csv"), input), std::runtime_error);
}

TEST_CASE("train: idx files") {
  const test::TemporaryFolder folder;
  const auto write = [&](const std::string& name, const std::string& bytes) {
    std::ofstream(folder.file(name), std::ios::binary) << bytes;
    return folder.file(name);
  };
  using namespace std::string_literals;
  const std::string pictures = write("pictures", "\0\0\10\3\0\0\0\2\0\0\0\1\0\0\0\2\0\200\377\1"s);
  const std::string labels = write("labels", "\0\0\10\1\0\0\0\2\1\0"s), one = write("one", "\0\0\10\1\0\0\0\1\1"s);
  const train::Samples samples = train::read_samples(train::IdxDataset(pictures, labels));
  CHECK(samples.shape == Shape{1, 1, 2});
  CHECK(samples.values == std::vector<std::int8_t>{-128, 1, 127, -127});
  CHECK(samples.labels == std::vector<int>{1, 0});
  CHECK(train::IdxDataset(pictures, labels, 1).size() == 1);
  CHECK_THROWS_AS(train::IdxDataset(pictures, one), std::runtime_error);
  CHECK_THROWS_AS(train::IdxDataset(labels, labels), std::runtime_error);
}
