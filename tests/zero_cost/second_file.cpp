// A driver whose tables another file owns: the register streams, and no weights.
// rodata at most: 2000
#include <utility>

#include <incuse/max7800x/driver.hpp>
#include <incuse/max7800x/tables_once.hpp>

#include <examples/fashion_mnist/fashion_net.hpp>
#include <examples/fashion_mnist/fashion_parameters.hpp>

using namespace incuse::max7800x;
using Owner = incuse::Deployment<fashion::FashionNet, incuse::max78000, fashion::fashion_parameters>;
extern template struct incuse::max7800x::OwnedTables<Owner>;
using Chip = WithOwnedTables<Owner>;

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
