// The program of all firmwares: classifies a picture of clothes with the accelerator behind a bus, compares the answer
// with the known one, and prints what users of the vendor's programs are used to read.
#pragma once

#include <cstdint>
#include <utility>

#include <incuse/incuse.hpp>
#include <incuse/max7800x/arithmetic.hpp>
#include <incuse/max7800x/driver.hpp>

#include <examples/fashion_mnist/fashion_net.hpp>
#include <examples/fashion_mnist/fashion_parameters.hpp>
#include <examples/fashion_mnist/fashion_pictures.hpp>
#include "part.hpp"
#include "semihosting.hpp"

namespace firmware {

using Chip = incuse::Deployment<fashion::FashionNet, incuse::PART, fashion::fashion_parameters>;
using Line = incuse::TextBuffer<96>;

inline void print(Line& line) {
  line << '\n';
  line.characters[line.size] = '\0';
  semihosting::print(line.characters);
}

/// A number at the right of a column.
inline void add_number(Line& line, long long number, int width = 1) {
  Line digits;
  digits << number;
  for (int i = digits.size; i < width; ++i) line << ' ';
  line << digits.text();
}

/// Percentages of the classes, from the base-2 softmax in integers.
inline void print_classes(const int (&logits)[fashion::classes]) {
  // In units of 2^-14, as the softmax takes its values.
  constexpr double units = fashion::logit_unit * (1 << 14);
  constexpr int factor = units < 1 ? 1 : static_cast<int>(units), divisor = units < 1 ? static_cast<int>(1 / units) : 1;
  int values[fashion::classes], shares[fashion::classes];
  for (int i = 0; i < fashion::classes; ++i) values[i] = factor * logits[i] / divisor;
  incuse::max7800x::softmax(values, fashion::classes, 8, shares);
  semihosting::print("Classification results:\n");
  for (int i = 0; i < fashion::classes; ++i) {
    const int permille = (1000 * shares[i] + (1 << 14)) >> 15;
    Line line;
    line << '[';
    add_number(line, logits[i], 7);
    line << "] -> Class ";
    add_number(line, i);
    line << ": ";
    add_number(line, permille / 10);
    line << '.';
    add_number(line, permille % 10);
    line << "% ";
    for (const char* letter = fashion::class_names[i]; *letter != '\0'; ++letter) line << *letter;
    print(line);
  }
}

/// Runs the test. True if the accelerator's answer is the known one.
template <incuse::max7800x::AcceleratorBus Bus, incuse::max7800x::AcceleratorBoard Board>
bool inference_test(Bus& bus, Board board) {
  const fashion::TestPicture& picture = fashion::test_pictures[0];
  semihosting::print("\n*** CNN Inference Test fashion_mnist ***\n");

  auto ready =
      incuse::max7800x::accelerator<Chip>(bus, std::move(board)).enable().init().load_weights().load_bias().configure();
  const bool weights_hold = ready.verify_weights();
  if (!weights_hold) semihosting::print("The weight memories do not hold the weights.\n");
  auto done =
      std::move(ready).load_input([&](int i) { return fashion::network_value(picture.pixels[i]); }).start().wait();
  int logits[fashion::classes];
  done.unload(logits);
  bool passed = weights_hold;
  for (int i = 0; i < fashion::classes; ++i) passed = passed && logits[i] == picture.logits[i];
  semihosting::print(passed ? "\n*** PASS ***\n\n" : "\n*** FAIL ***\n\n");

  Line time;
  time << "Estimated inference time: ";
  add_number(time, Chip::report.cycles / Here::megahertz);
  time << " us (";
  add_number(time, Chip::report.cycles);
  time << " cycles)\n";
  print(time);
  print_classes(logits);
  [[maybe_unused]] const auto off = std::move(done).disable();
  return passed;
}

}  // namespace firmware
