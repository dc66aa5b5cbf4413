// A driver over a deployment that is refused adds no errors, whatever is done with it.
// expect: \[convolution_stride\]
// errors: 1
#include "any_accelerator.hpp"

struct Net : Network<Input<1, 4, 4>, Conv2d<4, kernel<3>, pad<1>, stride<2>, as<"a">>> {};
using Refused = Deployment<Net, max78000, AnyTrained>;

void program() {
  MemoryMappedBus<> bus;
  auto ready = accelerator<Refused>(bus, Max78000Board{}).enable().init().load_weights().load_bias().configure();
  const bool verified = ready.verify_weights();
  signed char picture[16]{};
  int logits[4];
  auto running = std::move(ready).clear_buffer().load_input(picture).start();
  while (!running.finished()) continue;
  auto done = std::move(running).stop().resume().wait();
  done.unload(logits);
  done.unload_each([&](int i, int value) { logits[i] = value; });
  auto half = std::move(done).load_input([&](int i) { return picture[i]; }).start_until<0>().wait();
  half.unload_layer(logits);
  auto named = std::move(half).input_is_there().start_until<"a">().wait();
  auto again = std::move(named).load_packed_input(nullptr).start().wait();
  logits[0] = verified && again.ok() ? Refused::graph.last().out.channels : static_cast<int>(Refused::image.weights[0]);
  auto off = std::move(again).disable();
}
