#include <cstdio>
#include <utility>

#include <incuse/max7800x/driver.hpp>
#include <incuse/max7800x/virtual_chip.hpp>

#include "small.hpp"

using namespace incuse;
using small::Chip;

int main() {
  const signed char picture[128]{};
  bool wrong = false;
  [[maybe_unused]] const auto print = [&](const char* words) {
    std::puts(words);
    wrong = true;
  };
#include SNIPPET
  int logits[5];
  done.unload(logits);
  return wrong ? 1 : 0;
}
