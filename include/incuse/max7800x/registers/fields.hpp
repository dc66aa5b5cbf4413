// Bit fields of registers: encoding, the check for values that do not fit, and decoding.
#pragma once

#include <cstdint>

#include <incuse/core/bit_field.hpp>
#include <incuse/max7800x/device.hpp>

namespace incuse::max7800x {

/// A position or a width in bits: a number, or where parts differ, what the part says.
struct FieldMeasure {
  int number = 0;
  int FieldPlaces::*place = nullptr;

  constexpr FieldMeasure(int same_on_all_parts) : number(same_on_all_parts) {}
  constexpr FieldMeasure(int FieldPlaces::*of_the_part) : place(of_the_part) {}
  constexpr int on(const Device& device) const { return place == nullptr ? number : device.fields.*place; }
};

/// A field of a register, on any part of the family.
struct Field {
  Text name;
  FieldMeasure low;
  FieldMeasure width;

  /// The bits that the field takes on a part.
  constexpr BitField on(const Device& device) const { return {name, low.on(device), width.on(device)}; }
  constexpr std::uint32_t mask(const Device& device) const { return static_cast<std::uint32_t>(on(device).mask()); }
  constexpr std::uint32_t of(std::uint32_t word, const Device& device) const {
    return static_cast<std::uint32_t>(on(device).get(word));
  }
};

/// A second name of bits that belong to another field: only the other one is in the register's list of fields.
using SharedField = Field;

/// A register word under construction. Values that do not fit their field are cut off; the first of them is remembered.
struct Word {
  const Device* device;  ///< on which the fields lie
  std::uint32_t bits = 0;
  bool overflowed = false;  ///< a value did not fit its field
  long long refused = 0;    ///< the first such value
  long long highest = 0;    ///< the highest value that this field holds

  constexpr explicit Word(const Device& part) : device(&part) {}

  constexpr Word& set(const Field& field, long long value) {
    const BitField place = field.on(*device);
    if (!place.holds(value) && !overflowed) {
      overflowed = true;
      refused = value;
      highest = place.highest();
    }
    bits |= static_cast<std::uint32_t>(place.put(value));
    return *this;
  }
  /// Sets a field that not all parts have; nothing happens on those that do not.
  constexpr Word& set_if_any(const Field& field, long long value) {
    return field.width.on(*device) == 0 ? *this : set(field, value);
  }
  constexpr Word& set_if(bool condition, const Field& field) { return condition ? set(field, 1) : *this; }
};

/// Name and fields of a register, for printing.
struct RegisterDescription {
  Text name;
  const Field* fields = nullptr;
  int count = 0;

  constexpr RegisterDescription(Text register_name) : name(register_name) {}
  template <int N>
  constexpr RegisterDescription(Text register_name, const Field (&table)[N])
      : name(register_name), fields(table), count(N) {}

  /// Bits that a field covers; all where no fields are described.
  constexpr std::uint32_t known_bits(const Device& device) const {
    std::uint32_t bits = count == 0 ? ~0u : 0;
    for (int i = 0; i < count; ++i) bits |= fields[i].mask(device);
    return bits;
  }
};

}  // namespace incuse::max7800x
