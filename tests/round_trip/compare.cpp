// Networks, written as C++ source and compiled again, are the same graphs.
#include <string>

#include <doctest/doctest.h>

#include "networks.hpp"
#include "written.hpp"

using namespace incuse;

namespace {

/// The members in which two layers differ. Names that an author has not given may be made up.
std::string differences(const Layer& a, const Layer& b) {
  // Every member of a layer. If this line does not compile, there is a new one: it wants to be written by
  // export/cpp_source.hpp, compared here, and set by an option in networks.hpp.
  const auto& [name, op, out_channels, kernel, padding, border, stride, dilation, output_padding, groups, pooling, pool,
               pool_stride, pool_dilation, pool_same, pool_column, elementwise, operands, pool_first, activation,
               function, batch_norm, flatten, has_bias, is_wide, weight_bits, binary_weights, output_shift, streams,
               on_the_cpu, software, resized, scale_factor, is_output, sources, crop_top, crop_bottom, buffer_shift,
               buffer_insert, in_channels, in_extent, placement, author_layer, inserted, same_weights_as, same_bias_as,
               in, pooled, out] = a;
  std::string text;
  const auto compare = [&](const char* member, bool same) {
    if (!same) text += std::string(text.empty() ? "" : ", ") + member;
  };
  compare("name", name.empty() || name == b.name);
  compare("op", op == b.op);
  compare("out_channels", out_channels == b.out_channels);
  compare("kernel", kernel == b.kernel);
  compare("padding", padding == b.padding);
  compare("pad_value", border == b.pad_value);
  compare("stride", stride == b.stride);
  compare("dilation", dilation == b.dilation);
  compare("output_padding", output_padding == b.output_padding);
  compare("groups", groups == b.groups);
  compare("pooling", pooling == b.pooling);
  compare("pool", pool == b.pool);
  compare("pool_stride", pool_stride == b.pool_stride);
  compare("pool_dilation", pool_dilation == b.pool_dilation);
  compare("pool_same", pool_same == b.pool_same);
  compare("pool_column", pool_column == b.pool_column);
  compare("elementwise", elementwise == b.elementwise);
  compare("operands", operands == b.operands);
  compare("pool_first", pool_first == b.pool_first);
  compare("activation", activation == b.activation);
  compare("function", function == b.function);
  compare("batch_norm", batch_norm == b.batch_norm);
  compare("flatten", flatten == b.flatten);
  compare("bias", has_bias == b.bias);
  compare("wide", is_wide == b.wide);
  compare("weight_bits", weight_bits == b.weight_bits);
  compare("binary_weights", binary_weights == b.binary_weights);
  compare("output_shift", output_shift == b.output_shift);
  compare("streaming", streams == b.streaming);
  compare("on_cpu", on_the_cpu == b.on_cpu);
  compare("software", software == b.software);
  compare("resized", resized == b.resized);
  compare("scale_factor", scale_factor == b.scale_factor);
  compare("output", is_output == b.output);
  compare("crop_top", crop_top == b.crop_top);
  compare("crop_bottom", crop_bottom == b.crop_bottom);
  compare("buffer_shift", buffer_shift == b.buffer_shift);
  compare("buffer_insert", buffer_insert == b.buffer_insert);
  bool same_sources = sources.size == b.sources.size;
  for (int i = 0; same_sources && i < sources.size; ++i) same_sources = sources[i] == b.sources[i];
  compare("sources", same_sources);
  compare("in_channels", in_channels == b.in_channels);
  compare("in_extent", in_extent == b.in_extent);
  const auto& [processors, output_processors, in_offset, out_offset, gap, groups_of_bias, in_fours] = placement;
  const Placement& other = b.placement;
  compare("placement", processors == other.processors && output_processors == other.output_processors &&
                           in_offset == other.in_offset && out_offset == other.out_offset && gap == other.write_gap &&
                           groups_of_bias == other.bias_groups && in_fours == other.tcalc);
  compare("author_layer", author_layer == b.author_layer);
  compare("inserted", inserted == b.inserted);
  compare("same_weights_as", same_weights_as == b.same_weights_as);
  compare("same_bias_as", same_bias_as == b.same_bias_as);
  compare("in", in == b.in);
  compare("pooled", pooled == b.pooled);
  compare("out", out == b.out);
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
