// A virtual KPU as the driver's bus: for tests, and for running firmware where there is no KPU.
#pragma once

#include <incuse/k210/driver.hpp>
#include <incuse/k210/virtual_chip.hpp>

namespace incuse::k210 {

/// Main memory in which tables get bus addresses of their own when they are first asked for: a host's pointers are too
/// long for the KPU. Addresses keep their lowest 8 bits, so that misaligned tables are detected.
template <int Tables = 512>
class TableMemory {
 public:
  static constexpr std::uint32_t window = 1u << 21;  ///< bytes of address space for each: weights of a layer fit

  BusAddress address_of(const void* table) {
    int index = 0;
    while (index < count_ && tables_[index] != table) ++index;
    if (index == Tables) return {};
    tables_[index] = static_cast<const std::uint8_t*>(table);
    count_ = max_of(count_, index + 1);
    return {window * static_cast<std::uint32_t>(index + 1) + low_bits(table)};
  }
  bool read(std::uint32_t from, std::uint8_t* to, int count) const {
    const std::uint32_t index = from / window - 1;
    if (from < window || index >= static_cast<std::uint32_t>(count_)) return false;
    const std::uint8_t* bytes = tables_[index];
    for (int i = 0; i < count; ++i) to[i] = bytes[from % window - low_bits(bytes) + static_cast<std::uint32_t>(i)];
    return true;
  }

 private:
  static std::uint32_t low_bits(const void* table) {
    return static_cast<std::uint32_t>(reinterpret_cast<std::uintptr_t>(table) % 256);
  }

  const std::uint8_t* tables_[Tables]{};
  int count_ = 0;
};

/// `Storage` is a KpuStorage.
template <const Device& Chip, class Storage>
class VirtualKpuBus {
 public:
  explicit VirtualKpuBus(Storage& storage) : kpu_(memory_, storage) {}

  void write(std::uint32_t address, std::uint64_t word) { kpu_.write(address, word); }
  std::uint64_t read(std::uint32_t address) { return kpu_.read(address); }
  void store(std::uint32_t address, const std::uint8_t* from, int count) { kpu_.store(address, from, count); }
  void load(std::uint32_t address, std::uint8_t* to, int count) { kpu_.load(address, to, count); }
  BusAddress address_of(const void* table) { return memory_.address_of(table); }
  void start_receiving(std::uint8_t* to, int count) {
    to_ = to;
    count_ = count;
  }
  bool finish_receiving() {
    for (int i = 0; i < count_; i += 8) {
      const std::uint64_t word = kpu_.read(Chip.registers + Chip.offset.fifo_data_out);
      for (int b = 0; b < 8 && i + b < count_; ++b) to_[i + b] = static_cast<std::uint8_t>(word >> (8 * b));
    }
    return kpu_.report().ok();
  }

  auto& kpu() { return kpu_; }

 private:
  TableMemory<> memory_{};
  VirtualKpu<Chip, TableMemory<>, Storage> kpu_;
  std::uint8_t* to_ = nullptr;
  int count_ = 0;
};

}  // namespace incuse::k210
