// What core/compiler.hpp offers is the same in the words of a compiler and in standard C++: this file is compiled with
// INCUSE_PORTABLE as well.
#include <incuse/core/elementary.hpp>
#include <incuse/core/long_array.hpp>
#include <incuse/model/option_checks.hpp>
#include <incuse/model/parameters.hpp>

using namespace incuse;

namespace {

template <class List>
constexpr int sum_of = -1;
template <int... Index>
constexpr int sum_of<Indices<Index...>> = (0 + ... + Index);
static_assert(sum_of<IndicesBelow<0>> == 0 && sum_of<IndicesBelow<5>> == 10);

static_assert(bit_count(0) == 0 && bit_count(0xf0'0000'0000'0001) == 5 && bit_count(~0ULL) == 64);
static_assert(first_bit(0) == -1 && first_bit(1) == 0 && first_bit(1ULL << 63) == 63 && first_bit(0x50) == 4);
static_assert(last_bit(0) == -1 && last_bit(1) == 0 && last_bit(1ULL << 63) == 63 && last_bit(0x50) == 6);
static_assert(bytes_reversed(0x0102030405060708) == 0x0807060504030201);
static_assert(double_of(bits_of(-0.1)) == -0.1 && bits_of(1.0) == 0x3ff0000000000000 && float_of(0x3f800000) == 1.0f);
static_assert(bits_as<std::uint32_t>(1.0f) == 0x3f800000 && bits_as<float>(0x40000000) == 2.0f);
static_assert(float_infinity > 3.4e38f && not_a_number != not_a_number);
static_assert(without_sign(-2.5) == 2.5 && without_sign(2.5) == 2.5 && INCUSE_MAGNITUDE(-2.5f) == 2.5f);
static_assert(literal_length("") == 0 && literal_length("four") == 4);
static_assert(INCUSE_INDEX_BELOW(2, 3) == 2);
static_assert(rounded(0.1f) == 0.1f);

constexpr char letters[] = "abcd", others[] = "abce";
static_assert(same_values(letters, others, 3) && !same_values(letters, others, 4));
constexpr bool copies() {
  char to[4]{};
  copy_values(letters, 3, to);
  return to[0] == 'a' && to[1] == 'b' && to[2] == 'c' && to[3] == 0;
}
static_assert(copies());

// Values of all words, and the bytes that are left.
constexpr char array[] = "\1\2\3\4\5\6\7\377\11\12\200";
template <const auto& Values>
constexpr bool has_words() {
  const Tensor by_name = Tensor::of<Values>(11), by_argument(Values, 11);
  const auto read = detail::words_of_eight<11>(by_argument.bytes);
  return by_name.words[0] == 0xff07'0605'0403'0201 && by_name.words[1] == 0x80'0a09 &&
         read.words[0] == by_name.words[0] && read.words[1] == by_name.words[1] && by_name == by_argument &&
         by_name.count == 11 && by_name[7] == -1 && by_name[10] == -128;
}
static_assert(has_words<array>());

// Arrays that are joined from literals.
constexpr auto two = joined<char>("\1\2\3", "\4\5\6\7\377\11\12\200");
constexpr auto three = joined<unsigned char>("\1\2\3\4\5", "\6\7", "\377\11\12\200");
static_assert(sizeof two == 11 && sizeof three == 11 && has_words<two>());
static_assert(three.values[0] == 1 && three.values[4] == 5 && three.values[5] == 6 && three.values[7] == 0xff &&
              three.values[10] == 0x80);
static_assert(Tensor(two, 11) == Tensor(array, 11));

// How types are written, in the words of each compiler.
constexpr bool spells = detail::spelled<int>.text().size > 0;  // not with every standard library
static_assert(!spells || (detail::spelled<pad<1>>.text() == "pad<1>" && detail::spelled<int>.text() == "int"));
static_assert(!spells || detail::name_of_layer_type<pad<1>>.text() == "pad");
constexpr Text gcc =
    "constexpr incuse::TextBuffer<60> incuse::detail::spelling() [with Type = incuse::pad<1>; bool Short = 0]";
constexpr Text clang =
    "TextBuffer<60> incuse::detail::spelling() [Type = incuse::k210::Some<incuse::pad<1>, 2>, Short = true]";
constexpr Text msvc =
    "class incuse::TextBuffer<60> __cdecl incuse::detail::spelling<struct incuse::pad<1>,false>(void)";
static_assert(detail::spelling_in(gcc, false).text() == "pad<1>");
static_assert(detail::spelling_in(clang, false).text() == "Some<pad<1>, 2>");
static_assert(detail::spelling_in(clang, true).text() == "Some");
static_assert(detail::spelling_in(msvc, false).text() == "pad<1>" && detail::spelling_in(msvc, true).text() == "pad");
static_assert(detail::spelling_in("unknown", false).text() == "");

}  // namespace
