// What standard C++ cannot say, or says in headers that take compilers longer to read than all of `core/`: builtins,
// attributes and assembly of GCC and Clang. The other headers have none, `host/fast/` and `board.hpp` aside.
//
// For other compilers, and with INCUSE_PORTABLE, the same is here in standard C++: slower while compiling, with the
// same results.
#pragma once

#include <incuse/core/language.hpp>

#include <cstddef>
#include <cstdint>

#if !defined(INCUSE_PORTABLE) && !defined(__GNUC__)  // Clang says that it is GCC
#define INCUSE_PORTABLE
#endif
#ifdef INCUSE_PORTABLE
#include <bit>
#include <limits>
#include <source_location>
#include <type_traits>
#include <utility>
#endif

// Attributes. INCUSE_NOINLINE keeps firmware small, INCUSE_ALWAYS_INLINE makes it fast. Without INCUSE_PACKED, structs
// have gaps: see `packs_structs`.
#ifdef INCUSE_PORTABLE
#define INCUSE_NOINLINE
#define INCUSE_ALWAYS_INLINE
#define INCUSE_PACKED
#define INCUSE_UNAVAILABLE(words) [[deprecated(words)]]
#else
#define INCUSE_NOINLINE [[gnu::noinline]]
#define INCUSE_ALWAYS_INLINE [[gnu::always_inline]]
#define INCUSE_PACKED [[gnu::packed]]
#define INCUSE_UNAVAILABLE(words) __attribute__((unavailable(words)))
#endif

// Where a function cannot stand for a builtin, or where the call would be what takes longest at compile time:
// INCUSE_INDEX_BELOW(index, count): `index`, which must be 0 to count - 1; anything else is undefined behaviour.
//   It keeps GCC 12 from merging the functions of graphs of two capacities (it would run the larger one's code for
//   both, and warn of indices beyond the smaller array), and from warning of negative indices that never occur.
// INCUSE_IS_LITERAL(characters): true if they are known to be a string literal; false says nothing.
// INCUSE_MAGNITUDE(number): a float without its sign.
// INCUSE_SIGNATURE: the function that it stands in, with its template arguments, in the compiler's own words;
//   empty where nothing in standard C++ says it.
#ifdef INCUSE_PORTABLE
#define INCUSE_INDEX_BELOW(index, count) (index)
#define INCUSE_IS_LITERAL(characters) false
#define INCUSE_MAGNITUDE(number) ((number) < 0.0f ? -(number) : (number))
#ifdef __cpp_lib_source_location
#define INCUSE_SIGNATURE std::source_location::current().function_name()
#else
#define INCUSE_SIGNATURE ""
#endif
#else
#define INCUSE_INDEX_BELOW(index, count) \
  (static_cast<unsigned>(index) < static_cast<unsigned>(count) ? (index) : (__builtin_unreachable(), 0))
#define INCUSE_IS_LITERAL(characters) __builtin_constant_p(characters)
#define INCUSE_MAGNITUDE(number) __builtin_fabsf(number)
#define INCUSE_SIGNATURE __PRETTY_FUNCTION__
#endif

namespace incuse {

/// Indices as a type: `template <int... I> f(Indices<I...>)` is called with all of them.
template <int... Index>
struct Indices {};

#ifdef INCUSE_PORTABLE

inline constexpr bool packs_structs = false;
inline constexpr bool copies_in_one_step = false;  ///< whether `copy_values` is one step of a constant evaluation
inline constexpr bool is_little_endian = std::endian::native == std::endian::little;
inline constexpr float float_infinity = std::numeric_limits<float>::infinity();
inline constexpr float not_a_number = std::numeric_limits<float>::quiet_NaN();

namespace detail {
template <int... Index>
Indices<Index...> indices_of(std::integer_sequence<int, Index...>);
}  // namespace detail
template <int Count>
using IndicesBelow = decltype(detail::indices_of(std::make_integer_sequence<int, Count>{}));

template <class To, class From>
constexpr To bits_as(const From& from) {
  return std::bit_cast<To>(from);
}
constexpr double double_of(std::uint64_t bits) { return std::bit_cast<double>(bits); }
constexpr std::uint64_t bits_of(double number) { return std::bit_cast<std::uint64_t>(number); }
constexpr float float_of(std::uint32_t bits) { return std::bit_cast<float>(bits); }

constexpr int bit_count(std::uint64_t bits) { return std::popcount(bits); }
constexpr int first_bit(std::uint64_t bits) { return bits == 0 ? -1 : std::countr_zero(bits); }
constexpr int last_bit(std::uint64_t bits) { return 63 - std::countl_zero(bits); }
constexpr std::uint64_t bytes_reversed(std::uint64_t word) {
  std::uint64_t result = 0;
  for (int i = 0; i < 8; ++i, word >>= 8) result = result << 8 | (word & 0xff);
  return result;
}
constexpr double without_sign(double number) { return number < 0 ? -number : number; }

constexpr int literal_length(const char* characters) {
  int length = 0;
  while (characters[length] != '\0') ++length;
  return length;
}
template <class Byte>
constexpr bool same_values(const Byte* a, const Byte* b, std::size_t count) {
  for (std::size_t i = 0; i < count; ++i)
    if (a[i] != b[i]) return false;
  return true;
}

template <class Real>
constexpr Real rounded(Real value) {
  if (std::is_constant_evaluated()) return value;
  volatile Real stored = value;
  return stored;
}
template <class Value>
Value* hidden_address(Value* place) {
  Value* volatile stored = place;
  return stored;
}

#else

inline constexpr bool packs_structs = true;
#ifdef __clang__
inline constexpr bool copies_in_one_step = true;  ///< whether `copy_values` is one step of a constant evaluation
#else
inline constexpr bool copies_in_one_step = false;
#endif
inline constexpr bool is_little_endian = __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__;
inline constexpr float float_infinity = __builtin_huge_valf();
inline constexpr float not_a_number = __builtin_nanf("");

#if __has_builtin(__make_integer_seq)  // Clang
namespace detail {
template <class Number, Number... Index>
using indices_of = Indices<Index...>;
}  // namespace detail

/// The indices 0 to `Count` - 1. `Count` is not negative.
template <int Count>
using IndicesBelow = __make_integer_seq<detail::indices_of, int, Count>;
#else                                  // GCC
template <int Count>
using IndicesBelow = Indices<__integer_pack(Count)...>;
#endif

/// The bits of a value as another type of the same size.
template <class To, class From>
constexpr To bits_as(const From& from) {
  return __builtin_bit_cast(To, from);
}

/// The same for numbers: no templates, which everybody would pay for.
constexpr double double_of(std::uint64_t bits) { return __builtin_bit_cast(double, bits); }
constexpr std::uint64_t bits_of(double number) { return __builtin_bit_cast(std::uint64_t, number); }
constexpr float float_of(std::uint32_t bits) { return __builtin_bit_cast(float, bits); }

/// Number of set bits. A builtin: at compile time a loop over 64 bits would take more steps than anything else in the
/// planner and the rules.
constexpr int bit_count(std::uint64_t bits) { return __builtin_popcountll(bits); }

/// Index of the lowest set bit; -1 for 0.
constexpr int first_bit(std::uint64_t bits) { return bits == 0 ? -1 : __builtin_ctzll(bits); }

/// Index of the highest set bit; -1 for 0.
constexpr int last_bit(std::uint64_t bits) { return bits == 0 ? -1 : 63 - __builtin_clzll(bits); }

/// The first of the eight bytes becomes the last one.
constexpr std::uint64_t bytes_reversed(std::uint64_t word) { return __builtin_bswap64(word); }

/// A number without its sign.
constexpr double without_sign(double number) { return __builtin_fabs(number); }

/// Number of characters before the zero. The compiler counts faster, but firmware need not have strlen.
constexpr int literal_length(const char* characters) {
  if (__builtin_is_constant_evaluated()) return static_cast<int>(__builtin_strlen(characters));
  int length = 0;
  while (characters[length] != '\0') ++length;
  return length;
}

/// Whether two arrays of char or signed char have the same values; one step at compile time.
constexpr bool same_values(const char* a, const char* b, std::size_t count) {
  return __builtin_memcmp(a, b, count) == 0;
}
constexpr bool same_values(const signed char* a, const signed char* b, std::size_t count) {
  return __builtin_memcmp(a, b, count) == 0;
}

/// Returns `value`, and keeps compilers from joining the operation that computed it with the next one: write
/// `rounded(a * b) + c` for a product that is rounded before the sum. Clang joins operations of one expression only,
/// and a call ends it (unless -ffp-contract=fast is given). GCC joins whatever the chip can; a statement that might
/// change the value stops it, while its vectorizer loses __builtin_assoc_barrier.
template <class Real>
constexpr Real rounded(Real value) {
#if !defined(__clang__) && defined(__FP_FAST_FMAF)
#if defined(__x86_64__)
#define INCUSE_REAL_REGISTER "+x"
#elif defined(__aarch64__)
#define INCUSE_REAL_REGISTER "+w"
#elif defined(__riscv)
#define INCUSE_REAL_REGISTER "+f"
#else
#define INCUSE_REAL_REGISTER "+m"
#endif
  if (!__builtin_is_constant_evaluated()) asm("" : INCUSE_REAL_REGISTER(value));
#undef INCUSE_REAL_REGISTER
#endif
  return value;
}

/// The same address, hidden from the optimiser.
template <class Value>
Value* hidden_address(Value* place) {
  asm("" : "+r"(place));
  return place;
}

#endif

/// Whether `bits_as` takes string literals in constant expressions.
#ifdef __clang__
inline constexpr bool casts_literals = false;
#else
inline constexpr bool casts_literals = true;
#endif

/// Copies `count` values between arrays that do not overlap.
template <class Value>
constexpr void copy_values(const Value* from, std::size_t count, Value* to) {
#if defined(__clang__) && !defined(INCUSE_PORTABLE)
  __builtin_memcpy(to, from, count * sizeof(Value));
#else
  for (std::size_t i = 0; i < count; ++i) to[i] = from[i];
#endif
}

}  // namespace incuse
