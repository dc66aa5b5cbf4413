// The driver and all that it needs for the Fashion-MNIST example: 71,148 bytes of weights, with addresses and lengths
// of their records. rodata: 72000
#include <utility>

#include <incuse/max7800x/driver.hpp>

#include <examples/fashion_mnist/fashion_net.hpp>
#include <examples/fashion_mnist/fashion_parameters.hpp>

using namespace incuse::max7800x;
using Chip = incuse::Deployment<fashion::FashionNet, incuse::max78000, fashion::fashion_parameters>;

void classify(const signed char (&picture)[784], int (&logits)[fashion::classes]) {
  MemoryMappedBus<> bus;
  auto done = accelerator<Chip>(bus, Max78000Board{})
                  .enable()
                  .init()
                  .load_weights()
                  .load_bias()
                  .configure()
                  .load_input(picture)
                  .start()
                  .wait();
  done.unload(logits);
  [[maybe_unused]] auto off = std::move(done).disable();
}
