// The example network with its trained parameters computes what train_fashion wrote down.
#include <doctest/doctest.h>
#include <incuse/host/run.hpp>

#include <examples/fashion_mnist/fashion_net.hpp>
#include <examples/fashion_mnist/fashion_parameters.hpp>
#include <examples/fashion_mnist/fashion_pictures.hpp>

namespace test_fashion {

using namespace incuse;

TEST_CASE("logits of the embedded test pictures") {
  constexpr Parameters parameters = parameters_in<fashion::fashion_parameters>();
  host::Executor executor(bind(graph_of<fashion::FashionNet>(), parameters), parameters);
  REQUIRE(executor.ready());
  for (const fashion::TestPicture& picture : fashion::test_pictures) {
    int input[28 * 28];
    for (int i = 0; i < 28 * 28; ++i) input[i] = fashion::network_value(picture.pixels[i]);
    executor.set_input(input);
    executor.run();
    for (int i = 0; i < fashion::classes; ++i) CHECK(executor.output(4, i) == picture.logits[i]);
  }
}

TEST_CASE("pixels become signed bytes") {
  static_assert(fashion::network_value(0) == -128);
  static_assert(fashion::network_value(127) == -1);
  static_assert(fashion::network_value(128) == 1);
  static_assert(fashion::network_value(255) == 127);
}

}  // namespace test_fashion
