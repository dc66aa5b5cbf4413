// What nodes of kmodels are made of: numbers in the file's order and byte order, places in memory, tables of the KPU.
#pragma once

#include <cstddef>
#include <cstdint>

#include <incuse/core/text.hpp>
#include <incuse/k210/cpu/software_layers.hpp>
#include <incuse/k210/registers/layer_words.hpp>

namespace incuse::k210 {

// Bytes ---------------------------------------------------------------------------------------------------------------

/// A view of bytes.
struct Bytes {
  const std::uint8_t* data = nullptr;
  std::size_t size = 0;
};

namespace detail {

template <std::size_t Size>
struct UnsignedOfSize;
template <>
struct UnsignedOfSize<1> {
  using type = std::uint8_t;
};
template <>
struct UnsignedOfSize<2> {
  using type = std::uint16_t;
};
template <>
struct UnsignedOfSize<4> {
  using type = std::uint32_t;
};
template <>
struct UnsignedOfSize<8> {
  using type = std::uint64_t;
};

}  // namespace detail

/// The bits of a number, as an unsigned integer of its size.
template <class Number>
using BitsOf = typename detail::UnsignedOfSize<sizeof(Number)>::type;

/// A number from little-endian bytes, which need no alignment.
template <class Number>
constexpr Number load_number(const std::uint8_t* bytes) {
  std::uint64_t bits = 0;
  for (std::size_t i = 0; i < sizeof(Number); ++i) bits |= std::uint64_t{bytes[i]} << 8 * i;
  return bits_as<Number>(static_cast<BitsOf<Number>>(bits));
}

/// Numbers in a file, one after the other.
template <class Number>
struct NumberList {
  const std::uint8_t* data = nullptr;
  std::size_t size = 0;

  constexpr Number operator[](std::size_t i) const { return load_number<Number>(data + i * sizeof(Number)); }
};

/// A product of sizes from a file, which may be nonsense: if it does not fit, the largest number instead of a wrapped
/// one.
constexpr std::uint64_t saturated_product(std::uint64_t a, std::uint64_t b) {
  return b != 0 && a > ~std::uint64_t{0} / b ? ~std::uint64_t{0} : a * b;
}
template <class... Rest>
constexpr std::uint64_t saturated_product(std::uint64_t a, std::uint64_t b, Rest... rest) {
  return saturated_product(saturated_product(a, b), rest...);
}

/// A signed size as a factor: 0 if it is negative.
constexpr std::uint64_t size_of(std::int32_t size) { return size > 0 ? static_cast<std::uint64_t>(size) : 0; }

// Memory --------------------------------------------------------------------------------------------------------------

enum class KmodelMemory : std::uint32_t { constants, main, kpu, last = kpu };
enum class KmodelType : std::uint32_t { f32, u8 };

constexpr std::uint64_t bytes_of(KmodelType type) { return type == KmodelType::f32 ? 4 : 1; }

/// Where a tensor lies. `start` counts bytes from the beginning of its memory; a range of the KPU's memory is as long
/// as the packed tensor.
struct KmodelRange {
  KmodelMemory memory = KmodelMemory::constants;
  KmodelType type = KmodelType::f32;
  std::uint32_t start = 0;
  std::uint32_t bytes = 0;

  constexpr bool valid() const { return memory <= KmodelMemory::kpu && type <= KmodelType::u8; }
  constexpr bool used() const { return bytes != 0; }
};

/// Up to four sizes; images are N, C, H, W.
struct KmodelShape {
  std::int32_t sizes[4]{1, 1, 1, 1};

  constexpr std::int32_t operator[](int i) const { return sizes[i]; }
  constexpr std::uint64_t elements() const {
    return saturated_product(size_of(sizes[0]), size_of(sizes[1]), size_of(sizes[2]), size_of(sizes[3]));
  }
};

// Layers of the KPU ---------------------------------------------------------------------------------------------------

/// Words and tables of a layer of the KPU. Where they lie differs between the versions; their sizes follow from the
/// words.
struct KpuTables {
  LayerWords words{};
  Bytes weights{};
  Bytes batch_norm{};  ///< 8 bytes for every output channel
  Bytes activation{};
};

/// Why `layer_of` does not describe what these words make the KPU do; empty if it does. Fields whose effect is not
/// known need the values that all known compilers give them (pitfall sheet, "not known").
constexpr Text problem_of(const LayerArguments& a) {
  if (a.kernel_type > 1) return "the words ask for a kernel that is neither 1x1 nor 3x3";
  if (a.pool_type >= pool_types) return "the words ask for a pooling that is not known";
  if (a.ram_flag != 0 || a.full_add != 0 || a.pad_type != 0 || a.first_stride != 0 || a.bypass_conv != 0 ||
      a.load_para == 0 || a.load_coor == 0 || a.load_act == 0)
    return "the words have a flag whose effect is not known";
  if (a.depth_wise_layer != 0 && a.i_ch_num != a.o_ch_num) return "a depth-wise layer must keep its channels";
  const Shape in = layer_of(a, 1).in, out = layer_of(a, 1).out();
  if (out.pixels() == 0 || a.o_row_wid != out.width - 1 || a.o_col_high != out.height - 1)
    return "the words give the output another size than kernel and pooling do";
  const MapLayout source(in), target(out);
  if (a.row_switch_addr != source.rows.lines || a.channel_switch_addr != source.block_lines() ||
      a.coef_group != source.rows.groups || a.wb_row_switch_addr != target.rows.lines ||
      a.wb_channel_switch_addr != target.block_lines() || a.wb_group != target.rows.groups)
    return "the words lay a map out otherwise than its width asks for";
  return {};
}

// Fields --------------------------------------------------------------------------------------------------------------

inline constexpr Text bad_shift = "a shift is not between 0 and 62";

/// Calls visit(name, value) for each pair, in order.
template <class Visit>
constexpr void each_field(Visit&) {}
template <class Visit, std::size_t N, class Value, class... Rest>
constexpr void each_field(Visit& visit, const char (&name)[N], Value& value, Rest&... rest) {
  visit(Text(name, static_cast<int>(N) - 1), value);
  each_field(visit, rest...);
}

/// The fields of one operand of quantized sums.
constexpr void scale_fields(auto& visit, auto& scale) {
  each_field(visit, "offset", scale.offset, "multiplier", scale.multiplier, "shift", scale.shift);
}

/// A list of types.
template <class... Types>
struct TypeList {};

/// Calls use(Kind{}) for the kind of node that has this opcode; false if there is none.
template <class... Kinds, class Use>
constexpr bool with_kind(TypeList<Kinds...>, std::uint32_t opcode, const Use& use) {
  return ((opcode == Kinds::opcode && (use(Kinds{}), true)) || ...);
}

}  // namespace incuse::k210
