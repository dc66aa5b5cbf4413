#include <algorithm>
#include <cmath>
#include <filesystem>
#include <string>
#include <utility>
#include <vector>

#include <doctest/doctest.h>

#include <incuse/export/checkpoint.hpp>
#include <incuse/import/quantise.hpp>
#include <incuse/import/quantised_checkpoint.hpp>
#include <incuse/import/tensor_files.hpp>
#include <incuse/incuse.hpp>

namespace test_quantised_checkpoint {

using namespace incuse;
using import::ChangedCheckpoint;
using import::CheckpointOptions;
using import::NamedTensors;

namespace {

const std::filesystem::path fixtures = std::filesystem::path(__FILE__).parent_path() / "../../cli/fixtures/float";

template <int Bits>
struct Net : Network<Input<2, 8, 8>, Conv2d<4, kernel<3>, pad<1>, ReLU, bias, bits<Bits>, as<"conv1">>,
                     Fused<MaxPool2d<2>, ConvTranspose2d<3, kernel<3>, pad<1>, ReLU, bias, as<"up">>>, Flatten,
                     Linear<5, wide, bias, as<"fc">>> {};

NamedTensors state() { return import::read_tensors((fixtures / "state.pt").string()); }

/// Written as a checkpoint and read again.
NamedTensors written(const ChangedCheckpoint& changed) {
  REQUIRE_MESSAGE(changed.ok(), changed.errors[0]);
  return import::parse_tensors(checkpoint_bytes(changed.tensors, {7, "net", {}}), "written.pth.tar");
}

template <int Bits>
void expect_equal_ways(const NamedTensors& source, CheckpointOptions options) {
  options.layer_bits["conv1"] = Bits;
  const auto& graph = graph_of<Net<Bits>>();
  const import::StoredParameters direct = import::quantise(graph, import::load(graph, source));
  const NamedTensors again = written(import::quantised_checkpoint(source, options));
  REQUIRE_MESSAGE(again.ok(), again.error);
  CHECK(again.epoch == 7);
  CHECK(again.arch == "net");
  const import::StoredParameters read = import::quantise(graph, import::load(graph, again));
  REQUIRE_MESSAGE(direct.ok(), direct.errors()[0]);
  REQUIRE_MESSAGE(read.ok(), read.errors()[0]);
  for (std::size_t i = 0; i < 3; ++i) {
    CHECK(read.layers()[i].name == direct.layers()[i].name);
    CHECK(read.layers()[i].weight == direct.layers()[i].weight);
    CHECK(read.layers()[i].bias == direct.layers()[i].bias);
    CHECK(read.layers()[i].output_shift == direct.layers()[i].output_shift);
  }
}

}  // namespace

TEST_CASE("a checkpoint that is quantised and loaded is one that is loaded and quantised") {
  expect_equal_ways<8>(state(), {});
  expect_equal_ways<4>(state(), {});
  expect_equal_ways<2>(import::read_tensors((fixtures / "arguments.npz").string()), {});
  expect_equal_ways<1>(state(), {});
}

TEST_CASE("batch norms are folded, and nothing of them is left") {
  const NamedTensors source = state();
  const NamedTensors folded = written(import::fold_batch_norms(source));
  CHECK(folded.tensors.size() == source.tensors.size() - 5);
  CHECK(folded.find("bn1.running_mean") == nullptr);
  CHECK(folded.find("up.weight")->values == source.find("up.weight")->values);
  const auto number = [](const import::NamedTensor* tensor, std::size_t i) {
    return static_cast<double>(tensor->values[i]);
  };
  for (std::size_t o = 0; o < 4; ++o) {
    const double scale =
        number(source.find("bn1.weight"), o) / std::sqrt(number(source.find("bn1.running_var"), o) + 1e-5);
    for (std::size_t i = o * 18; i < (o + 1) * 18; ++i)
      CHECK(number(folded.find("conv1.weight"), i) ==
            doctest::Approx(scale * number(source.find("conv1.weight"), i)).epsilon(1e-5));
    CHECK(number(folded.find("conv1.bias"), o) ==
          doctest::Approx((number(source.find("conv1.bias"), o) - number(source.find("bn1.running_mean"), o)) * scale +
                          number(source.find("bn1.bias"), o))
              .epsilon(1e-5));
  }
}

TEST_CASE("behind a transposed convolution the outputs are the second dimension; a bias is added") {
  NamedTensors source;
  source.file = "a.pt";
  source.tensors = {
      {"up1.weight", {1, 2, 1, 2}, {1, 2, 3, 4}}, {"bn1.running_mean", {2}, {1, 2}}, {"bn1.running_var", {2}, {1, 4}}};
  CheckpointOptions options;
  options.batch_norm_epsilon = 0;
  NamedTensors folded = written(import::fold_batch_norms(source, options));
  CHECK(folded.find("up1.weight")->values == std::vector<float>{1, 2, 1.5F, 2});
  CHECK(folded.find("up1.bias")->values == std::vector<float>{-1, -1});
  options.batch_norm_division = import::BatchNormDivision::by_4;
  folded = written(import::fold_batch_norms(source, options));
  CHECK(folded.find("up1.weight")->values == std::vector<float>{0.25F, 0.5F, 0.375F, 0.5F});
  // As many inputs as outputs: the name has to be given.
  source.tensors[0].shape = {2, 2, 1, 1};
  options.batch_norm_division = import::BatchNormDivision::automatic;
  CHECK(written(import::fold_batch_norms(source, options)).find("up1.weight")->values ==
        std::vector<float>{1, 2, 1.5F, 2});
  options.transposed.insert("up1");
  CHECK(written(import::fold_batch_norms(source, options)).find("up1.weight")->values ==
        std::vector<float>{1, 1, 3, 2});
}

namespace {

/// Weights of a transposed convolution, [in][out / groups][2][1], with a batch norm behind it, and any layer in front.
NamedTensors transposed_state(int inputs, int outputs, int groups) {
  NamedTensors source;
  source.file = "a.pt";
  const auto counted = [](int count, float first, float step) {
    std::vector<float> values;
    for (int i = 0; i < count; ++i) values.push_back(first + step * static_cast<float>(i));
    return values;
  };
  source.tensors = {
      {"conv0.weight", {5, 1, 1, 1}, counted(5, 1, 1)},
      {"up1.weight", {inputs, outputs / groups, 2, 1}, counted(inputs * outputs / groups * 2, 0.125F, 0.01F)},
      {"bn1.weight", {outputs}, counted(outputs, 0.5F, 0.25F)},
      {"bn1.bias", {outputs}, counted(outputs, -1, 0.5F)},
      {"bn1.running_mean", {outputs}, counted(outputs, 0.25F, -0.125F)},
      {"bn1.running_var", {outputs}, counted(outputs, 0.5F, 0.75F)}};
  return source;
}

/// What such a layer puts out for one point of its input, at one tap: [out].
std::vector<double> point_outputs(const NamedTensors& state, int inputs, int outputs, int groups) {
  const std::vector<float>& weight = state.find("up1.weight")->values;
  std::vector<double> sums(static_cast<std::size_t>(outputs));
  const int own = outputs / groups;
  for (int i = 0; i < inputs; ++i)
    for (int o = 0; o < own; ++o)
      sums[static_cast<std::size_t>(i / (inputs / groups) * own + o)] +=
          static_cast<double>(weight[static_cast<std::size_t>((i * own + o) * 2 + 1)]) * (1 + i % 3);
  if (const import::NamedTensor* bias = state.find("up1.bias"))
    for (std::size_t o = 0; o < sums.size(); ++o) sums[o] += static_cast<double>(bias->values[o]);
  return sums;
}

}  // namespace

TEST_CASE("a transposed convolution of every number of groups is folded by the outputs of its groups") {
  int shapes = 0, refused = 0;
  for (const int inputs : {1, 2, 3, 4, 6, 8, 12})
    for (const int outputs : {1, 2, 3, 4, 6, 8, 12})
      for (int groups = 1; groups <= 12; ++groups) {
        if (inputs % groups != 0 || outputs % groups != 0) continue;
        CAPTURE(inputs);
        CAPTURE(outputs);
        CAPTURE(groups);
        ++shapes;
        const NamedTensors source = transposed_state(inputs, outputs, groups);
        std::vector<double> wanted = point_outputs(source, inputs, outputs, groups);
        for (std::size_t o = 0; o < wanted.size(); ++o) {
          const auto number = [&](const char* name) { return static_cast<double>(source.find(name)->values[o]); };
          wanted[o] = (wanted[o] - number("bn1.running_mean")) / std::sqrt(number("bn1.running_var") + 1e-5) *
                          number("bn1.weight") +
                      number("bn1.bias");
        }
        CheckpointOptions options;
        for (const bool named : {true, false}) {
          if (named) options.transposed.insert("up1");
          const ChangedCheckpoint changed = import::fold_batch_norms(source, options);
          options.transposed.clear();
          // Without the name, what may be another layer is folded as such, and told.
          if (!named && inputs == outputs) CHECK((changed.notes.size() == 1) == (groups < outputs));
          if (!changed.notes.empty()) continue;
          const std::vector<double> got = point_outputs(written(changed), inputs, outputs, groups);
          for (std::size_t o = 0; o < wanted.size(); ++o) CHECK(got[o] == doctest::Approx(wanted[o]).epsilon(1e-5));
        }
        // A batch norm of another number of channels than any number of groups has.
        NamedTensors other = source;
        for (std::size_t i = 2; i < other.tensors.size(); ++i) {
          other.tensors[i].shape = {outputs + 1};
          other.tensors[i].values.push_back(1);
        }
        options.transposed.insert("up1");
        const ChangedCheckpoint changed = import::fold_batch_norms(other, options);
        if (import::transposed_groups(inputs, outputs / groups, outputs + 1) > 0) continue;
        ++refused;
        REQUIRE(changed.errors.size() == 1);
        CHECK(changed.errors[0].find("'bn1': the batch norm has " + std::to_string(outputs + 1) + " channels") !=
              std::string::npos);
      }
  CHECK(shapes > 90);
  CHECK(refused > 50);
}

TEST_CASE("what may be a transposed convolution is told, whichever layer stands in front") {
  const auto changed = [](int front, std::vector<int> shape, int channels, const CheckpointOptions& options = {}) {
    NamedTensors source = transposed_state(shape[0], shape[1], 1);
    for (std::size_t i = 2; i < source.tensors.size(); ++i) {
      source.tensors[i].shape = {channels};
      source.tensors[i].values.resize(static_cast<std::size_t>(channels), 1);
    }
    source.tensors[0] = {"conv0.weight", {front, 1, 1, 1}, std::vector<float>(static_cast<std::size_t>(front), 1)};
    if (front == 0) source.tensors.erase(source.tensors.begin());
    return import::fold_batch_norms(source, options);
  };
  for (const int front : {0, 2, 3, 4}) {
    CHECK(changed(front, {4, 2}, 4).notes.size() == 1);  // 4 of 4 in two groups, or 4 of 2
    CHECK(changed(front, {4, 4}, 4).notes.size() == 1);
    CHECK(changed(front, {4, 1}, 4).notes.empty());  // depthwise: both are the same
  }
  CHECK(changed(3, {4, 3}, 4).notes.empty());  // no transposed convolution has 4 outputs so
  CHECK(changed(4, {4, 2}, 2).ok());
  // Behind 2 outputs a layer of 4 x 2 reads them, and its batch norm of 2 channels stands in front of it.
  const ChangedCheckpoint in_front = changed(2, {4, 2}, 2);
  REQUIRE(in_front.errors.size() == 1);
  CHECK(in_front.errors[0].find("'bn1': the batch norm has as many channels as 'up1' seems to have inputs, 2") !=
        std::string::npos);
  CheckpointOptions options;
  options.transposed.insert("up1");
  CHECK(changed(2, {4, 2}, 2, options).ok());
}

TEST_CASE("a batch norm of the input is told as such, wherever it stands in the file") {
  const NamedTensors source = state();
  const auto& graph = graph_of<Net<8>>();
  for (std::size_t at = 0; at <= source.tensors.size(); ++at) {
    if (at < source.tensors.size() && source.tensors[at].name.find("bn1") == 0) continue;  // within another norm
    NamedTensors with = source;
    int next = 0;
    for (const char* part : {"weight", "bias", "running_mean", "running_var"})
      with.tensors.insert(with.tensors.begin() + static_cast<std::ptrdiff_t>(at) + next++,
                          {std::string("norm.") + part, {2}, {1, 2}});
    const auto lines = {import::fold_batch_norms(with).errors, import::quantised_checkpoint(with).errors,
                        import::load(graph, with).errors};
    for (const std::vector<std::string>& errors : lines) {
      CAPTURE(at);
      REQUIRE(errors.size() == 1);
      CAPTURE(errors[0]);
      CHECK(errors[0].find("'norm': the batch norm belongs to no layer: none has its name or number") !=
            std::string::npos);
      CHECK(errors[0].find("1x1 convolution") != std::string::npos);
    }
  }
}

namespace {

/// Two linear layers of 2 channels and two batch norms, in this order, a letter each: c, C and n, N.
NamedTensors ordered_state(const std::string& order, const std::string (&names)[4]) {
  NamedTensors source;
  source.file = "a.pt";
  for (const char letter : order) {
    const std::size_t which = std::string("cCnN").find(letter);
    const std::string& name = names[which];
    if (which < 2)
      source.tensors.push_back({name + ".weight", {2, 2}, {1, 0.5F, 0.25F, 0.125F}});
    else
      for (const char* part : {"weight", "bias", "running_mean", "running_var"})
        source.tensors.push_back({name + '.' + part, {2}, {which == 2 ? 1.0F : 4.0F, which == 2 ? 1.0F : 4.0F}});
  }
  return source;
}

}  // namespace

TEST_CASE("a batch norm in front of its layer is never folded into it in silence") {
  // Names of a convolution, of the next one, and of the batch norms that are called like them.
  const std::string styles[][4] = {
      {"conv1", "conv2", "bn1", "bn2"},
      {"a.conv1", "a.conv2", "a.norm1", "a.norm2"},
      {"b1.conv1", "b2.conv1", "b1.bn1", "b2.bn1"},
      {"b1.conv", "b2.conv", "b1.bn", "b2.bn"},
      {"b1.conv2d", "b2.conv2d", "b1.bn", "b2.bn"},
      {"module.b1.op", "module.b2.op", "module.b1.bn", "module.b2.bn"},
      {"b1.0.conv", "b2.0.conv", "b1.norm", "b2.norm"},
      {"first_conv", "second_conv", "first_norm", "second_norm"},
  };
  std::string order = "CNcn";
  std::sort(order.begin(), order.end());
  int folded = 0, refused = 0;
  do {
    for (const std::string(&names)[4] : styles) {
      const auto at = [&](char letter) { return order.find(letter); };
      if (at('c') > at('C')) continue;
      CAPTURE(order);
      CAPTURE(names[0]);
      const NamedTensors source = ordered_state(order, names);
      CheckpointOptions options;
      options.batch_norm_division = import::BatchNormDivision::by_1;
      const ChangedCheckpoint changed = import::fold_batch_norms(source, options);
      const bool behind = at('c') < at('n') && at('C') < at('N');
      const bool told = !changed.ok() || !changed.notes.empty();
      // Directly behind a layer, a batch norm without a name or number of its own belongs to that.
      const bool by_order = order == "cnCN" || order == "cNCn";
      const bool named = names[2].find("norm") == std::string::npos || names[2] == "a.norm1";
      if (!behind && !(by_order && names[2] == "first_norm")) CHECK(!changed.ok());
      if (behind && named && names[2] != "b1.bn") CHECK(changed.ok());
      if (order == "cnCN") CHECK(changed.ok());
      refused += changed.ok() ? 0 : 1;
      if (!changed.ok() || told) continue;
      ++folded;
      // What is folded in silence stands behind its layer.
      const NamedTensors after = written(changed);
      for (const std::size_t layer : {std::size_t{0}, std::size_t{1}}) {
        const std::vector<float>& weight = after.find(names[layer] + ".weight")->values;
        const bool own = std::fabs(weight[0] - (layer == 0 ? 1.0F : 2.0F)) < 0.01F;
        const char norm = own == (layer == 0) ? 'n' : 'N';
        CHECK(at(norm) > at(layer == 0 ? 'c' : 'C'));
      }
      // Pairs that are said change what names and order tell.
      options.batch_norms = {{names[0], names[3]}, {names[1], names[2]}};
      const NamedTensors crossed = written(import::fold_batch_norms(source, options));
      CHECK(crossed.find(names[0] + ".weight")->values[0] == doctest::Approx(2).epsilon(1e-4));
      CHECK(crossed.find(names[1] + ".weight")->values[0] == doctest::Approx(1).epsilon(1e-4));
    }
  } while (std::next_permutation(order.begin(), order.end()));
  CHECK(folded > 15);
  CHECK(refused > 40);
}

TEST_CASE("what a batch norm in front of its layer needs is told with the flag") {
  const std::string names[4] = {"conv1", "conv2", "bn1", "bn2"};
  const NamedTensors source = ordered_state("ncNC", names);
  CHECK(
      import::fold_batch_norms(source).errors ==
      std::vector<std::string>{
          "a.pt: 'bn1': the batch norm stands in front of 'conv1', and only one that is computed behind a layer can be "
          "folded into it; if it is behind, say so with --batch-norm conv1=bn1; else put a 1x1 convolution in front of "
          "it",
          "a.pt: 'bn2': the batch norm stands in front of 'conv2', and only one that is computed behind a layer can be "
          "folded into it; if it is behind, say so with --batch-norm conv2=bn2; else name the layer in front of it, as "
          "in --batch-norm conv1=bn2, if nothing else reads that"});
  CheckpointOptions options;
  options.batch_norms = {{"conv1", "bn1"}, {"conv2", "bn2"}};
  CHECK(written(import::fold_batch_norms(source, options)).find("conv2.weight")->values[0] ==
        doctest::Approx(2).epsilon(1e-4));
  options.batch_norms = {{"conv1", "bn3"}, {"conv3", "bn2"}};
  const std::vector<std::string> errors = import::fold_batch_norms(source, options).errors;
  CHECK(errors.at(0) == "a.pt: there is no batch norm 'bn3'; did you mean 'bn1' or 'bn2'?");
  CHECK(errors.at(1) == "a.pt: there is no layer 'conv3'; did you mean 'conv1' or 'conv2'?");
  options.batch_norms = {{"conv1", "bn1"}, {"conv2", "bn1"}};
  CHECK(import::fold_batch_norms(source, options).errors.at(0) == "a.pt: 'bn1': the batch norm is given to two layers");
}

TEST_CASE("the alphabetical order of tensors tells nothing of batch norms, and a note says so") {
  const std::string names[4] = {"conv1", "conv2", "bn1", "bn2"};
  NamedTensors source = ordered_state("nNcC", names);
  std::sort(source.tensors.begin(), source.tensors.end(),
            [](const import::NamedTensor& a, const import::NamedTensor& b) { return a.name < b.name; });
  const ChangedCheckpoint changed = import::fold_batch_norms(source);
  REQUIRE(changed.ok());
  REQUIRE(changed.notes.size() >= 1);
  CHECK(changed.notes[0].find("a.pt: its tensors are in alphabetical order") == 0);
  CHECK(changed.notes[0].find("'bn1' into 'conv1', 'bn2' into 'conv2'") != std::string::npos);
  // Numbers of sequences tell their order, whatever the order of the file is.
  NamedTensors sequence;
  sequence.file = "a.npz";
  for (int i = 0; i < 24; i += 2) {
    const std::string conv = "net." + std::to_string(i), norm = "net." + std::to_string(i + 1);
    sequence.tensors.push_back({conv + ".weight", {2, 1, 1, 1}, {1, 1}});
    sequence.tensors.push_back({norm + ".running_mean", {2}, {static_cast<float>(i + 1), 1}});
    sequence.tensors.push_back({norm + ".running_var", {2}, {1, 1}});
  }
  std::sort(sequence.tensors.begin(), sequence.tensors.end(),
            [](const import::NamedTensor& a, const import::NamedTensor& b) { return a.name < b.name; });
  const ChangedCheckpoint folded = import::fold_batch_norms(sequence);
  REQUIRE(folded.ok());
  CHECK(folded.notes.empty());
  const NamedTensors after = written(folded);
  for (int i = 0; i < 24; i += 2)
    CHECK(after.find("net." + std::to_string(i) + ".bias")->values[0] == doctest::Approx(-1 - i).epsilon(1e-4));
}

TEST_CASE("where a transposed convolution would be folded otherwise, a note names the layer") {
  const std::vector<std::vector<int>> shapes = {{2, 2, 1, 1}, {2, 2, 3, 3}, {3, 3, 3}, {2, 3, 1, 1}, {3, 2, 1, 1},
                                                {1, 1, 3, 3}, {3, 1, 3, 3}, {1, 3, 3}, {2, 2},       {3, 3}};
  int noted = 0;
  for (const std::vector<int>& shape : shapes)
    for (const int channels : {shape[0], shape[1]})
      for (const bool quantised : {false, true}) {
        CAPTURE(shape.size());
        CAPTURE(shape[0]);
        CAPTURE(shape[1]);
        CAPTURE(channels);
        NamedTensors source;
        source.file = "a.pt";
        std::vector<float> weight, mean, variance;
        std::size_t count = 1;
        for (const int size : shape) count *= static_cast<std::size_t>(size);
        for (std::size_t i = 0; i < count; ++i) weight.push_back(0.125F + 0.01F * static_cast<float>(i));
        for (int i = 0; i < channels; ++i) mean.push_back(0), variance.push_back(1.0F + static_cast<float>(i));
        source.tensors = {{"up1.weight", shape, weight},
                          {"bn1.running_mean", {channels}, mean},
                          {"bn1.running_var", {channels}, variance}};
        const auto changed = [&](const CheckpointOptions& options) {
          return quantised ? import::quantised_checkpoint(source, options) : import::fold_batch_norms(source, options);
        };
        CheckpointOptions options;
        const ChangedCheckpoint plain = changed(options);
        options.transposed.insert("up1");
        const ChangedCheckpoint transposed = changed(options);
        CHECK(transposed.notes.empty());
        const bool may_be = shape.size() > 2 && plain.ok() && transposed.ok();
        const bool differs = may_be && plain.tensors[0].values != transposed.tensors[0].values &&
                             shape[0] == channels;  // else it is told by the shape
        CHECK(plain.notes.size() == (differs ? 1 : 0));
        if (!differs) continue;
        ++noted;
        CHECK(plain.notes[0] ==
              "a.pt: 'up1' could also be a transposed convolution; batch norm is folded as into an ordinary one; "
              "--transposed names it if it is one");
      }
  CHECK(noted >= 6);
  CheckpointOptions options;
  options.transposed.insert("up");
  options.transposed.insert("conv7");
  CHECK(import::fold_batch_norms(state(), options).errors.at(0).find("there is no layer 'conv7'") != std::string::npos);
}

TEST_CASE("layers that may be transposed are told in one line, the least certain first") {
  NamedTensors source;
  source.file = "a.pt";
  const auto add = [&](const std::string& number, std::vector<int> shape, int channels) {
    const auto all = static_cast<std::size_t>(channels);
    const auto count = static_cast<std::size_t>(shape[0] * shape[1]);
    source.tensors.push_back(
        {"conv" + number + ".weight", {shape[0], shape[1], 1, 1}, std::vector<float>(count, 0.3F)});
    source.tensors.push_back({"bn" + number + ".running_mean", {channels}, std::vector<float>(all, 1)});
    source.tensors.push_back({"bn" + number + ".running_var", {channels}, std::vector<float>(all, 1)});
  };
  add("1", {8, 3}, 8);
  for (int i = 2; i <= 8; ++i) add(std::to_string(i), {8, 8}, 8);
  add("9", {16, 8}, 16);
  add("10", {4, 16}, 4);
  add("11", {8, 2}, 8);
  CHECK(import::fold_batch_norms(source).notes ==
        std::vector<std::string>{
            "a.pt: 9 layers could also be transposed convolutions: 'conv11', 'conv9', 'conv2', 'conv3', 'conv4', "
            "'conv5' and 3 more; batch norm is folded as into ordinary ones; --transposed names those that are"});
}

TEST_CASE("a bias of another shape than one number per output is refused") {
  NamedTensors source;
  source.file = "a.pt";
  const auto errors = [&](std::vector<int> weights, std::vector<int> bias, const CheckpointOptions& options = {}) {
    const auto filled = [](const std::vector<int>& shape) {
      std::size_t count = 1;
      for (const int size : shape) count *= static_cast<std::size_t>(size);
      return std::vector<float>(count, 0.3F);
    };
    source.tensors = {{"conv1.weight", weights, filled(weights)}, {"conv1.bias", bias, filled(bias)}};
    return import::quantised_checkpoint(source, options).errors;
  };
  CHECK(errors({4, 2, 3, 3}, {4}).empty());
  CHECK(errors({4, 2, 3, 3}, {2}).empty());  // transposed
  CHECK(errors({4, 2, 3, 3}, {8}).empty());  // likewise, in four groups
  CHECK(errors({4, 3}, {4}).empty());
  for (const std::vector<int>& bias : std::vector<std::vector<int>>{{3}, {6}, {4, 4}, {4, 1}, {1, 4}, {}})
    for (const std::vector<int>& weights : std::vector<std::vector<int>>{{4, 2, 3, 3}, {4, 2}})
      CHECK(errors(weights, bias).size() == 1);
  CHECK(errors({4, 2}, {2}).size() == 1);
  CHECK(
      errors({4, 2, 3, 3}, {4, 4}) ==
      std::vector<std::string>{"a.pt: 'conv1.bias' has the shape [4, 4], but a bias has one number for each output of "
                               "its layer, whose weights have [4, 2, 3, 3]"});
  CheckpointOptions options;
  options.transposed = {"conv1"};
  CHECK(errors({6, 4, 3, 3}, {6}, options).size() == 1);
  CHECK(errors({6, 4, 3, 3}, {8}, options).empty());
  // With a batch norm as well.
  errors({4, 2, 3, 3}, {2, 2});
  for (const char* part : {"bn1.running_mean", "bn1.running_var"}) source.tensors.push_back({part, {4}, {1, 1, 1, 1}});
  CHECK(import::fold_batch_norms(source).errors.size() == 1);
  CHECK(import::fold_batch_norms(source).notes.empty());  // nothing is folded
}

TEST_CASE("two layers with one name are refused") {
  NamedTensors source;
  source.file = "a.pt";
  for (const char* name : {"conv1.op.weight", "module.conv1.weight", "conv1.conv2d.weight"}) {
    source.tensors = {{"conv1.weight", {1, 1}, {0.3F}}, {name, {1, 1}, {0.5F}}};
    CHECK(import::quantised_checkpoint(source).errors ==
          std::vector<std::string>{"a.pt: 'conv1.weight' and '" + std::string(name) +
                                   "' are both weights of the layer 'conv1': leave one of them out, or rename it"});
  }
}

TEST_CASE("0 weight bits of whole numbers are 8, as the vendor's tools read them") {
  NamedTensors source;
  source.file = "a.pt";
  source.tensors = {{"fc.weight", {2, 2}, {1, 0, 0, 1}}, {"fc.bias", {2}, {0, 1}}, {"fc.weight_bits", {1}, {0}}};
  struct Two : Network<Input<2, 1, 1>, Flatten, Linear<2, bias, as<"fc">>> {};
  CHECK_FALSE(import::quantised_checkpoint(source).ok());
  CHECK(int{import::quantise(graph_of<Two>(), import::load(graph_of<Two>(), source)).layers().at(0).weight[0]} == 1);
}

TEST_CASE("the report tells bits, shift, saturation, zeros and noise") {
  NamedTensors source;
  source.file = "a.pt";
  source.tensors = {{"fc.weight", {2, 4}, {1, 0.5F, 0.25F, 0.01F, 0, -1, 0.75F, -0.5F}}};
  CheckpointOptions options;
  options.bits = 4;
  const ChangedCheckpoint changed = import::quantised_checkpoint(source, options);
  REQUIRE(changed.ok());
  const import::LayerReport& report = changed.layers.at(0);
  CHECK(report.name == "fc");
  CHECK(report.bits == 4);
  CHECK(report.output_shift == 0);
  CHECK(report.weights == 8);
  CHECK(report.saturated == 1);
  CHECK(report.zeros == 2);
  // 1 becomes 7/8, 0.01 becomes 0.
  const double signal = 1 + 0.25 + 0.0625 + 0.0001 + 1 + 0.5625 + 0.25, noise = 1.0 / 64 + 0.0001;
  CHECK(report.signal_to_noise == doctest::Approx(10 * std::log10(signal / noise)).epsilon(1e-6));
}

TEST_CASE("of numbers that the chip cannot have, the tensor and the place are told") {
  const auto errors = [](const char* part, float value, const CheckpointOptions& options, bool quantise) {
    NamedTensors source;
    source.file = "a.pt";
    source.tensors = {{"fc.weight", {2, 2}, {1, 0.5F, -0.25F, 2}},
                      {"fc.bias", {2}, {0.5F, 1}},
                      {"conv1.weight", {2, 1, 1, 1}, {1, 0.5F}},
                      {"bn1.running_mean", {2}, {1, 2}},
                      {"bn1.running_var", {2}, {1, 4}},
                      {"bn1.weight", {2}, {1, 1}},
                      {"bn1.bias", {2}, {0, 1}}};
    for (import::NamedTensor& tensor : source.tensors)
      if (tensor.name == part) tensor.values.back() = value;
    const ChangedCheckpoint changed =
        quantise ? import::quantised_checkpoint(source, options) : import::fold_batch_norms(source, options);
    std::string all;
    for (const std::string& error : changed.errors) all += error + '\n';
    return all;
  };
  CHECK(errors("", 0, {}, true).empty());
  CHECK(errors("", 0, {}, false).empty());
  for (const bool quantise : {false, true})
    for (const float value : {std::nanf(""), INFINITY, -INFINITY})
      for (const auto& [name, place] :
           std::vector<std::pair<const char*, const char*>>{{"fc.weight", "[1, 1]"},
                                                            {"fc.bias", "[1]"},
                                                            {"bn1.running_mean", "[1]"},
                                                            {"bn1.running_var", "[1]"},
                                                            {"bn1.weight", "[1]"},
                                                            {"bn1.bias", "[1]"},
                                                            {"conv1.weight", "[1, 0, 0, 0]"}}) {
        const std::string number = std::isnan(value) ? "nan" : value < 0 ? "-inf" : "inf";
        CHECK(errors(name, value, {}, quantise) == std::string("a.pt: '") + name + "' holds " + number + " at " +
                                                       place + ", which is no finite 32-bit number\n");
      }
  CHECK(errors("fc.weight", 3e38F, {}, true) ==
        "a.pt: 'fc' holds 3e+38 at [1, 1]: output shifts reach 32768 with 8 bits\n");
  CHECK(errors("fc.weight", 32768, {}, true).empty());
  CHECK(errors("fc.bias", 32769, {}, true) ==
        "a.pt: 'fc' has a bias that holds 32769 at [1]: output shifts reach 32768 with 8 bits\n");
  CHECK(errors("bn1.weight", 1e9F, {}, true).find("a.pt: 'conv1' holds 2.5") == 0);
  CHECK(errors("bn1.weight", 3e38F, {}, false).empty());
  CheckpointOptions four;
  four.bits = 4;
  CHECK(errors("fc.weight", 2049, four, true) ==
        "a.pt: 'fc' holds 2049 at [1, 1]: output shifts reach 2048 with 4 bits\n");
  CheckpointOptions deviations;
  deviations.quantiser.scale = import::WeightScale::standard_deviations;
  CHECK(errors("fc.weight", 1e6F, deviations, true).empty());
  NamedTensors none;
  none.file = "a.pt";
  none.tensors = {{"fc.weight", {0, 4}, {}}};
  CHECK(import::quantised_checkpoint(none).errors ==
        std::vector<std::string>{"a.pt: 'fc.weight' has no values: one of its dimensions is 0"});
  none.tensors = {{"fc.weight", {1, 2}, {256, 3}}};  // whole, but no bytes
  CHECK(import::quantised_checkpoint(none).ok());
}

TEST_CASE("what makes no sense is refused") {
  const auto error = [](const NamedTensors& source, const CheckpointOptions& options = {}) {
    const ChangedCheckpoint changed = import::quantised_checkpoint(source, options);
    REQUIRE_FALSE(changed.ok());
    CHECK(changed.tensors.empty());
    return changed.errors[0];
  };
  NamedTensors source = state();
  source.file = "a.pt";
  CheckpointOptions options;
  options.layer_bits["conv2"] = 4;
  CHECK(error(source, options) == "a.pt: there is no layer 'conv2'; did you mean 'conv1'?");
  NamedTensors whole = source;
  for (import::NamedTensor& tensor : whole.tensors)
    for (float& value : tensor.values) value = 1;
  CHECK(error(whole) == "a.pt: all weights are whole numbers of a signed byte: the source is quantised already");
  whole.tensors.clear();
  CHECK(error(whole) == "a.pt: there are no weights");
  NamedTensors infinite = source;
  infinite.tensors[0].values[0] = INFINITY;
  CHECK(error(infinite) == "a.pt: 'conv1.weight' holds inf at [0, 0, 0, 0], which is no finite 32-bit number");
  NamedTensors bits = source;
  bits.tensors.push_back({"fc.weight_bits", {1}, {3}});
  CHECK(error(bits) == "a.pt: 'fc' asks for another number of bits than 1, 2, 4 or 8");
  NamedTensors lonely = source;
  lonely.tensors.insert(lonely.tensors.begin(), {"first.running_mean", {2}, {1, 2}});
  CHECK(error(lonely).find(
            "a.pt: 'first': the batch norm belongs to no layer: none has its name or number (bn2 for conv2)") == 0);
}

TEST_CASE("tensors that are not quantised are named, whatever they are called") {
  const std::vector<std::pair<std::string, std::vector<int>>> others = {
      {"gn1.weight", {2}},           {"gn1.bias", {2}},        {"norm.weight", {2}},
      {"prelu.weight", {1}},         {"alone.bias", {2}},      {"lstm.weight_ih_l0", {8, 2}},
      {"lstm.weight_hh_l0", {8, 2}}, {"lstm.bias_ih_l0", {8}}, {"attention.in_proj_weight", {6, 2}},
      {"fc2.weight_orig", {2, 2}},   {"temperature", {1}},     {"gru_weight_ih_l0_reverse", {6, 2}}};
  NamedTensors source;
  source.file = "a.pt";
  source.tensors = {{"fc.weight", {2, 2}, {1, 0.5F, -0.25F, 2}}};
  for (const auto& [name, shape] : others) {
    std::size_t count = 1;
    for (const int size : shape) count *= static_cast<std::size_t>(size);
    source.tensors.push_back({name, shape, std::vector<float>(count, 0.5F)});
  }
  const ChangedCheckpoint changed = import::quantised_checkpoint(source);
  REQUIRE(changed.ok());
  CHECK(changed.layers.size() == 1);
  REQUIRE(changed.notes.size() == 1);
  for (const auto& [name, shape] : others) CHECK(changed.notes[0].find("'" + name + "'") != std::string::npos);
  const std::string said = "not quantised";
  std::string left = changed.notes[0];
  REQUIRE(left.find(said) != std::string::npos);
  left.replace(left.find(said), said.size(), "left as they are");
  CHECK(import::fold_batch_norms(source).notes == std::vector<std::string>{left});
  struct Two : Network<Input<2, 1, 1>, Flatten, Linear<2, wide, as<"fc">>> {};
  const import::LoadedLayers loaded = import::load(graph_of<Two>(), source);
  CHECK(loaded.errors.size() == others.size());
  // Nothing is said of what modules have beside their parameters.
  source.tensors.resize(1);
  for (const char* idle : {"bn.num_batches_tracked", "fc.weight_bits", "fc.bias_bits", "fc.output_shift"})
    source.tensors.push_back({idle, {1}, {8}});
  CHECK(import::quantised_checkpoint(source).notes.empty());
}

TEST_CASE("a batch norm with one statistic alone says which is missing") {
  for (const char* there : {"running_mean", "running_var"}) {
    NamedTensors source = state();
    const std::string missing = there == std::string("running_mean") ? "running_var" : "running_mean";
    for (std::size_t i = 0; i < source.tensors.size(); ++i)
      if (source.tensors[i].name == "bn1." + missing)
        source.tensors.erase(source.tensors.begin() + static_cast<std::ptrdiff_t>(i));
    const std::string said =
        "there is no '" + missing + "' beside its '" + there + "': a batch norm is folded with both";
    for (const auto& errors :
         {import::fold_batch_norms(source).errors, import::load(graph_of<Net<8>>(), source).errors}) {
      REQUIRE(errors.size() == 1);
      CHECK(errors[0].find("'bn1': " + said) != std::string::npos);
    }
  }
}

TEST_CASE("biases that do not fit are told") {
  NamedTensors source;
  source.file = "a.pt";
  source.tensors = {{"fc.weight", {2, 2}, {1, 0.5F, -0.25F, 0.5F}}, {"fc.bias", {2}, {3, 0.5F}}};
  CHECK(import::quantised_checkpoint(source).notes.empty());
  CheckpointOptions options;
  for (const import::WeightScale scale :
       {import::WeightScale::maximum, import::WeightScale::constant, import::WeightScale::average_maximum,
        import::WeightScale::standard_deviations}) {
    options.quantiser.scale = scale;
    CHECK(import::quantised_checkpoint(source, options).notes ==
          std::vector<std::string>{
              "a.pt: 'fc': 1 of its 2 biases do not fit 8 bits: the nearest number that does is taken"});
  }
  options = {};
  source.tensors.push_back({"fc.shift_quantile", {1}, {0.5F}});
  CHECK(import::quantised_checkpoint(source, options).notes.size() == 1);
  struct Two : Network<Input<2, 1, 1>, Flatten, Linear<2, bias, as<"fc">>> {};
  const import::StoredParameters stored = import::quantise(graph_of<Two>(), import::load(graph_of<Two>(), source));
  REQUIRE(stored.ok());
  std::string notes;
  for (const std::string& note : stored.notes()) notes += note + '\n';
  CHECK(notes == "layer 0 (fc): 2 of its 2 biases do not fit 8 bits: the nearest number that does is taken\n");
}

TEST_CASE("biases that are all rounded to 0 are told, and such that were 0 are not") {
  NamedTensors source;
  source.file = "a.pt";
  for (const float bias : {0.0F, 1e-3F, 0.25F}) {
    source.tensors = {{"fc.weight", {2, 2}, {0.9F, 0.5F, -0.25F, 0.5F}}, {"fc.bias", {2}, {bias, -bias / 2}}};
    const std::vector<std::string> notes = import::quantised_checkpoint(source).notes;
    CHECK(notes == (bias == 1e-3F
                        ? std::vector<std::string>{"a.pt: 'fc': its biases, of at most 0.001, are all rounded to 0"}
                        : std::vector<std::string>{}));
  }
}

TEST_CASE("a bias that is limited to 0 is told once") {
  NamedTensors source;
  source.file = "a.pt";
  source.tensors = {{"fc.weight", {2, 2}, {0.9F, 0.5F, -0.25F, 0.5F}}, {"fc.bias", {2}, {0.75F, 0.5F}}};
  CheckpointOptions options;
  options.bits = 1;  // -1 and 0
  CHECK(import::quantised_checkpoint(source, options).notes ==
        std::vector<std::string>{"a.pt: 'fc': its biases, of at most 0.75, are all rounded to 0"});
}

TEST_CASE("options without an effect are refused or told") {
  NamedTensors source = state();
  source.file = "a.pt";
  CheckpointOptions options;
  options.bits = 4;
  options.layer_bits = {{"conv1", 2}, {"up", 2}};
  CHECK(import::quantised_checkpoint(source, options).ok());
  for (const char* layer : {"conv1", "up"}) source.tensors.push_back({std::string(layer) + ".weight_bits", {1}, {2}});
  options.layer_bits = {{"fc", 8}};
  CHECK(
      import::quantised_checkpoint(source, options).errors ==
      std::vector<std::string>{"a.pt: --bits has no effect, since all layers have bits of their own: leave it out, or "
                               "name layers with --layer-bits"});
  options = {};
  options.transposed = {"up"};
  CHECK(import::quantised_checkpoint(source, options).notes.at(0) ==
        "a.pt: --transposed has no effect on 'up': no batch norm is folded into it");
  options.transposed = {"fc"};
  CHECK(import::quantised_checkpoint(source, options).errors ==
        std::vector<std::string>{
            "a.pt: --transposed names 'fc', whose weights have two dimensions, as a linear layer's: leave it out"});
}

}  // namespace test_quantised_checkpoint
