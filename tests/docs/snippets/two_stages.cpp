#include <incuse/model/stages.hpp>

#include "early_exit_net.hpp"

#include SNIPPET

static_assert(First::is_valid && Second::is_valid);

int main() {
  const signed char low[10]{}, high[10]{0, 0, 45};
  return !is_enough(low) && is_enough(high) ? 0 : 1;
}
