// Runs layers with the library and with plain loops on a small processor, compares their outputs and counts
// instructions under QEMU with -icount, where time is instructions: "NAME OWN PLAIN" a line. Exit code 0: all is equal.
#include <cstdint>

#include <incuse/core/text.hpp>

#include <examples/firmware_max7800x/semihosting.hpp>

#include "layers.hpp"

extern "C" void plain_layer(const std::int8_t* in, int height, int width, int channels, const std::int8_t* weights,
                            const std::int8_t* bias, int outputs, int kernel, int padding, int relu, std::int8_t* out);

namespace {

#if defined(__riscv)

std::uint32_t count() {
  std::uint32_t value;
  asm volatile(".option push\n.option arch, +zicsr\ncsrr %0, minstret\n.option pop" : "=r"(value)::"memory");
  return value;
}
template <class Work>
std::uint64_t instructions(const Work& work) {
  const std::uint32_t before = count();
  work();
  return count() - before;
}

#else

volatile std::uint32_t& timer_register(std::uintptr_t offset) {
  return *reinterpret_cast<volatile std::uint32_t*>(0xe000'e010 + offset);
}

/// Ticks that a piece of code takes; the timer counts down.
template <class Work>
std::uint32_t ticks(const Work& work) {
  timer_register(4) = 0xff'ffff;
  timer_register(8) = 0;
  timer_register(0) = 5;  // processor clock, on
  const std::uint32_t before = timer_register(8);
  work();
  return (before - timer_register(8)) & 0xff'ffff;
}

/// Calibrated with a piece of code of known length.
template <class Work>
std::uint64_t instructions(const Work& work) {
  constexpr int repetitions = 100, known = 4000;
  const std::uint32_t unit = ticks([] {
    for (int i = 0; i < repetitions; ++i) asm volatile(".rept 4000\nnop\n.endr");
  });
  return std::uint64_t{ticks(work)} * known * repetitions / unit;
}

#endif

template <class Net>
bool compare(const char* name) {
  using Subject = bench::Subject<Net>;
  constexpr auto& own = Subject::own;
  static std::int8_t image[own.image_bytes() + 1], out[own.out.elements()], plain_out[own.out.elements()];
  const auto run_own = [] { bench::small_tensors::run<own>(Subject::packed, Subject::input.items, image, out); };
  const auto run_plain = [] {
    plain_layer(Subject::input.items, own.in.height, own.in.width, own.in.channels, Subject::plain_weights.items,
                Subject::biases.items, own.out.channels, own.kernel.height, own.padding.height, own.finish.relu ? 1 : 0,
                plain_out);
  };
  incuse::TextBuffer<96> line;
  for (; *name != '\0'; ++name) line << *name;
  line << ' ' << static_cast<long long>(instructions(run_own));
  line << ' ' << static_cast<long long>(instructions(run_plain)) << '\n';
  line.characters[line.size] = '\0';
  semihosting::print(line.characters);
  for (int i = 0; i < own.out.elements(); ++i)
    if (out[i] != plain_out[i]) return false;
  return true;
}

}  // namespace

int main() {
  bool same = compare<bench::PointwiseNet>("1x1");
  same = compare<bench::WindowNet>("3x3") && same;
  same = compare<bench::LinearNet>("Linear") && same;
  semihosting::print(same ? "all outputs are equal\n" : "outputs DIFFER\n");
  semihosting::exit(same);
}
