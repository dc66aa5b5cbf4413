// What users write: several networks, of several sizes, run by one function template. No compiler warns of it, with any
// optimisation.
#include INCUSE_HEADER

#ifdef INCUSE_ON_HOST
#include <incuse/host/planned_memory.hpp>
#include <incuse/host/real_reference.hpp>
#include <incuse/host/run.hpp>
#include <incuse/k210/deployment.hpp>
#endif

#include <cstdio>

using namespace incuse;

namespace {

struct One : Network<Input<4, 8, 8>, Conv2d<8, kernel<3>, pad<1>, ReLU>> {};
struct Two : Network<Input<4, 8, 8>, Conv2d<8, kernel<3>, pad<1>, ReLU>, Conv2d<4, kernel<1>>> {};
struct Three : Network<Input<4, 8, 8>, Conv2d<8, kernel<3>, pad<1>, as<"a">>, MaxPool2d<2>, Conv2d<4, kernel<1>>> {};
struct Four : Network<Input<4, 8, 8>, Conv2d<8, kernel<3>, pad<1>>, Residual<Conv2d<8, kernel<1>>>,
                      Fused<MaxPool2d<2>, Conv2d<4, kernel<1>>>> {};

static_assert(fits<One, max78000> && fits<Two, max78000> && fits<Three, max78000> && fits<Four, max78000>);
static_assert(fits<One, max78002> && fits<Two, max78002> && fits<Three, max78002> && fits<Four, max78002>);
static_assert(fits<One, ai84>);

constexpr char weights[8 * 4 * 9]{1, -2, 3};
constexpr LayerParameters layers[] = {
    {.weight = {weights, 8, 4, 3, 3}}, {.weight = {weights, 4, 8, 1, 1}}, {.weight = {weights, 4, 8, 1, 1}}};
constexpr LayerParameters layers_of_four[] = {
    {.weight = {weights, 8, 4, 3, 3}}, {.weight = {weights, 8, 8, 1, 1}}, {.weight = {weights, 4, 8, 1, 1}}};

struct OneTrained {
  static constexpr LayerParameters layers[] = {{.weight = {weights, 8, 4, 3, 3}}};
};

template <class Net>
Parameters parameters_for() {
  const int count = weighted_index(graph_of<Net>(), graph_of<Net>().size);
  return {Net::graph.size == 4 ? layers_of_four : layers, count};
}

/// Everything that a program does with a network which it gets at run time.
template <class Net>
int plan() {
  const Parameters parameters = parameters_for<Net>();
  const auto graph = bind(infer(graph_of<Net>()), parameters);
  const auto planned = max7800x::arrange_and_plan<max7800x::most_layers>(graph, max78000, {});
  const Findings found = max7800x::inspect(planned.graph, planned.plan, max78000, planned.options);
  int words = check_parameters(graph, parameters).size + found.size;
  max7800x::emit_configure(planned.graph, planned.plan, max78000, planned.options, [&](const auto&) { ++words; });
  const auto own_plan = max7800x::plan_if_possible(graph, max78000);
  words += max7800x::check(graph, own_plan, max78000).size;
  max7800x::emit_weights(planned.graph, planned.plan, max78000, parameters, planned.options,
                         [&](std::uint32_t) { ++words; });
  return words;
}

#ifdef INCUSE_ON_HOST
constexpr float reals[8 * 4 * 9]{1.0f, -0.5f};

template <class Net>
k210::RealLayer real_layer(int index) {
  k210::RealLayer own{.convolved = {-1, 1}, .output = {-1, 1}};
  own.weights.values = reals;
  own.weights.count = static_cast<int>(host::weight_count(graph_of<Net>()[index]));
  return own;
}

template <class Net>
int run() {
  const auto& net = graph_of<Net>();
  const Parameters parameters = parameters_for<Net>();
  const auto graph = bind(net, parameters);
  host::Executor executor(graph, parameters);
  int input[4 * 8 * 8]{};
  float numbers[4 * 8 * 8]{};
  executor.set_input(input);
  executor.run();
  int result = executor.ready() ? executor.output(graph.size - 1, 0) : -1;

  const auto planned = max7800x::arrange_and_plan<max7800x::most_layers>(graph, max78000, {});
  host::PlannedExecutor in_memory(planned.graph, planned.plan, max78000, parameters, planned.options);
  result += in_memory.run(input).none() ? 1 : 0;

  k210::RealLayer entries[4]{};
  int count = 0;
  for (int i = 0; i < net.size; ++i)
    if (net[i].weighted()) entries[count++] = real_layer<Net>(i);
  host::RealExecutor real(net, entries, count);
  real.run(numbers);
  const auto on_kpu = k210::plan_if_possible(net, k210_kpu);
  return result + static_cast<int>(real.output(net.size - 1, 0)) + k210::check(net, on_kpu, k210_kpu).size;
}
#else
template <class Net>
int run() {
  return 0;
}
#endif

}  // namespace

int main() {
  using Chip = Deployment<One, max78000, OneTrained>;
  const int planned = plan<One>() + plan<Two>() + plan<Three>() + plan<Four>();
  const int computed = run<One>() + run<Two>() + run<Three>() + run<Four>();
  std::printf("%d %d %d\n", planned, computed, static_cast<int>(Chip::image.weights[0] != 0));
  return 0;
}
