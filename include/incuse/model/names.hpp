// Names of operations, as the types of the network language are called. For text that is read by people or compilers.
#pragma once

#include <incuse/core/keyed_table.hpp>
#include <incuse/model/graph.hpp>

namespace incuse {

/// `type`: without "1d" or "2d".
struct PoolingName {
  Pooling key;
  const char* type;
};
inline constexpr PoolingName pooling_names[] = {
    {Pooling::none, "MaxPool"},  // a window without pooling: maxima, as the hardware computes
    {Pooling::max, "MaxPool"},
    {Pooling::average, "AvgPool"},
    {Pooling::pick, "Subsample"},
};
static_assert(is_complete(pooling_names, Pooling::last));

/// `type`: of a layer; `word`: in a sentence.
struct ElementwiseName {
  Elementwise key;
  const char* type;
  const char* word;
};
inline constexpr ElementwiseName elementwise_names[] = {
    {Elementwise::none, "", ""},
    {Elementwise::add, "Add", "Add"},
    {Elementwise::sub, "Sub", "Sub"},
    {Elementwise::bitwise_or, "BitwiseOr", "Or"},
    {Elementwise::bitwise_xor, "BitwiseXor", "Xor"},
};
static_assert(is_complete(elementwise_names, Elementwise::last));

struct SoftwareName {
  Software key;
  const char* type;
};
inline constexpr SoftwareName software_names[] = {
    {Software::none, ""},
    {Software::quantize, "Quantize"},
    {Software::dequantize, "Dequantize"},
    {Software::requantize, "Requantize"},
    {Software::global_average, "GlobalAvgPool2d"},
    {Software::softmax, "Softmax"},
    {Software::logistic, "Logistic"},
    {Software::l2_normalize, "L2Normalize"},
    {Software::resize, "Resize"},
    {Software::channels_last, "ChannelsLast"},
    {Software::pad, "Pad"},
    {Software::transpose, "Transpose"},
    {Software::reshape, "Reshape"},
    {Software::slice, "Slice"},
    {Software::channel_shuffle, "ChannelShuffle"},
    {Software::space_to_depth, "SpaceToDepth"},
    {Software::depth_to_space, "DepthToSpace"},
    {Software::reduce, "Reduce"},
    {Software::combine, "Combine"},
    {Software::apply, "Apply"},
    {Software::add_padding, "AddPadding"},
    {Software::remove_padding, "RemovePadding"},
    {Software::upload, "Upload"},
};
static_assert(is_complete(software_names, Software::last));

struct ReductionName {
  Reduction key;
  const char* word;
};
inline constexpr ReductionName reduction_names[] = {
    {Reduction::mean, "mean"}, {Reduction::min, "min"}, {Reduction::max, "max"}, {Reduction::sum, "sum"}};
static_assert(is_complete(reduction_names, Reduction::last));

struct PairingName {
  Pairing key;
  const char* word;
};
inline constexpr PairingName pairing_names[] = {{Pairing::add, "add"},           {Pairing::subtract, "subtract"},
                                                {Pairing::multiply, "multiply"}, {Pairing::divide, "divide"},
                                                {Pairing::min, "min"},           {Pairing::max, "max"}};
static_assert(is_complete(pairing_names, Pairing::last));

}  // namespace incuse
