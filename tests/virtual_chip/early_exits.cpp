// Early exits by enumeration: every value that a tested output can have against thresholds of both conditions, on a
// virtual MAX78002 and in the reference executor, and networks with random weights that leave at every of their ends.
#include <cstdio>
#include <string>

#include <incuse/host/planned_memory.hpp>
#include <incuse/host/proof.hpp>
#include <incuse/host/random_parameters.hpp>
#include <incuse/incuse.hpp>
#include <incuse/max7800x/driver.hpp>

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
    expect((executor.exit_taken() >= 0) == fulfils(test, values), what + ": the executor's outcome");
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

/// What differs if a network runs up to each of its layers in turn, as somebody does who looks for a mistake: the
/// number of layers that are compared is that of the layers which run.
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
  const int exit = executor.exit_taken();
  expect(static_cast<int>(found.size()) == (exit >= 0 ? exit + 1 : network.graph.size), name + ": layers compared");
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

}  // namespace

int main() {
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
