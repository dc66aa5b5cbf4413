// Executors bind a network to its parameters: trained shifts and zero biases count, whether its graph is bound or not.
#include <vector>

#include <doctest/doctest.h>

#include <incuse/host/random_parameters.hpp>
#include <incuse/host/run.hpp>
#include <incuse/model/layers.hpp>
#include <incuse/model/network.hpp>

namespace test_binding {

using namespace incuse;

namespace {

using Net = Network<Input<3, 12, 12>, Conv2d<8, kernel<3>, pad<1>, bias, ReLU>, Conv2d<8, kernel<3>, pad<1>, bits<4>>,
                    Fused<MaxPool2d<2>, Conv2d<6, kernel<1>>>, Flatten, Linear<5, bias>>;

std::vector<int> last_output(const Graph<4>& graph, Parameters parameters) {
  host::Executor executor(graph, parameters);
  REQUIRE(executor.ready());
  std::vector<int> input(3 * 12 * 12);
  for (std::size_t i = 0; i < input.size(); ++i) input[i] = static_cast<int>(i * 37 % 256) - 128;
  executor.set_input(input.data());
  executor.run();
  return executor.output_of(graph.size - 1);
}

}  // namespace

TEST_CASE("an executor counts the trained shift of a graph that is not bound") {
  using One = Network<Input<1, 1, 1>, Conv2d<1, kernel<1>>>;
  static constexpr signed char weight[] = {64};
  static constexpr LayerParameters layers[] = {{.name = "one", .weight = {weight, 1, 1, 1, 1}, .output_shift = -3}};
  host::Executor executor(graph_of<One>(), Parameters{layers, 1});
  const int input[] = {64};
  executor.set_input(input);
  executor.run();
  CHECK(executor.output(0, 0) == 4);  // 64 * 64 / 128 / 8
}

TEST_CASE("bound or not, a network computes the same") {
  for (unsigned seed = 1; seed <= 20; ++seed) {
    host::RandomParameters random = host::random_parameters(graph_of<Net>(), seed);
    if (seed % 2 == 0)
      for (char& value : random.storage[1]) value = 0;  // a bias that is all zero
    const auto bound = bind(graph_of<Net>(), random.view());
    CHECK(last_output(graph_of<Net>(), random.view()) == last_output(bound, random.view()));
  }
}

}  // namespace test_binding
