// What a virtual chip has to say about the accesses it was given: errors with the address and the name of what lies
// there.
#pragma once

#include <cstdint>

#include <incuse/core/keyed_table.hpp>
#include <incuse/core/text.hpp>
#include <incuse/max7800x/registers/register_names.hpp>

namespace incuse::max7800x {

/// Where an address lies: a memory, the unit of it (group, processor or instance) and the entry in that unit.
struct MemoryPlace {
  int unit = -1;  ///< -1: the address does not lie in the memory
  int entry = 0;

  constexpr bool found() const { return unit >= 0; }
};

/// The unit and the entry that an address falls into; `units` of them in every group, entries `entry_bytes` apart.
constexpr MemoryPlace place_in(const MemoryMap& map, int units, int entry_bytes, std::uint32_t address) {
  for (int g = 0; g < groups; ++g) {
    const std::uint32_t offset = address - map.address(g);  // wraps around below the group's memory
    const std::uint32_t stride = units > 1 ? map.unit_stride : map.group_stride;
    if (offset / stride >= static_cast<std::uint32_t>(units)) continue;
    const std::uint32_t entry = offset % stride / static_cast<std::uint32_t>(entry_bytes);
    if (entry >= static_cast<std::uint32_t>(map.entries)) return {};
    return {g * units + static_cast<int>(offset / stride), static_cast<int>(entry)};
  }
  return {};
}

inline constexpr int instances_per_group = processors_per_group / processors_per_instance;

/// Places in the memories: data words per instance, weight columns per processor, bias values per group, row caches.
constexpr MemoryPlace data_place(const Device& device, std::uint32_t address) {
  return place_in(device.data, instances_per_group, 4, address);
}
constexpr MemoryPlace weight_place(const Device& device, std::uint32_t address) {
  const MemoryPlace place = place_in(device.weights, processors_per_group, 16, address);
  return place.found() && place.entry >= device.columns_of(place.unit) ? MemoryPlace{} : place;
}
constexpr MemoryPlace bias_place(const Device& device, std::uint32_t address) {
  return place_in(device.bias, 1, 4, address);
}
constexpr MemoryPlace row_cache_place(const Device& device, std::uint32_t address) {
  return place_in(device.row_caches, processors_per_group, 4, address);
}

/// What a real chip would not do as meant.
enum class ChipProblem : unsigned char {
  none,
  // Accesses.
  unaligned,
  nothing_to_write,
  nothing_to_read,
  never_written,
  doubtful,
  unknown_bits,
  busy,
  master_group,
  byte_write,
  express_not_enabled,
  express_not_started,
  express_interrupted,
  express_too_long,
  fifo_not_awaited,
  // Starts.
  first_layer,
  last_layer,
  no_fifo,
  no_frame,
  // Layers.
  no_input,
  window_too_large,
  no_kernel,
  kernel_too_large,
  wide_pass_through,
  streams_too_late,
  group_not_started,
  no_processors,
  groups_differ,
  weights_not_enabled,
  sums_not_added,
  reads_beyond,
  writes_beyond,
  weights_beyond,
  bias_beyond,
  no_scratch,
  last = no_scratch,
};

/// What a problem is, in words.
struct ChipProblemText {
  ChipProblem key;
  Text sentence;
};
inline constexpr ChipProblemText chip_problems[] = {
    {ChipProblem::none, "no problem"},
    {ChipProblem::unaligned, "an access of 32 bits has to be aligned"},
    {ChipProblem::nothing_to_write, "nothing can be written here"},
    {ChipProblem::nothing_to_read, "nothing can be read here"},
    {ChipProblem::never_written, "it is read, but was never written"},
    {ChipProblem::doubtful, "it is read, but was computed from memory that was never written, first"},
    {ChipProblem::unknown_bits, "bits are set that have no meaning"},
    {ChipProblem::busy, "it is used while an inference runs"},
    {ChipProblem::master_group, "the master group has to be group 0, but is group"},
    {ChipProblem::byte_write, "a byte can only be written to start express loading, and has to be 1, but is"},
    {ChipProblem::express_not_enabled, "express loading starts, but the control register does not enable it"},
    {ChipProblem::express_not_started, "express loading has not been started in this processor"},
    {ChipProblem::express_interrupted, "express loading does not go on where it stopped"},
    {ChipProblem::express_too_long, "express loading goes beyond the last column"},
    {ChipProblem::fifo_not_awaited, "no inference waits for input from this FIFO"},
    {ChipProblem::first_layer, "the inference starts with a layer that cannot be the first one"},
    {ChipProblem::last_layer, "the inference ends with a layer that does not exist"},
    {ChipProblem::no_fifo, "the input comes through FIFOs, but none is enabled"},
    {ChipProblem::no_frame, "the input comes through FIFOs, but a frame has no words"},
    {ChipProblem::no_input, "the input without its padding is empty"},
    {ChipProblem::window_too_large, "the pooling window is larger than the input"},
    {ChipProblem::no_kernel, "the layer convolves, but has no kernels"},
    {ChipProblem::kernel_too_large, "the kernel is larger than the padded input"},
    {ChipProblem::wide_pass_through, "pass-through layers cannot write 32-bit values"},
    {ChipProblem::streams_too_late, "this layer cannot stream"},
    {ChipProblem::group_not_started, "the group has processors in this layer, but was not started"},
    {ChipProblem::no_processors, "no processor is enabled in any group"},
    {ChipProblem::groups_differ, "one group passes through, another convolves"},
    {ChipProblem::weights_not_enabled, "a convolution needs the same processors and weights enabled"},
    {ChipProblem::sums_not_added, "the group convolves, but the layer control of group 0 does not add its sums"},
    {ChipProblem::reads_beyond, "the layer reads words that do not exist"},
    {ChipProblem::writes_beyond, "the layer writes words that do not exist"},
    {ChipProblem::weights_beyond, "the layer reads weights beyond the last column"},
    {ChipProblem::bias_beyond, "the layer reads biases beyond the last one"},
    {ChipProblem::no_scratch, "the virtual chip has not enough scratch memory for bytes or words"},
};
static_assert(is_complete(chip_problems, ChipProblem::last));

constexpr Text words_of(ChipProblem problem) { return row_of(chip_problems, problem).sentence; }

/// An access, or a step of an inference, that a real chip would not have carried out as meant. All zeros: none.
struct ChipError {
  ChipProblem problem = ChipProblem::none;
  bool in_layer = false;  ///< a layer was being executed
  int layer = 0;          ///< which one
  std::uint32_t address = 0;
  std::uint32_t value = 0;  ///< that was written, or that the problem's words end with
};

/// The first error of a virtual chip, and how many there were.
struct ChipReport {
  int errors = 0;
  ChipError first{};

  constexpr bool ok() const { return errors == 0; }
  constexpr void add(const ChipError& error) {
    if (errors++ == 0) first = error;
  }
};

/// Group that starts the others, and whose registers describe convolutions: every chip of the family needs group 0.
inline constexpr int leader = 0;

using ChipSentence = TextBuffer<240>;

namespace detail {

constexpr void append_hexadecimal(ChipSentence& out, std::uint32_t value) {
  out << "0x";
  for (int shift = 28; shift >= 0; shift -= 4) out << "0123456789abcdef"[value >> shift & 0xf];
}

constexpr void append_place(ChipSentence& out, Text memory, Text unit, Text entry, MemoryPlace place) {
  out << memory << ", " << unit << ' ' << static_cast<long long>(place.unit) << ", " << entry << ' '
      << static_cast<long long>(place.entry);
}

}  // namespace detail

/// What lies at an address: "rows, group 0, layer 3", "data memory, instance 4, word 0x10" or "nothing".
constexpr void append_name(ChipSentence& out, const Device& device, std::uint32_t address) {
  const RegisterAt found = register_at(device, address & ~3u);
  if (found.description != nullptr) {
    out << found.description->name;
    if (found.group >= 0) out << ", group " << static_cast<long long>(found.group);
    if (found.layer >= 0) out << ", layer " << static_cast<long long>(found.layer);
  } else if (const MemoryPlace data = data_place(device, address); data.found()) {
    detail::append_place(out, "data memory", "instance", "word", data);
  } else if (const MemoryPlace weights = weight_place(device, address); weights.found()) {
    detail::append_place(out, "weight memory", "processor", "column", weights);
  } else if (const MemoryPlace bias = bias_place(device, address); bias.found()) {
    detail::append_place(out, "bias memory", "group", "value", bias);
  } else if (const MemoryPlace cache = row_cache_place(device, address); cache.found()) {
    detail::append_place(out, "row cache", "processor", "word", cache);
  } else if (address - device.fifo_base < 24) {
    out << "FIFO registers";
  } else if (address - device.fast_fifo_base < 24) {
    out << "fast FIFO registers";
  } else {
    out << "nothing";
  }
}

/// "0x50400010 (data memory, instance 0, word 4), while layer 2 runs: it is read, but was never written (0x0)".
constexpr ChipSentence sentence(const Device& device, const ChipError& error) {
  ChipSentence out;
  detail::append_hexadecimal(out, error.address);
  out << " (";
  append_name(out, device, error.address);
  out << ')';
  if (error.in_layer) out << ", while layer " << static_cast<long long>(error.layer) << " runs";
  out << ": " << words_of(error.problem) << " (";
  detail::append_hexadecimal(out, error.value);
  return out << ')';
}

}  // namespace incuse::max7800x
