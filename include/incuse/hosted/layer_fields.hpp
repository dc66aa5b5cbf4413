// The members of a layer that the author of a type for the K210 can set, each with a word and its limits: the texts of
// network types (docs/k210.md) are written and read by the same list.
#pragma once

#include <string_view>
#include <vector>

#include <incuse/core/keyed_table.hpp>
#include <incuse/hosted/named_functions.hpp>
#include <incuse/model/graph.hpp>

namespace incuse {

namespace detail {

/// A value of an enumeration, and the word that stands for it in texts.
template <class Key>
struct Worded {
  Key key;
  std::string_view word;
};

inline constexpr Worded<Operator> operator_field_words[] = {{Operator::none, "none"},
                                                            {Operator::conv1d, "conv1d"},
                                                            {Operator::conv2d, "conv2d"},
                                                            {Operator::conv_transpose2d, "conv_transpose2d"},
                                                            {Operator::linear, "linear"}};
static_assert(is_complete(operator_field_words, Operator::last));
inline constexpr Worded<Pooling> pooling_field_words[] = {
    {Pooling::none, "none"}, {Pooling::max, "max"}, {Pooling::average, "average"}, {Pooling::pick, "pick"}};
static_assert(is_complete(pooling_field_words, Pooling::last));
inline constexpr Worded<Activation> activation_field_words[] = {{Activation::none, "none"},
                                                                {Activation::relu, "relu"},
                                                                {Activation::abs, "abs"},
                                                                {Activation::function, "function"}};
static_assert(is_complete(activation_field_words, Activation::last));
inline constexpr Worded<Elementwise> elementwise_field_words[] = {{Elementwise::none, "none"},
                                                                  {Elementwise::add, "add"},
                                                                  {Elementwise::sub, "sub"},
                                                                  {Elementwise::bitwise_or, "or"},
                                                                  {Elementwise::bitwise_xor, "xor"}};
static_assert(is_complete(elementwise_field_words, Elementwise::last));
inline constexpr Worded<Reduction> reduction_field_words[] = {
    {Reduction::mean, "mean"}, {Reduction::min, "min"}, {Reduction::max, "max"}, {Reduction::sum, "sum"}};
static_assert(is_complete(reduction_field_words, Reduction::last));
inline constexpr Worded<Pairing> pairing_field_words[] = {
    {Pairing::add, "add"},       {Pairing::subtract, "subtract"}, {Pairing::multiply, "multiply"},
    {Pairing::divide, "divide"}, {Pairing::min, "min"},           {Pairing::max, "max"}};
static_assert(is_complete(pairing_field_words, Pairing::last));
inline constexpr Worded<Software> software_field_words[] = {{Software::none, "none"},
                                                            {Software::quantize, "quantize"},
                                                            {Software::dequantize, "dequantize"},
                                                            {Software::requantize, "requantize"},
                                                            {Software::global_average, "global_average"},
                                                            {Software::softmax, "softmax"},
                                                            {Software::logistic, "logistic"},
                                                            {Software::l2_normalize, "l2_normalize"},
                                                            {Software::resize, "resize"},
                                                            {Software::channels_last, "channels_last"},
                                                            {Software::pad, "pad"},
                                                            {Software::transpose, "transpose"},
                                                            {Software::reshape, "reshape"},
                                                            {Software::slice, "slice"},
                                                            {Software::channel_shuffle, "channel_shuffle"},
                                                            {Software::space_to_depth, "space_to_depth"},
                                                            {Software::depth_to_space, "depth_to_space"},
                                                            {Software::reduce, "reduce"},
                                                            {Software::combine, "combine"},
                                                            {Software::apply, "apply"},
                                                            {Software::add_padding, "add_padding"},
                                                            {Software::remove_padding, "remove_padding"},
                                                            {Software::upload, "upload"}};
static_assert(is_complete(software_field_words, Software::last));

/// The words for the values of the argument's enumeration.
constexpr const auto& words_for(Operator) { return operator_field_words; }
constexpr const auto& words_for(Pooling) { return pooling_field_words; }
constexpr const auto& words_for(Activation) { return activation_field_words; }
constexpr const auto& words_for(Elementwise) { return elementwise_field_words; }
constexpr const auto& words_for(Reduction) { return reduction_field_words; }
constexpr const auto& words_for(Pairing) { return pairing_field_words; }
constexpr const auto& words_for(Software) { return software_field_words; }

/// The numbers that a member consists of.
using Numbers = std::vector<int*>;
inline Numbers numbers_of(int& number) { return {&number}; }
inline Numbers numbers_of(Extent& extent) { return {&extent.height, &extent.width}; }
inline Numbers numbers_of(Shape& shape) { return {&shape.channels, &shape.height, &shape.width}; }
inline Numbers numbers_of(Border& border) { return {&border.top, &border.bottom, &border.left, &border.right}; }
inline Numbers numbers_of(int (&sizes)[tensor_dimensions]) { return {&sizes[0], &sizes[1], &sizes[2]}; }
inline Numbers numbers_of(Part3 (&parts)[tensor_dimensions]) {
  Numbers all;
  for (Part3& part : parts) all.insert(all.end(), {&part.begin, &part.end, &part.step});
  return all;
}

inline constexpr int most_field_channels = 1 << 16;  ///< limits of texts, beyond those of any network
inline constexpr int most_field_size = 1 << 12;

/// What layers of the processor have beside.
template <class Visitor>
void visit_software_fields(Layer& layer, Visitor& visitor) {
  const auto numbers = [&](const char* word, auto& member, int least, int most) {
    visitor.numbers(word, numbers_of(member), least, most);
  };
  SoftwareOptions& with = layer.with;
  visitor.choice("software", layer.software);
  numbers("resized", layer.resized, 0, most_field_size);
  numbers("scale_factor", with.scale_factor, 0, 64);
  numbers("border", with.border, -most_field_size, most_field_size);
  numbers("before", with.before, -most_field_size, most_field_size);
  numbers("after", with.after, -most_field_size, most_field_size);
  numbers("order", with.order, 0, tensor_dimensions - 1);
  numbers("parts", with.parts, -most_field_channels, most_field_channels);
  numbers("shape", with.shape, 0, most_field_channels);
  numbers("block", with.block, 1, 64);
  visitor.flags("channels_first", {&with.channels_first});
  visitor.flags("reduced", {&with.reduced[0], &with.reduced[1], &with.reduced[2]});
  visitor.choice("reduction", with.reduction);
  visitor.choice("pairing", with.pairing);
  visitor.flags("constant_first", {&with.constant_first});
}

}  // namespace detail

/// Shows a visitor every member but name and sources: `numbers(word, pointers to int, least, most)`, `flags(word,
/// pointers to bool)`, `choice(word, enumeration)`, `real(word, float)` and `function(word, pointer to a function)`.
template <class Visitor>
void visit_layer_fields(Layer& layer, Visitor& visitor) {
  using detail::most_field_channels;
  using detail::most_field_size;
  const auto numbers = [&](const char* word, auto& member, int least, int most) {
    visitor.numbers(word, detail::numbers_of(member), least, most);
  };
  visitor.choice("operator", layer.op);
  numbers("out_channels", layer.out_channels, 0, most_field_channels);
  numbers("kernel", layer.kernel, 1, most_field_size);
  numbers("padding", layer.padding, 0, most_field_size);
  visitor.real("pad_value", layer.pad_value);
  numbers("stride", layer.stride, 1, most_field_size);
  numbers("dilation", layer.dilation, 1, most_field_size);
  numbers("output_padding", layer.output_padding, 0, most_field_size);
  numbers("groups", layer.groups, 1, most_field_channels);
  visitor.flags("flatten", {&layer.flatten});
  visitor.flags("bias", {&layer.bias});
  visitor.flags("batch_norm", {&layer.batch_norm});
  numbers("bits", layer.weight_bits, 1, 8);
  visitor.flags("binary", {&layer.binary_weights});
  visitor.flags("bypass", {&layer.bypass});
  visitor.flags("wide", {&layer.wide});
  numbers("shift", layer.output_shift, -30, 30);
  visitor.choice("activation", layer.activation);
  visitor.function("function", layer.function);
  visitor.choice("pooling", layer.pooling);
  numbers("pool", layer.pool, 1, most_field_size);
  numbers("pool_stride", layer.pool_stride, 1, most_field_size);
  numbers("pool_dilation", layer.pool_dilation, 1, most_field_size);
  visitor.flags("pool_same", {&layer.pool_same});
  numbers("pool_column", layer.pool_column, 0, most_field_size);
  visitor.choice("elementwise", layer.elementwise);
  numbers("operands", layer.operands, 1, max_operands);
  visitor.flags("pool_first", {&layer.pool_first});
  numbers("in_channels", layer.in_channels, 0, most_field_channels);
  numbers("in_extent", layer.in_extent, 0, most_field_size);
  numbers("crop_top", layer.crop_top, 0, most_field_size);
  numbers("crop_bottom", layer.crop_bottom, 0, most_field_size);
  visitor.flags("on_cpu", {&layer.on_cpu});
  detail::visit_software_fields(layer, visitor);
  visitor.flags("output", {&layer.output});
}

}  // namespace incuse
