// Ways to the accelerator's registers and memories. The driver is a template over one of them.
#pragma once

#include <concepts>
#include <cstdint>

#include <incuse/core/language.hpp>

namespace incuse::max7800x {

/// Something that carries accesses to addresses of the accelerator: the memory bus, a recorder, a virtual chip. All
/// accesses are 32-bit words, except for the byte write in front of each record of express (packed) weights.
template <class Bus>
concept AcceleratorBus = requires(Bus& bus, std::uint32_t address, std::uint32_t word, std::uint8_t byte) {
  bus.write(address, word);
  bus.write_byte(address, byte);
  { bus.read(address) } -> std::same_as<std::uint32_t>;
};

/// The address from which `MemoryMappedBus` counts how far an accelerator was moved.
inline constexpr std::uintptr_t usual_base = 0x5000'0000;

/// The memory bus of the microcontroller. `Base` is where the accelerator's address `usual_base` appears: somewhere
/// else in a simulator, or where a test has redirected the accesses into RAM.
template <std::uintptr_t Base = usual_base>
struct MemoryMappedBus {
  static void write(std::uint32_t address, std::uint32_t word) { *at<std::uint32_t>(address) = word; }
  static void write_byte(std::uint32_t address, std::uint8_t byte) { *at<std::uint8_t>(address) = byte; }
  static std::uint32_t read(std::uint32_t address) { return *at<std::uint32_t>(address); }

 private:
  template <class Value>
  static volatile Value* at(std::uint32_t address) {
    // NOLINTNEXTLINE(performance-no-int-to-ptr): hardware lies at numbers
    return reinterpret_cast<volatile Value*>(address + (Base - usual_base));
  }
};

template <class Bus>
inline constexpr bool is_memory_mapped = false;
template <std::uintptr_t Base>
inline constexpr bool is_memory_mapped<MemoryMappedBus<Base>> = true;

/// One access, as a recorder keeps it.
struct BusAccess {
  enum class Kind : unsigned char { write, write_byte, read };

  Kind kind = Kind::write;
  std::uint32_t address = 0;
  std::uint32_t value = 0;  ///< written, or what was read

  friend constexpr bool operator==(const BusAccess&, const BusAccess&) = default;
};

/// Hands every access on to another bus and tells `sink(BusAccess)` about it: to compare sequences of accesses, or to
/// print them.
template <AcceleratorBus Next, class Sink>
class RecordingBus {
 public:
  constexpr RecordingBus(Next& next, Sink sink) : next_(next), sink_(sink) {}

  constexpr void write(std::uint32_t address, std::uint32_t word) {
    sink_(BusAccess{BusAccess::Kind::write, address, word});
    next_.write(address, word);
  }
  constexpr void write_byte(std::uint32_t address, std::uint8_t byte) {
    sink_(BusAccess{BusAccess::Kind::write_byte, address, byte});
    next_.write_byte(address, byte);
  }
  constexpr std::uint32_t read(std::uint32_t address) {
    const std::uint32_t value = next_.read(address);
    sink_(BusAccess{BusAccess::Kind::read, address, value});
    return value;
  }

 private:
  Next& next_;
  Sink sink_;
};

}  // namespace incuse::max7800x
