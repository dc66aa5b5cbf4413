// A driver over a deployment that is refused adds no errors, whatever is done with it.
// expect: \[fast_fifo_core\]
// errors: 1
#include "any_accelerator.hpp"

using Refused = Deployment<AnyNet, max78000, AnyTrained, fast_fifo_input>;

void program(Accelerator<Refused, Bus, NoBoard, State::ready> ready) {
  signed char picture[16]{};
  int logits[64];
  auto done = std::move(ready).start().push_input(picture).wait();
  done.unload(logits);
}
