// Firmware for a 64-bit RISC-V core, as the K210 has two of: says which way the stroke of a picture goes. Under QEMU,
// which has no KPU, a virtual one is linked in; on the chip the bus is k210::MemoryMappedKpu, and nothing else changes.
#include <incuse/k210/virtual_bus.hpp>

#include <examples/firmware_max7800x/semihosting.hpp>
#include <examples/k210_detector/strokes.hpp>

using namespace incuse;
namespace strokes = demo::strokes;

namespace {

using Line = TextBuffer<80>;
void print(Line line) {
  line << '\n';
  line.characters[line.size] = '\0';
  semihosting::print(line.characters);
}

Text text_of(const char* letters) {
  int size = 0;
  while (letters[size] != '\0') ++size;
  return {letters, size};
}

void print_picture(const signed char* picture) {
  for (int y = 0; y < strokes::side; ++y) {
    Line line;
    for (int x = 0; x < strokes::side; ++x) line << (picture[y * strokes::side + x] > 0 ? "#" : ".");
    print(line);
  }
}

/// All memories of the KPU, and room for one layer of this size.
using Storage = k210::KpuStorage<k210_kpu, 32 * 32, 64 * 64>;
Storage storage;

/// The kind of stroke with the strongest answers, or -1 if the KPU does not run.
int see(const signed char* picture) {
  k210::VirtualKpuBus<k210_kpu, Storage> bus(storage);
  k210::KpuDriver<strokes::Chip, k210::VirtualKpuBus<k210_kpu, Storage>> kpu(bus);
  auto ready = kpu.init();
  auto loaded = ready.load_input(picture);
  float answers[4];
  if (std::move(loaded).run(answers) != k210::RunResult::done) {
    Line line;
    line << "The KPU refuses: " << k210::sentence_of(bus.kpu().report()).text();
    print(line);
    return -1;
  }
  int best = 0;
  for (int c = 0; c < 4; ++c) {
    Line line;
    line << "  " << text_of(strokes::names[c]) << ' ' << static_cast<long long>(100 * answers[c]) << " %";
    print(line);
    if (answers[c] > answers[best]) best = c;
  }
  return best;
}

}  // namespace

int main() {
  signed char picture[strokes::side * strokes::side];
  strokes::draw(picture);
  semihosting::print("\n*** KPU test strokes ***\n");
  print_picture(picture);
  const int seen = see(picture);
  if (seen >= 0) {
    Line line;
    line << "The stroke is " << text_of(strokes::names[seen]) << '.';
    print(line);
  }
  const bool passed = seen == 3;
  semihosting::print(passed ? "*** PASS ***\n" : "*** FAIL ***\n");
  semihosting::exit(passed);
}
