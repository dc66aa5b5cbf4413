#include "differences.hpp"

#include <algorithm>
#include <cstdio>

#include <incuse/hosted/strings.hpp>
#include <incuse/max7800x/registers/register_names.hpp>

namespace conformance {

namespace max7800x = incuse::max7800x;

namespace {

/// "layer 3, group 1, layer control".
std::string register_name(const max7800x::Device& device, std::uint32_t address) {
  const max7800x::RegisterAt found = max7800x::register_at(device, address);
  if (found.description == nullptr) return address == device.always_on_control ? "AON control" : hexadecimal(address);
  std::string name = "group " + std::to_string(found.group) + ", " + string_of(found.description->name);
  if (found.layer >= 0) name = "layer " + std::to_string(found.layer) + ", " + name;
  return name;
}

/// The fields of a register in which two values differ: "shift: 1 instead of 0".
std::string differing_fields(const max7800x::Device& device, std::uint32_t address, std::uint32_t expected,
                             std::uint32_t actual) {
  std::string text;
  std::uint32_t unnamed = expected ^ actual;
  const max7800x::RegisterAt found = max7800x::register_at(device, address);
  for (int i = 0; found.description != nullptr && i < found.description->count; ++i) {
    const max7800x::Field& field = found.description->fields[i];
    if (((expected ^ actual) & field.mask(device)) == 0) continue;
    unnamed &= ~field.mask(device);
    text += (text.empty() ? "" : "; ") + string_of(field.name) + ": expected " +
            std::to_string(field.of(expected, device)) + ", actual " + std::to_string(field.of(actual, device));
  }
  if (unnamed != 0) text += (text.empty() ? "" : "; ") + ("other bits " + hexadecimal(unnamed));
  return " (" + text + ")";
}

std::string access_text(const max7800x::Device& device, const ReferenceWrite& write) {
  return write.function + ": " + register_name(device, write.address) + " " + write.operation + " " +
         hexadecimal(write.value);
}

bool same(const ReferenceWrite& a, const ReferenceWrite& b) {
  return a.function == b.function && a.operation == b.operation && a.address == b.address && a.value == b.value &&
         a.mask == b.mask;
}

/// Two lists of numbers that ought to be equal.
template <class Value, class Show>
std::string difference_in_lists(const std::vector<Value>& expected, const std::vector<Value>& actual, const char* what,
                                Show show) {
  const std::size_t common = std::min(expected.size(), actual.size());
  for (std::size_t i = 0; i < common; ++i)
    if (expected[i] != actual[i])
      return std::string(what) + " " + std::to_string(i) + ": expected " + show(expected[i]) + ", actual " +
             show(actual[i]);
  if (expected.size() != actual.size())
    return "expected " + std::to_string(expected.size()) + " " + what + "s, actual " + std::to_string(actual.size());
  return {};
}

}  // namespace

std::string hexadecimal(std::uint32_t value) {
  char digits[16];
  std::snprintf(digits, sizeof digits, "0x%08x", static_cast<unsigned>(value));
  return digits;
}

std::string difference_in_writes(const max7800x::Device& device, const std::vector<ReferenceWrite>& expected,
                                 const std::vector<ReferenceWrite>& actual) {
  const std::size_t common = std::min(expected.size(), actual.size());
  for (std::size_t i = 0; i < common; ++i) {
    const ReferenceWrite &e = expected[i], &a = actual[i];
    if (same(e, a)) continue;
    if (e.function == a.function && e.address == a.address && e.operation == a.operation)
      return access_text(device, e) + " expected, actual " + hexadecimal(a.value) +
             differing_fields(device, e.address, e.value, a.value);
    return "access " + std::to_string(i) + ": expected " + access_text(device, e) + ", actual " +
           access_text(device, a);
  }
  if (expected.size() > common) return access_text(device, expected[common]) + " expected, actual: nothing more";
  if (actual.size() > common) return "nothing more expected, actual " + access_text(device, actual[common]);
  return {};
}

std::string difference_in_weights(const Subject& subject, const std::vector<std::uint32_t>& expected,
                                  const std::vector<std::uint32_t>& actual) {
  if (expected == actual) return {};
  // Walk through the records until the one with the difference.
  std::size_t record = 0;
  while (record + 1 < expected.size() && record + 1 < actual.size()) {
    if (expected[record] != actual[record] || expected[record + 1] != actual[record + 1])
      return "record at word " + std::to_string(record) + ": expected address " + hexadecimal(expected[record]) + ", " +
             std::to_string(expected[record + 1]) + " words, actual address " + hexadecimal(actual[record]) + ", " +
             std::to_string(actual[record + 1]) + " words";
    const std::size_t end = std::min({record + 2 + expected[record + 1], expected.size(), actual.size()});
    for (std::size_t i = record + 2; i < end; ++i) {
      if (expected[i] == actual[i]) continue;
      const std::size_t column = subject.options.express_weights ? (i - record - 2) * 4 / 9 : (i - record - 2) / 4;
      return "record of address " + hexadecimal(expected[record]) + ", column " + std::to_string(column) +
             " of it: expected " + hexadecimal(expected[i]) + ", actual " + hexadecimal(actual[i]);
    }
    record = end;
  }
  return difference_in_words(expected, actual);
}

std::string difference_in_memory(const std::vector<std::uint32_t>& expected, const std::vector<std::uint32_t>& actual) {
  if (expected == actual) return {};
  std::size_t record = 0;
  while (record + 2 < expected.size() && record + 2 < actual.size()) {
    for (std::size_t i = record; i < record + 3; ++i)
      if (expected[i] != actual[i])
        return "record at word " + std::to_string(record) + ": expected address " + hexadecimal(expected[record]) +
               ", mask " + hexadecimal(expected[record + 1]) + ", " + std::to_string(expected[record + 2]) +
               " words, actual address " + hexadecimal(actual[record]) + ", mask " + hexadecimal(actual[record + 1]) +
               ", " + std::to_string(actual[record + 2]) + " words";
    const std::size_t end = std::min({record + 3 + expected[record + 2], expected.size(), actual.size()});
    for (std::size_t i = record + 3; i < end; ++i)
      if (expected[i] != actual[i])
        return "address " + hexadecimal(expected[record] + 4 * static_cast<std::uint32_t>(i - record - 3)) +
               ": expected " + hexadecimal(expected[i]) + ", actual " + hexadecimal(actual[i]);
    record = end;
  }
  return difference_in_words(expected, actual);
}

std::string difference_in_bytes(const std::vector<std::uint8_t>& expected, const std::vector<std::uint8_t>& actual) {
  return difference_in_lists(expected, actual, "byte",
                             [](std::uint8_t byte) { return std::to_string(static_cast<std::int8_t>(byte)); });
}

std::string difference_in_words(const std::vector<std::uint32_t>& expected, const std::vector<std::uint32_t>& actual) {
  return difference_in_lists(expected, actual, "word", hexadecimal);
}

std::string difference_in_counts(const std::vector<ReferenceCounts>& expected,
                                 const std::vector<ReferenceCounts>& actual, const std::vector<std::string>& columns) {
  const std::size_t common = std::min(expected.size(), actual.size());
  for (std::size_t i = 0; i < common; ++i) {
    const ReferenceCounts &e = expected[i], &a = actual[i];
    if (e.label != a.label) return "expected a line '" + e.label + "', actual '" + a.label + "'";
    if (e.counts.size() != a.counts.size()) return e.label + ": different number of columns";
    for (std::size_t j = 0; j < e.counts.size(); ++j)
      if (e.counts[j] != a.counts[j])
        return e.label + (e.counts.size() == columns.size() ? ", " + columns[j] : "") + ": expected " +
               std::to_string(e.counts[j]) + ", actual " + std::to_string(a.counts[j]);
  }
  if (expected.size() != actual.size())
    return "expected " + std::to_string(expected.size()) + " lines, actual " + std::to_string(actual.size());
  return {};
}

}  // namespace conformance
