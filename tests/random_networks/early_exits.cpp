// Early exits by enumeration: every value that a tested output can have against thresholds of both conditions, on a
// virtual MAX78002 and in the reference executor, networks with random weights that leave at every of their ends, and
// random networks with exits anywhere.
//   incuse_random_networks early_exits [random networks] [first seed]
#include <cstdio>
#include <cstdlib>
#include <map>
#include <string>

#include <incuse/host/planned_memory.hpp>
#include <incuse/host/proof.hpp>
#include <incuse/host/random_parameters.hpp>
#include <incuse/incuse.hpp>
#include <incuse/max7800x/driver.hpp>

#include <support/layers.hpp>
#include <support/random.hpp>
#include "commands.hpp"

namespace test_early_exits {

using namespace incuse;
namespace m = incuse::max7800x;

namespace {

int failures = 0;

void expect(bool condition, const std::string& what) {
  if (condition) return;
  ++failures;
  if (failures <= 10) std::printf("wrong: %s\n", what.c_str());
}

host::ProvingChip<max78002> chip;

/// Tests four channels of one pixel, and copies them behind the exit.
template <class Condition>
struct Passing : Network<Input<4, 1, 1>, EarlyExit<Condition, Identity<>>, Identity<>> {};

bool fulfils(const ExitTest& test, const int (&values)[4]) {
  if (test.part == ExitTest::one) return values[test.channel] >= test.value;
  for (int value : values)
    if (value >= test.value) return true;
  return false;
}

/// All values of each channel, the others low, and some in which several are high.
template <class Condition>
void enumerate() {
  using Chip = Deployment<Passing<Condition>, max78002>;
  constexpr ExitTest test = Condition::test;
  chip.power_cycle();
  auto done = m::accelerator<Chip>(chip).enable().init().load_weights().load_bias().configure();
  host::Executor executor(Chip::graph, Chip::parameters, {max78002});
  auto run = [&](auto ready, const int(&values)[4]) {
    auto finished = std::move(ready).load_input(values).start().wait();
    executor.set_input(values);
    executor.run();
    const int exit = finished.exit_taken();
    const std::string what = "threshold " + std::to_string(test.value) + ", values " + std::to_string(values[0]) + " " +
                             std::to_string(values[1]) + " " + std::to_string(values[2]) + " " +
                             std::to_string(values[3]);
    expect((exit == 0) == fulfils(test, values), what + ": the chip's outcome");
    expect(executor.exit_taken() == exit, what + ": the executor's outcome");
    expect((chip.last_layer() < Chip::graph.size - 1) == (exit == 0), what + ": the layer that the chip ends with");
    int left[4], end[4];
    finished.template unload_exit<0>(left);
    finished.unload(end);
    for (int c = 0; c < 4; ++c) {
      expect(left[c] == values[c], what + ": the exit's output");
      if (exit < 0) expect(end[c] == values[c], what + ": the network's output");
    }
    return finished;
  };
  int first[4] = {-128, -128, -128, -128};
  auto last = run(std::move(done), first);
  for (int channel = 0; channel < 4; ++channel)
    for (int value = -128; value <= 127; ++value) {
      int values[4] = {-128, -128, -128, -128};
      values[channel] = value;
      last = run(std::move(last), values);
    }
  for (int value = 0; value <= 127; value += 9) {
    int values[4] = {value, 127 - value, value / 2, -value};
    last = run(std::move(last), values);
  }
  expect(chip.report().ok(), "threshold " + std::to_string(test.value) + ": the chip complains");
  (void)std::move(last).disable();
}

template <class... Conditions>
void enumerate_all() {
  (enumerate<Conditions>(), ...);
}

// clang-format off
struct TwoExits : Network<
    Input<3, 10, 10>,
    Conv2d<16, kernel<3>, pad<1>, ReLU>,
    EarlyExit<any_at_least<2>, MaxPool2d<2>, Conv2d<4, kernel<3>, ReLU>, Flatten, Linear<10>>,
    Fused<MaxPool2d<2>, Conv2d<70, kernel<3>, pad<1>, ReLU>>,
    EarlyExit<at_least<4, 1>, AvgPool2d<5>, Linear<5>>,
    Residual<Conv2d<70, kernel<3>, pad<1>>>,
    Flatten,
    Linear<10, wide>> {};
struct ManyClasses : Network<
    Input<2, 6, 6>,
    Conv2d<80, kernel<3>, ReLU>,
    EarlyExit<any_at_least<8>, Flatten, Linear<100>>,
    Conv2d<12, kernel<3>>> {};
// clang-format on

/// Runs a network up to each of its layers in turn, as one does to find a mistake, and compares the layer's output. As
/// many layers have to be compared as run.
template <int N>
void compare_steps(const host::DeployedNetwork<N>& network, unsigned seed, const std::string& name) {
  const std::vector<int> input = host::random_input(network.graph, seed);
  host::Executor<N> executor(network.graph, network.parameters, {network.device, network.options});
  executor.set_input(input.data());
  executor.run();
  chip.power_cycle();
  chip.complete_after(100);
  expect(host::load_accelerator(network, chip), name + ": it cannot be loaded");
  const auto found = host::compare_step_by_step(network, executor, input.data(), chip);
  const host::LayerComparison* first = host::first_difference(found);
  expect(first == nullptr, name + ", layer by layer: " + (first != nullptr ? host::text_of(*first) : ""));
  const int last = last_layer_with_exit(network.graph, executor.exit_taken());
  expect(static_cast<int>(found.size()) == last + 1, name + ": layers compared");
}

/// Proves a network with many random weights, until each of its ends was reached several times.
template <class Net>
void prove_ends(const char* name, int wanted, const m::Options& options = {}) {
  int reached[8]{}, both = 0;
  for (unsigned seed = 1; seed <= 40; ++seed) {
    const host::RandomParameters random = host::random_parameters(Net::graph, seed);
    const auto planned = m::arrange_and_plan<32>(bind(Net::graph, random.view()), max78002, options);
    expect(m::inspect(planned.graph, planned.plan, max78002, planned.options).ok(),
           std::string(name) + " does not fit");
    const host::DeployedNetwork<32> network{planned.graph, planned.plan, max78002, planned.options, random.view()};
    const host::Proof proof = host::prove(network, chip);
    if (seed <= 5) compare_steps(network, seed, name);
    expect(proof.ok(), std::string(name) + ", seed " + std::to_string(seed) + ": " + text_of(proof));
    host::PlannedExecutor memory(planned.graph, planned.plan, max78002, random.view(), planned.options);
    expect(memory.run(host::random_input(planned.graph, seed).data()).none(),
           std::string(name) + ": in planned memory");
    ++reached[proof.ends];
    both += proof.ends > 1 ? 1 : 0;
  }
  std::printf("%s: 40 sets of weights, of which %d reach more than one end, %d all %d\n", name, both, reached[wanted],
              wanted);
  expect(both >= 10, std::string(name) + ": too few sets of weights with several ends");
}

// Random networks -----------------------------------------------------------------------------------------------------

/// Networks with one or two exits, seldom three: behind the input, behind any layer and at the end; with layers of
/// their own in front of the test or without; with thresholds of all sizes; whose outputs are read again.
class ExitBuilder {
 public:
  using Net = Graph<32>;

  explicit ExitBuilder(std::uint32_t seed) : random_(seed) {}

  Net build() {
    const int channels[] = {1, 2, 3, 4, 8, 12, 16, 20, 66};
    net_.input = {random_.one_of(channels), random_.between(1, 12), random_.between(1, 12)};
    const int trunk = random_.between(1, 4), exits = random_.one_in(40) ? 3 : random_.between(1, 2);
    int places[3];
    for (int& place : places) place = random_.below(trunk + 1);
    for (int i = 0; i <= trunk; ++i) {
      if (i > 0) add_trunk();
      for (int k = 0; k < exits; ++k)
        if (places[k] == i) add_exit();
    }
    return infer(net_);
  }

  m::Options options() {
    m::Options options;
    if (random_.one_in(5)) options.input_path = random_.one_in(2) ? m::InputPath::fifo : m::InputPath::fast_fifo;
    options.runs_on_risc_v = options.uses_fast_fifo();
    options.overlap_data = random_.one_in(4);
    options.average_pool_rounding = random_.one_in(4);
    options.write_zero_registers = random_.one_in(8);
    options.no_pipeline = random_.one_in(8);
    if (random_.one_in(6)) options.processors_per_pass = 1 + random_.below(12);
    return options;
  }

 private:
  int add(Layer layer, int source) {
    layer.sources = {};
    layer.sources.push(source);
    net_[net_.size++] = layer;
    net_ = infer(net_);
    return net_.size - 1;
  }
  Shape shape_of(int source) const { return source < 0 ? net_.input : net_[source].out; }

  Layer any_layer(Shape in) {
    const int channels[] = {1, 2, 4, 5, 8, 16, 40, 70};
    Layer layer;
    if (!random_.one_in(5)) {
      const bool small = random_.one_in(3);
      layer = test::conv2d(random_.one_of(channels), small ? 1 : 3, small ? 0 : 1);
      layer.activation = random_.one_in(3) ? Activation::none : Activation::relu;
      layer.bias = random_.one_in(3);
      if (random_.one_in(6)) layer.weight_bits = 8 >> random_.below(4);
    }
    if (random_.one_in(3) && in.height > 1 && in.width > 1)
      layer = test::pooled(random_.one_in(2) ? Pooling::max : Pooling::average, {2, 2}, {2, 2}, layer);
    layer.output = random_.one_in(6);
    return layer;
  }

  void add_trunk() {
    const int before = trunk_;
    // Now and then the network goes on with what an exit's layers have written.
    const int from = tested_ >= 0 && random_.one_in(5) ? tested_ : before;
    trunk_ = add(any_layer(shape_of(from)), from);
  }

  void add_exit() {
    int end = trunk_;
    if (shape_of(end).pixels() > 1 || !random_.one_in(4)) {
      for (int left = random_.below(3); left > 0; --left) end = add(any_layer(shape_of(end)), end);
      const int classes[] = {1, 2, 3, 10, 10, 64, 65, 100};
      Layer classifier = test::flattened(test::linear(random_.one_of(classes)));
      classifier.bias = random_.one_in(3);
      end = add(classifier, end);
      if (random_.one_in(40)) net_[end].wide = true;
    }
    const bool any = random_.one_in(2);
    const int thresholds[] = {1, 2, 5, 30, 64, 126, 127};
    const int more[] = {-127, -126, -64, -1, 0, 1, 0, 8};
    ExitTest test{ExitTest::one, random_.below(shape_of(end).channels),
                  random_.one_in(2) ? random_.one_of(more) : random_.one_of(thresholds)};
    if (any) test = {ExitTest::excess, 0, random_.one_of(thresholds)};
    if (end >= 0) net_[end].output = true;
    tested_ = end;
    end = add(incuse::detail::exit_draft(test).layer, end);
    if (any) add(incuse::detail::exit_draft({ExitTest::any, 0, test.value}).layer, end);
  }

  test::Random random_;
  Net net_{};
  int trunk_ = network_input;
  int tested_ = -1;
};

struct Tally {
  int proved = 0, refused = 0, inputs = 0, ends[4]{};
  std::map<std::string, int> rules{};
};

void try_network(std::uint32_t seed, Tally& tally) {
  ExitBuilder builder(seed);
  const m::Options options = builder.options();
  const Graph<32> net = builder.build();
  const auto plan = [&](const Graph<32>& graph) { return m::arrange_and_plan<32>(graph, max78002, options); };
  const auto unbound = plan(net);
  for (const Finding& finding : m::inspect(unbound.graph, unbound.plan, max78002, unbound.options)) {
    if (finding.rule->severity != Severity::error) continue;
    ++tally.refused, ++tally.rules[string_of(finding.rule->id)];
    return;
  }
  const host::RandomParameters random = host::random_parameters(net, seed);
  const auto planned = plan(bind(net, random.view()));
  const std::string what = "random network " + std::to_string(seed) + ": ";
  const host::Proof proof = host::prove(
      host::DeployedNetwork<32>{planned.graph, planned.plan, max78002, planned.options, random.view()}, chip);
  expect(proof.ok(), what + text_of(proof));
  host::PlannedExecutor memory(planned.graph, planned.plan, max78002, random.view(), planned.options);
  expect(memory.run(host::random_input(planned.graph, seed).data()).none(), what + "in planned memory");
  ++tally.proved, tally.inputs += proof.inputs, ++tally.ends[proof.ends < 4 ? proof.ends : 3];
}

void try_networks(std::uint32_t first, int count) {
  Tally tally;
  for (int n = 0; n < count; ++n) try_network(first + static_cast<std::uint32_t>(n), tally);
  std::printf("%d random networks: %d proved with %d inputs, of which %d have one end, %d two, %d three; %d refused\n",
              count, tally.proved, tally.inputs, tally.ends[1], tally.ends[2], tally.ends[3], tally.refused);
  for (const auto& [rule, times] : tally.rules) std::printf("  %5d %s\n", times, rule.c_str());
  expect(tally.proved > count / 2 && tally.ends[2] > count / 20, "too few of the random networks say anything");
}

}  // namespace

int run(int argc, char** argv) {
  const auto first = static_cast<std::uint32_t>(argc > 2 ? std::atoi(argv[2]) : 1);
  try_networks(first, argc > 1 ? std::atoi(argv[1]) : 300);
  enumerate_all<any_at_least<1>, any_at_least<2>, any_at_least<40>, any_at_least<64>, any_at_least<126>,
                any_at_least<127>>();
  enumerate_all<at_least<0, -127>, at_least<1, -1>, at_least<2, 0>, at_least<3, 1>, at_least<0, 77>,
                at_least<3, 127>>();
  prove_ends<TwoExits>("two exits", 3);
  prove_ends<TwoExits>("two exits behind FIFOs", 3, m::options_of<m::fifo_input>());
  prove_ends<ManyClasses>("many classes", 2);
  prove_ends<ManyClasses>("many classes, overlapping", 2, m::options_of<m::overlap_data>());
  std::printf("%d failures\n", failures);
  return failures == 0 ? 0 : 1;
}

}  // namespace test_early_exits

int random_networks::early_exits(int argc, char** argv) { return test_early_exits::run(argc, argv); }
