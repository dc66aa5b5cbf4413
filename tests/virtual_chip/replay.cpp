#include "replay.hpp"

#include <algorithm>
#include <tuple>

#include <incuse/host/accelerator.hpp>
#include <incuse/hosted/regions.hpp>

#include <conformance/case_runner.hpp>
#include <conformance/differences.hpp>

namespace conformance {

namespace {

/// One access; a read that does not give what the program waits or checks for damages the case.
void carry_out(Chip& chip, const ReferenceWrite& access) {
  if (access.operation == "=") {
    chip.write(access.address, access.value);
  } else if (access.operation == "|=") {
    chip.write(access.address, chip.read(access.address) | access.value);
  } else if (access.operation == "&=") {
    chip.write(access.address, chip.read(access.address) & access.value);
  } else if (access.operation == "memset0") {
    for (std::uint32_t i = 0; i < access.value; i += 4) chip.write(access.address + i, 0);
  } else if ((chip.read(access.address) & access.mask) != access.value) {
    throw DamagedCase(access.function + ": " + hexadecimal(access.address) + " does not become " +
                      hexadecimal(access.value));
  }
}

void carry_out(Chip& chip, const std::vector<ReferenceWrite>& accesses, const std::string& function) {
  for (const ReferenceWrite& access : accesses)
    if (access.function == function) carry_out(chip, access);
}

void load_weights(Chip& chip, const std::vector<std::uint32_t>& stream, bool express) {
  for (std::size_t i = 0; i + 1 < stream.size() && stream[i] != 0; i += 2 + stream[i + 1]) {
    const std::uint32_t address = stream[i];
    if (express) chip.write_byte(address | 1, 1);
    for (std::uint32_t word = 0; word < stream[i + 1]; ++word) chip.write(address + 4 * word, stream.at(i + 2 + word));
  }
}

void load_memories(Chip& chip, const ReferenceCase& reference, const std::string& kind) {
  for (const ReferenceLoad& load : reference.loads()) {
    if (load.kind != kind) continue;
    std::uint32_t address = load.address;
    if (kind == "kernels") {
      load_weights(chip, reference.words(load.role), reference.meta("weight_format") == "mexpress");
    } else if (kind == "bias") {
      for (std::uint8_t value : reference.bytes(load.role)) chip.write(address, value), address += 4;
    } else if (kind == "input_const") {
      for (long long i = 0; i < load.count; ++i)
        chip.write(address, i % 2 == 0 ? 0x55555555u : 0xaaaaaaaau), address += 4;
    } else {
      for (std::uint32_t word : reference.words(load.role)) chip.write(address, word), address += 4;
    }
  }
}

/// One word of every FIFO in turn.
void push_frame(Chip& chip, const ReferenceCase& reference) {
  struct Fifo {
    std::uint32_t address;
    std::vector<std::uint32_t> words;
  };
  std::vector<Fifo> fifos;
  std::size_t longest = 0;
  for (const ReferenceLoad& load : reference.loads()) {
    if (load.kind != "fifo") continue;
    fifos.push_back({load.address, reference.words(load.role)});
    longest = std::max(longest, fifos.back().words.size());
  }
  for (std::size_t i = 0; i < longest; ++i)
    for (const Fifo& fifo : fifos)
      if (i < fifo.words.size()) chip.write(fifo.address, fifo.words[i]);
}

}  // namespace

Chip& fresh_chip() {
  static Chip chip;
  chip.power_cycle();
  return chip;
}

namespace {

/// Without zeros for registers that have been given another value.
std::vector<ReferenceWrite> without_clearing(const std::vector<ReferenceWrite>& accesses) {
  std::vector<ReferenceWrite> kept;
  for (const ReferenceWrite& access : accesses) {
    const bool clears =
        access.function == "cnn_configure" && access.operation == "=" && access.value == 0 &&
        std::any_of(kept.begin(), kept.end(), [&](const ReferenceWrite& earlier) {
          return earlier.function == access.function && earlier.address == access.address && earlier.value != 0;
        });
    if (!clears) kept.push_back(access);
  }
  return kept;
}

/// The input of a case whose tables have none, as Incuse lays it out.
void load_missing_input(Chip& chip, const ReferenceCase& reference) {
  const AcceptedCase loaded = load_accepted(reference.entry(), true);
  incuse::KeptRegions kept;
  incuse::max7800x::emit_input(
      incuse::max7800x::input_layout(loaded.subject.graph, loaded.subject.plan), loaded.subject.device,
      [&](int i) { return loaded.subject.input[static_cast<std::size_t>(i)]; }, kept);
  for (const auto& region : kept.regions) {
    std::uint32_t address = region.address;
    for (std::uint32_t word : region.words) chip.write(address, word), address += 4;
  }
}

/// How often the inference has to be continued: in single steps it stops after every layer.
int further_steps_of(const ReferenceCase& reference) {
  const AcceptedCase loaded = load_accepted(reference.entry(), true);
  const auto& [graph, plan, options] = std::tie(loaded.subject.graph, loaded.subject.plan, loaded.subject.options);
  return incuse::max7800x::further_steps(plan, golden_device, options, graph.size - 1);
}

}  // namespace

void replay(Chip& chip, const ReferenceCase& reference, Remedy remedy) {
  const std::vector<ReferenceWrite> accesses =
      remedy == Remedy::keep_last_layer ? without_clearing(reference.writes()) : reference.writes();
  carry_out(chip, accesses, "cnn_init");
  load_memories(chip, reference, "kernels");
  load_memories(chip, reference, "bias");
  carry_out(chip, accesses, "cnn_configure");
  load_memories(chip, reference, "input");
  load_memories(chip, reference, "input_const");
  if (remedy == Remedy::load_input) load_missing_input(chip, reference);
  chip.complete_after(1000);  // so that checks behind the start find an inference that runs
  carry_out(chip, accesses, "cnn_start");
  push_frame(chip, reference);
  chip.pass_time(1001);
  for (int left = further_steps_of(reference); left > 0; --left) {
    carry_out(chip, accesses, "CNN_ISR");
    carry_out(chip, accesses, "cnn_continue");
    chip.pass_time(1001);
  }
}

void replay_interrupt(Chip& chip, const ReferenceCase& reference) { carry_out(chip, reference.writes(), "CNN_ISR"); }

namespace {

/// Records of address, mask, count, words, ended by a 0. The first word that differs, in words.
std::string difference_in_records(Chip& chip, const std::vector<std::uint32_t>& expected) {
  std::string first;
  for (std::size_t i = 0; i + 2 < expected.size() && expected[i] != 0; i += 3 + expected[i + 2])
    for (std::uint32_t n = 0; n < expected[i + 2]; ++n) {
      const std::uint32_t address = expected[i] + 4 * n, value = expected.at(i + 3 + n);
      const std::uint32_t actual = chip.read(address) & expected[i + 1];
      if (actual != value && first.empty())
        first = "address " + hexadecimal(address) + ", mask " + hexadecimal(expected[i + 1]) + ": expected " +
                hexadecimal(value) + ", actual " + hexadecimal(actual);
    }
  return first;
}

/// The same records as read from the chip. Large arrays are left out of the tables: there, only their checksum is.
std::vector<std::uint32_t> read_records(Chip& chip, std::vector<std::uint32_t> records) {
  for (std::size_t i = 0; i + 2 < records.size() && records[i] != 0; i += 3 + records[i + 2])
    for (std::uint32_t n = 0; n < records[i + 2]; ++n)
      records.at(i + 3 + n) = chip.read(records[i] + 4 * n) & records[i + 1];
  return records;
}

}  // namespace

std::string difference_in_expected(Chip& chip, const ReferenceCase& reference) {
  if (reference.has("expected")) return difference_in_records(chip, reference.words("expected"));
  const std::string note = reference.meta("expected");  // "65585 words, crc32 0x8c2b84ae"
  const AcceptedCase loaded = load_accepted(reference.entry(), true);
  LayerOutputs any_values;  // only the places are taken from here
  for (int i = 0; i < loaded.subject.graph.size; ++i)
    any_values.emplace_back(static_cast<std::size_t>(loaded.subject.graph[i].out.elements()));
  std::vector<std::uint8_t> bytes;
  for (std::uint32_t word : read_records(chip, expected_stream(loaded.subject, any_values)))
    for (int i = 0; i < 4; ++i) bytes.push_back(static_cast<std::uint8_t>(word >> 8 * i));
  const std::uint32_t crc = crc32(bytes);
  const auto expected = static_cast<std::uint32_t>(number_in(words_of(note).back()));
  if (crc == expected) return {};
  return "crc32: expected " + hexadecimal(expected) + ", actual " + hexadecimal(crc);
}

}  // namespace conformance
