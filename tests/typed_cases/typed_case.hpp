// A network of the reference tables, written as a type: its compile-time tables have the checksums of the reference.
//
// Registers need no weights and are always compared. The weights of the cases are not part of the project: where the
// reference tables are at hand, the build writes a header of parameters for each case, and the weight stream and the
// bias are compared too. A case defines TYPED_CASE_PARAMETERS, the name of this header, which may not exist, and
// TYPED_CASE_PART, if it is not one of the MAX78000's.
#pragma once

#include <type_traits>

#include <incuse/incuse.hpp>

#include "registered_case.hpp"

#ifndef TYPED_CASE_PART
#define TYPED_CASE_PART max78000
#endif

namespace typed_cases {

namespace max7800x = incuse::max7800x;

/// Checksums of the reference tables; 0 if there is no bias.
struct Golden {
  std::uint32_t registers = 0;  ///< addresses and values of all register accesses from init to start
  std::uint32_t weights = 0;    ///< weight stream
  std::uint32_t bias = 0;       ///< bias memories, one behind the other
  bool shared_weights = false;  ///< layers have equal weights: registers depend on that too
};

/// The usual CRC-32: reflected, polynomial 0xedb88320.
struct CrcTable {
  std::uint32_t entries[256]{};
  constexpr CrcTable() {
    for (std::uint32_t i = 0; i < 256; ++i) {
      std::uint32_t rest = i;
      for (int bit = 0; bit < 8; ++bit) rest = rest & 1 ? rest >> 1 ^ 0xedb88320u : rest >> 1;
      entries[i] = rest;
    }
  }
};
inline constexpr CrcTable crc_table;
inline constexpr std::uint32_t crc_start = ~0u;

constexpr std::uint32_t add_byte(std::uint32_t state, std::uint32_t byte) {
  return crc_table.entries[(state ^ byte) & 0xff] ^ state >> 8;
}
constexpr std::uint32_t add_word(std::uint32_t state, std::uint32_t word) {
  for (int i = 0; i < 4; ++i) state = add_byte(state, word >> 8 * i & 0xff);
  return state;
}

/// Entries that one constant evaluation looks at: compilers limit its steps.
inline constexpr int chunk = 4096;

/// Adds all entries of a table, chunk by chunk. `Table` has `size` and `add(state, index)`.
template <class Table, std::uint32_t State, int Begin = 0>
constexpr std::uint32_t crc_of() {
  constexpr int end = Begin + chunk < Table::size ? Begin + chunk : Table::size;
  constexpr std::uint32_t state = [] {
    std::uint32_t next = State;
    for (int i = Begin; i < end; ++i) next = Table::add(next, i);
    return next;
  }();
  if constexpr (end < Table::size)
    return crc_of<Table, state, end>();
  else
    return state;
}

/// A network as planned without parameters.
template <const max7800x::Device& Part, class Net, class... Options>
struct Planned {
  static constexpr max7800x::Options options = max7800x::options_of<max7800x::vendor_stream, Options...>();
  static constexpr const auto& graph = incuse::graph_of<Net>();
  static constexpr const max7800x::Device& device = Part;
  static constexpr auto plan = max7800x::plan_if_possible(graph, device, options);
};

/// Register accesses of a planned network or a deployment.
template <class Source>
struct Registers {
  template <class Sink>
  static constexpr void emit(Sink&& sink) {
    max7800x::emit_init(Source::graph, Source::plan, Source::device, Source::options, sink);
    max7800x::emit_configure(Source::graph, Source::plan, Source::device, Source::options, sink);
    max7800x::emit_start(Source::graph, Source::plan, Source::device, Source::options, sink);
  }
  static constexpr int size = [] {
    int count = 0;
    emit([&](const auto&) { ++count; });
    return count;
  }();
  struct Writes {
    max7800x::AddressedWord items[size]{};
  };
  static constexpr Writes writes = [] {
    Writes result{};
    int next = 0;
    emit([&](const max7800x::RegisterWrite& write) { result.items[next++] = {write.address, write.value}; });
    return result;
  }();
  static constexpr std::uint32_t add(std::uint32_t state, int i) {
    return add_word(add_word(state, writes.items[i].address), writes.items[i].value);
  }
};

template <class Chip>
struct WeightStream {
  static constexpr int size = static_cast<int>(sizeof(Chip::image.weights) / sizeof(std::uint32_t));
  static constexpr std::uint32_t add(std::uint32_t state, int i) { return add_word(state, Chip::image.weights[i]); }
};

template <class Chip>
struct BiasBytes {
  static constexpr int size = [] {
    int total = 0;
    for (int count : Chip::image.bias_count) total += count;
    return total;
  }();
  static constexpr std::uint32_t add(std::uint32_t state, int i) { return add_byte(state, Chip::image.bias[i]); }
};

template <class Source>
constexpr std::uint32_t registers_crc() {
  return ~crc_of<Registers<Source>, crc_start>();
}
template <class Chip>
constexpr std::uint32_t weights_crc() {
  return ~crc_of<WeightStream<Chip>, crc_start>();
}
/// 0 if no layer has a bias: the reference has no table then.
template <class Chip>
constexpr std::uint32_t bias_crc() {
  return BiasBytes<Chip>::size > 0 ? ~crc_of<BiasBytes<Chip>, crc_start>() : 0;
}

}  // namespace typed_cases

#if __has_include(TYPED_CASE_PARAMETERS)
#include TYPED_CASE_PARAMETERS
#define TYPED_CASE_TABLES(NAME, NET, GOLDEN, ...)                                                              \
  using Chip =                                                                                                 \
      incuse::Deployment<NET, incuse::TYPED_CASE_PART, typed_case_parameters, incuse::max7800x::vendor_stream, \
                         incuse::max7800x::accept_warnings __VA_OPT__(, ) __VA_ARGS__>;                        \
  static_assert(typed_cases::registers_crc<Chip>() == GOLDEN.registers);                                       \
  static_assert(typed_cases::weights_crc<Chip>() == GOLDEN.weights);                                           \
  static_assert(typed_cases::bias_crc<Chip>() == GOLDEN.bias);                                                 \
  const typed_cases::RegisteredCase registered(NAME, Chip::device, typed_cases::widened(Chip::graph),          \
                                               Chip::parameters, Chip::options);
#else
#define TYPED_CASE_TABLES(NAME, NET, GOLDEN, ...)
#endif

/// For a case that reads where nothing useful lies: the chip does not mind, but a deployment refuses it.
#define TYPED_CASE_REGISTERS(NET, ...)                                                                               \
  static_assert(                                                                                                     \
      typed_cases::registers_crc<typed_cases::Planned<incuse::TYPED_CASE_PART, NET __VA_OPT__(, ) __VA_ARGS__>>() == \
      golden.registers);

/// TYPED_CASE("name of the case", Net, options of the deployment...) behind a constexpr Golden `golden`.
#define TYPED_CASE(NAME, NET, ...)                                                                 \
  namespace {                                                                                      \
  using Plain = typed_cases::Planned<incuse::TYPED_CASE_PART, NET __VA_OPT__(, ) __VA_ARGS__>;     \
  static_assert(golden.shared_weights || typed_cases::registers_crc<Plain>() == golden.registers); \
  TYPED_CASE_TABLES(NAME, NET, golden __VA_OPT__(, ) __VA_ARGS__)                                  \
  }
