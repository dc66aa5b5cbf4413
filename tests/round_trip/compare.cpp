// Networks, written as C++ source and compiled again, are the same graphs.
#include <cstddef>
#include <string>
#include <type_traits>

#include <boost/hana/accessors.hpp>
#include <boost/hana/adapt_struct.hpp>
#include <boost/hana/for_each.hpp>
#include <boost/hana/length.hpp>
#include <boost/hana/pair.hpp>
#include <boost/hana/string.hpp>
#include <boost/hana/tuple.hpp>

#include <doctest/doctest.h>

#include "networks.hpp"
#include "written.hpp"

BOOST_HANA_ADAPT_STRUCT(incuse::WrittenLayer, name, op, kernel, padding, pad_value, stride, dilation, output_padding,
                        pooling, pool, pool_stride, pool_dilation, pool_same, pool_column, activation, function,
                        batch_norm, flatten, wide, weight_bits, bypass, binary_weights, on_cpu, software, resized, with,
                        exit, crop_bottom, in_channels, in_extent, buffer_shift, buffer_insert, placement);
BOOST_HANA_ADAPT_STRUCT(incuse::InferredOptions, sources, out_channels, groups, crop_top, output);
BOOST_HANA_ADAPT_STRUCT(incuse::TrainedOptions, output_shift, bias);
BOOST_HANA_ADAPT_STRUCT(incuse::ArrangedOptions, elementwise, operands, pool_first, streaming);
BOOST_HANA_ADAPT_STRUCT(incuse::InferredShapes, in, pooled, out);
BOOST_HANA_ADAPT_STRUCT(incuse::SharedParameters, same_weights_as, same_bias_as);
BOOST_HANA_ADAPT_STRUCT(incuse::Origin, author_layer, inserted);

using namespace incuse;
namespace hana = boost::hana;

namespace {

/// Converts to anything: `T{Anything{}, Anything{}}` compiles if T has at least two members.
struct Anything {
  template <class T>
  operator T() const;
};

template <class T, class... Members>
constexpr std::size_t member_count() {
  if constexpr (requires { T{Members{}..., Anything{}}; })
    return member_count<T, Members..., Anything>();
  else
    return sizeof...(Members);
}

/// A part of a layer that does not list all its members below: a new one wants to be written by export/cpp_network.hpp,
/// listed here, and set by an option in networks.hpp.
template <class Part>
concept lists_all_members = decltype(hana::length(hana::accessors<Part>()))::value == member_count<Part>();

/// Adds the members in which two layers differ to `text`. Names that an author has not given may be made up.
template <class Part>
void add_differences(std::string& text, const Part& a, const Part& b) {
  static_assert(lists_all_members<Part>);
  hana::for_each(hana::accessors<Part>(), [&](auto member) {
    const auto& value = hana::second(member)(a);
    if constexpr (std::is_same_v<decltype(value), const Text&>)
      if (value.empty()) return;
    if (!(value == hana::second(member)(b)))
      text += std::string(text.empty() ? "" : ", ") + hana::to<const char*>(hana::first(member));
  });
}

std::string differences(const Layer& a, const Layer& b) {
  std::string text;
  add_differences<WrittenLayer>(text, a, b);
  add_differences<InferredOptions>(text, a, b);
  add_differences<TrainedOptions>(text, a, b);
  add_differences<ArrangedOptions>(text, a, b);
  add_differences<InferredShapes>(text, a, b);
  add_differences<SharedParameters>(text, a, b);
  add_differences<Origin>(text, a, b);
  return text;
}

template <int N, int M>
void compare(const Graph<N>& a, const Graph<M>& b) {
  // Likewise.
  const auto& [input, input_format, real_input, input_offset, buffer, layers, size] = a;
  CHECK(input == b.input);
  CHECK(input_format == b.input_format);
  CHECK(real_input == b.real_input);
  CHECK(input_offset == b.input_offset);
  CHECK(buffer == b.buffer);
  REQUIRE(size == b.size);
  REQUIRE(size > 0);
  for (int i = 0; i < size; ++i) {
    INFO("layer ", i);
    CHECK(differences(layers[i], b[i]).empty());
    CHECK(differences(layers[i], b[i]) == "");
  }
}

}  // namespace

#define COMPARE(Net) \
  TEST_CASE(#Net) { compare(graph_of<test::written::Net>(), graph_of<test::again::Net>()); }
INCUSE_WRITTEN_NETWORKS(COMPARE)
