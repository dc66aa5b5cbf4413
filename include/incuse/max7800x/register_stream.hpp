// Register writes in a compact form: what a firmware keeps in its flash, and the loop that replays it.
//
// Networks write nearly the same registers in every group, so one item writes a value to several groups:
//
//     bits 15:6   number of the register's word within its group
//     bits 5:2    groups, one bit each
//     bits 1:0    how the value follows: see `ValueForm`
//
// An item for no group is something rare: an address of its own, or reading until bits are set; its value and form bits
// say which, see `RareItem`.
//
// Order. Writing register by register instead of group by group changes the order of the writes inside one layer; the
// layers still follow each other, and nothing is written twice in another order than it was. Every register is written
// before the start, so the hardware cannot tell. Whoever wants the vendor's order to the letter asks for it with the
// option `exact_write_order`: then only what already stands together is written together.
#pragma once

#include <cstdint>

#include <incuse/max7800x/bus.hpp>
#include <incuse/max7800x/registers.hpp>

namespace incuse::max7800x {

enum class ValueForm : unsigned char {
  low,    ///< 16 bits follow: the lower half; the upper one is 0
  whole,  ///< 32 bits follow, lower half first
  twice,  ///< 16 bits follow: both halves
  high,   ///< 16 bits follow: the upper half; the lower one is 0
};

/// Items without groups: an address, a value and, but for writes, a mask follow, 32 bits each.
enum class RareItem : unsigned char { write, wait, check };

namespace detail {

/// Writes to the same register of some groups.
struct StreamItem {
  std::uint32_t address = 0;  ///< in the lowest of the groups; of rare items as it is
  std::uint32_t value = 0;
  std::uint32_t mask = 0;  ///< of rare items
  unsigned groups = 0;     ///< 0: rare
  int word = 0;            ///< number of the register's word
  RareItem rare = RareItem::write;
};

constexpr ValueForm form_of(std::uint32_t value) {
  const std::uint32_t low = value & 0xffff, high = value >> 16;
  return high == 0 ? ValueForm::low : low == high ? ValueForm::twice : low == 0 ? ValueForm::high : ValueForm::whole;
}

/// Items under construction: a sink for register accesses.
template <int Capacity>
struct StreamItems {
  static constexpr int words_per_group = 1 << 10;
  /// More than the registers of one layer: writes that may be joined are never further apart.
  static constexpr int window = 32;

  StreamItem items[Capacity > 0 ? Capacity : 1]{};
  int size = 0;
  int joinable_from = 0;  ///< items before this one stay as they are
  int halfwords = 0;
  bool has_rare = false;

  constexpr void add(const Device& device, bool keep_order, const RegisterWrite& write) {
    const std::uint32_t offset = write.address - device.registers.base;
    const std::uint32_t stride = device.registers.group_stride;
    const std::uint32_t within = offset % stride;
    const auto word = static_cast<int>(within / 4);
    if (write.access != Access::write || offset / stride >= groups || word >= words_per_group) {
      add_rare(write);
      return;
    }
    const unsigned group = 1u << offset / stride;
    for (int i = size - 1; i >= joinable_from && i >= size - window; --i) {
      StreamItem& item = items[i];
      if (item.word == word) {
        if ((item.groups & group) != 0) break;  // the same register once more: the later value has to stay the later
        // Groups are written lowest first.
        if (item.value == write.value && (!keep_order || group > item.groups)) {
          item.groups |= group;
          return;
        }
      }
      if (keep_order) break;
    }
    items[size++] = {write.address, write.value, 0, group, word, {}};
    halfwords += form_of(write.value) == ValueForm::whole ? 3 : 2;
  }

 private:
  constexpr void add_rare(const RegisterWrite& write) {
    const RareItem rare = write.access == Access::wait    ? RareItem::wait
                          : write.access == Access::check ? RareItem::check
                                                          : RareItem::write;
    items[size++] = {write.address, write.value, write.mask, 0, 0, rare};
    halfwords += rare == RareItem::write ? 5 : 7;
    joinable_from = size;
    has_rare = true;
  }
};

/// Collects what `emit(sink)` emits.
template <int Capacity, class Emit>
constexpr StreamItems<Capacity> stream_items(const Device& device, bool keep_order, Emit&& emit) {
  StreamItems<Capacity> items;
  emit([&](const RegisterWrite& write) { items.add(device, keep_order, write); });
  return items;
}

}  // namespace detail

/// The finished stream.
template <int Halfwords, bool HasRare>
struct RegisterStream {
  static constexpr bool has_rare = HasRare;

  std::uint16_t halfwords[Halfwords]{};
};

namespace detail {

template <int Halfwords, bool HasRare, int Capacity>
constexpr RegisterStream<Halfwords, HasRare> encoded(const StreamItems<Capacity>& items) {
  RegisterStream<Halfwords, HasRare> stream{};
  int at = 0;
  const auto half = [&](std::uint32_t value) { stream.halfwords[at++] = static_cast<std::uint16_t>(value); };
  const auto whole = [&](std::uint32_t value) {
    half(value);
    half(value >> 16);
  };
  for (int i = 0; i < items.size; ++i) {
    const StreamItem& item = items.items[i];
    if (item.groups == 0) {
      half(static_cast<std::uint32_t>(item.rare));
      whole(item.address);
      whole(item.value);
      if (item.rare != RareItem::write) whole(item.mask);
      continue;
    }
    const ValueForm form = form_of(item.value);
    half(static_cast<std::uint32_t>(item.word) << 6 | item.groups << 2 | static_cast<std::uint32_t>(form));
    if (form == ValueForm::whole)
      whole(item.value);
    else
      half(form == ValueForm::high ? item.value >> 16 : item.value);
  }
  return stream;
}

/// A rare item. Tells whether a check has failed.
template <AcceleratorBus Bus>
bool replay_rare(Bus& bus, RareItem item, const std::uint16_t*& at) {
  const auto whole = [&at] {
    const std::uint32_t low = *at++;
    return low | static_cast<std::uint32_t>(*at++) << 16;
  };
  const std::uint32_t address = whole(), value = whole();
  if (item == RareItem::write) {
    bus.write(address, value);
    return false;
  }
  const std::uint32_t mask = whole();
  if (item == RareItem::check) return (bus.read(address) & mask) != value;
  while ((bus.read(address) & mask) != value) {
  }
  return false;
}

/// The interpreter: one for all streams of a program, so it is kept out of line. Tells whether every check has held.
template <std::uint32_t Base, std::uint32_t GroupStride, bool HasRare, AcceleratorBus Bus>
[[gnu::noinline]] bool replay_halfwords(Bus& bus, const std::uint16_t* at, const std::uint16_t* end) {
  bool failed = false;
  do {
    const std::uint32_t head = *at++;
    unsigned in_groups = head >> 2 & 15;
    if constexpr (HasRare) {
      if (in_groups == 0) {
        if (replay_rare(bus, static_cast<RareItem>(head & 3), at)) failed = true;
        continue;
      }
    }
    std::uint32_t value = *at++;
    const auto form = static_cast<ValueForm>(head & 3);
    if (form == ValueForm::whole) value |= static_cast<std::uint32_t>(*at++) << 16;
    if (form == ValueForm::twice) value |= value << 16;
    if (form == ValueForm::high) value <<= 16;
    for (std::uint32_t address = Base + (head >> 6) * 4; in_groups != 0; in_groups >>= 1, address += GroupStride)
      if ((in_groups & 1) != 0) bus.write(address, value);
  } while (at != end);
  return !failed;
}

}  // namespace detail

/// Makes the accesses of a stream in its order. False if a check has failed; the rest is done nevertheless.
template <const Device& Chip, AcceleratorBus Bus, int Halfwords, bool HasRare>
bool replay(Bus& bus, const RegisterStream<Halfwords, HasRare>& stream) {
  return detail::replay_halfwords<Chip.registers.base, Chip.registers.group_stride, HasRare>(
      bus, stream.halfwords, stream.halfwords + Halfwords);
}

}  // namespace incuse::max7800x
