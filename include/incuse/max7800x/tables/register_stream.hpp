// Register writes in a compact form: what a firmware keeps in its flash, and the loop that replays it.
//
// Networks write nearly the same registers in every group, so one item writes a value to several groups:
//
//     bits 15:6   number of the register's word within a page of 1024 words
//     bits 5:2    groups, one bit each
//     bits 1:0    how the value follows: see `ValueForm`
//
// An item without groups is a rare one: an access to an address of its own, reading until bits are set, or, on chips
// whose registers lie in several pages, the number of the page that the next items are about. Bits 1:0 say which, see
// `RareItem`. The first page is the one where the registers of a group begin.
//
// Order. Writing register by register instead of group by group changes the order of the writes inside one layer; the
// layers still follow each other, and nothing is written twice in another order than it was. Every register is written
// before the start, so the hardware cannot tell. Whoever wants the vendor's order to the letter asks for it with the
// option `exact_write_order`: then only what already stands together is written together.
#pragma once

#include <cstdint>

#include <incuse/max7800x/bus.hpp>
#include <incuse/max7800x/tables/registers.hpp>

namespace incuse::max7800x {

/// How the value of an item is stored.
enum class ValueForm : unsigned char {
  low,    ///< 16 bits follow: the lower half; the upper one is 0
  whole,  ///< 32 bits follow, lower half first
  twice,  ///< 16 bits follow: both halves
  high,   ///< 16 bits follow: the upper half; the lower one is 0
};

/// Items without groups: an address, a value and, except for writes, a mask follow, 32 bits each. Behind a page nothing
/// follows: its number is in bits 15:6.
enum class RareItem : unsigned char { write, wait, check, page };

/// What a stream needs of its interpreter: nothing rare, writes to addresses of their own, or also waits and checks.
enum class Needs : unsigned char { registers, addresses, reads };
constexpr Needs more_of(Needs a, Needs b) { return a < b ? b : a; }

namespace detail {

inline constexpr int words_per_page = 1 << 10;
inline constexpr int most_pages = 1 << 10;

/// Pages of a group that items can name: 1 on chips whose registers all lie in the first one.
constexpr int register_pages(const Device& device) {
  const std::uint32_t last = device.layer_register(0, device.last_layer_register, device.max_layers - 1);
  return last - device.registers.base >= 4 * words_per_page ? most_pages : 1;
}

/// Writes to the same register of some groups.
struct StreamItem {
  std::uint32_t address = 0;  ///< of the register in the first group that is written; of rare items the address
  std::uint32_t value = 0;
  std::uint32_t mask = 0;  ///< of rare items
  unsigned groups = 0;     ///< that are written, one bit each; 0: a rare item, which says what to do itself
  int word = 0;            ///< number of the register's word
  RareItem rare = RareItem::write;

  constexpr int halfwords() const;
};

constexpr ValueForm form_of(std::uint32_t value) {
  const std::uint32_t low = value & 0xffff, high = value >> 16;
  return high == 0 ? ValueForm::low : low == high ? ValueForm::twice : low == 0 ? ValueForm::high : ValueForm::whole;
}

constexpr int StreamItem::halfwords() const {
  if (groups == 0) return rare == RareItem::write ? 5 : 7;
  return form_of(value) == ValueForm::whole ? 3 : 2;
}

/// Items under construction: a sink for register accesses.
template <int Capacity>
struct StreamItems {
  /// More than the registers of one layer: writes that may be joined are never further apart.
  static constexpr int window = 32;

  StreamItem items[at_least_one(Capacity)]{};
  int size = 0;
  int joinable_from = 0;  ///< items before this one stay as they are
  Needs needs = Needs::registers;

  constexpr void add(const Device& device, bool keep_order, const RegisterWrite& write) {
    const std::uint32_t offset = write.address - device.registers.base;
    const std::uint32_t stride = device.registers.group_stride;
    const std::uint32_t within = offset % stride;
    const auto word = static_cast<int>(within / 4);
    if (write.access != Access::write || offset / stride >= groups || word >= register_pages(device) * words_per_page) {
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
  }

  /// Calls `use(item, page)` for all items; `page` is the page to be selected before the item, -1: it is selected
  /// already.
  template <class Use>
  constexpr void in_pages(Use&& use) const {
    int page = 0;
    for (int i = 0; i < size; ++i) {
      const int wanted = items[i].groups == 0 ? page : items[i].word / words_per_page;
      use(items[i], wanted == page ? -1 : wanted);
      page = wanted;
    }
  }
  /// Length of the stream.
  constexpr int halfwords() const {
    int count = 0;
    in_pages([&](const StreamItem& item, int page) { count += item.halfwords() + (page >= 0 ? 1 : 0); });
    return count;
  }

 private:
  constexpr void add_rare(const RegisterWrite& write) {
    const RareItem rare = write.access == Access::wait    ? RareItem::wait
                          : write.access == Access::check ? RareItem::check
                                                          : RareItem::write;
    items[size++] = {write.address, write.value, write.mask, 0, 0, rare};
    joinable_from = size;
    needs = more_of(needs, rare == RareItem::write ? Needs::addresses : Needs::reads);
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
template <int Halfwords, Needs What>
struct RegisterStream {
  static constexpr Needs needs = What;

  std::uint16_t halfwords[Halfwords]{};
};

namespace detail {

template <int Halfwords, Needs What, int Capacity>
constexpr RegisterStream<Halfwords, What> encoded(const StreamItems<Capacity>& items) {
  RegisterStream<Halfwords, What> stream{};
  int at = 0;
  const auto half = [&](std::uint32_t value) { stream.halfwords[at++] = static_cast<std::uint16_t>(value); };
  const auto whole = [&](std::uint32_t value) {
    half(value);
    half(value >> 16);
  };
  items.in_pages([&](const StreamItem& item, int page) {
    if (page >= 0) half(static_cast<std::uint32_t>(page) << 6 | static_cast<std::uint32_t>(RareItem::page));
    if (item.groups == 0) {
      half(static_cast<std::uint32_t>(item.rare));
      whole(item.address);
      whole(item.value);
      if (item.rare != RareItem::write) whole(item.mask);
      return;
    }
    const ValueForm form = form_of(item.value);
    const int word = item.word % words_per_page;
    half(static_cast<std::uint32_t>(word) << 6 | item.groups << 2 | static_cast<std::uint32_t>(form));
    if (form == ValueForm::whole)
      whole(item.value);
    else
      half(form == ValueForm::high ? item.value >> 16 : item.value);
  });
  return stream;
}

/// Reads a stream halfword by halfword.
struct StreamReader {
  const std::uint16_t* at;

  std::uint32_t half() { return *at++; }
  std::uint32_t whole() {
    const std::uint32_t low = half();
    return low | half() << 16;
  }
};

/// Replays a rare item. False if it is a check that has failed.
template <Needs What, AcceleratorBus Bus>
bool replay_rare(Bus& bus, RareItem item, StreamReader& reader) {
  const std::uint32_t address = reader.whole(), value = reader.whole();
  if constexpr (What == Needs::reads) {
    if (item != RareItem::write) {
      const std::uint32_t mask = reader.whole();
      if (item == RareItem::check) return (bus.read(address) & mask) == value;
      while ((bus.read(address) & mask) != value) {
      }
      return true;
    }
  }
  bus.write(address, value);
  return true;
}

/// The interpreter: one for all streams of a program, so it is kept out of line. False if a check has failed.
template <std::uint32_t Base, std::uint32_t GroupStride, bool Pages, Needs What, AcceleratorBus Bus>
INCUSE_NOINLINE bool replay_halfwords(Bus& bus, const std::uint16_t* begin, const std::uint16_t* end) {
  bool passed = true;
  std::uint32_t page = Base;
  for (StreamReader reader{begin}; reader.at != end;) {
    const std::uint32_t head = reader.half();
    unsigned in_groups = head >> 2 & 15;
    if constexpr (Pages) {
      if ((head & 63) == static_cast<std::uint32_t>(RareItem::page)) {
        page = Base + (head >> 6) * (4 * words_per_page);
        continue;
      }
    }
    if constexpr (What != Needs::registers) {
      if (in_groups == 0) {
        if (!replay_rare<What>(bus, static_cast<RareItem>(head & 3), reader)) passed = false;
        continue;
      }
    }
    std::uint32_t value = reader.half();
    const auto form = static_cast<ValueForm>(head & 3);
    if (form == ValueForm::whole) value |= reader.half() << 16;
    if (form == ValueForm::twice) value |= value << 16;
    if (form == ValueForm::high) value <<= 16;
    for (std::uint32_t address = page + (head >> 6) * 4; in_groups != 0; in_groups >>= 1, address += GroupStride)
      if ((in_groups & 1) != 0) bus.write(address, value);
  }
  return passed;
}

}  // namespace detail

/// Makes the accesses of a stream in its order. False if a check has failed; the rest is done nevertheless. `Able`:
/// what the interpreter can do, at least what the stream needs; streams of one program best share one interpreter.
template <const Device& Chip, Needs Able, AcceleratorBus Bus, int Halfwords, Needs What>
bool replay(Bus& bus, const RegisterStream<Halfwords, What>& stream) {
  static_assert(Able >= What, "this interpreter cannot read the stream");
  return detail::replay_halfwords<Chip.registers.base, Chip.registers.group_stride, detail::register_pages(Chip) != 1,
                                  Able>(bus, stream.halfwords, stream.halfwords + Halfwords);
}

}  // namespace incuse::max7800x
