// The words of a network description: operations, activations, data formats, and words of other tools that are none of
// them. Spec: max7800x-network-description.
#pragma once

#include <string_view>

#include <incuse/model/graph.hpp>

namespace incuse::detail {

/// A word that is no operation or activation of the accelerator, with a hint what to do instead.
struct ElsewhereWord {
  std::string_view word;
  const char* where;
  std::string_view key{};  ///< the key whose value it may be
};
namespace elsewhere {
inline constexpr const char* on_processor = "the processor computes it, from the output of the last layer";
inline constexpr const char* folded = "it is folded into the convolution in front before the weights are quantized";
inline constexpr const char* pooled =
    "'max_pool' and 'avg_pool' pool in front of any operation, with 'op: Passthrough' alone";
inline constexpr const char* listed = "'in_sequences' lists the layers that are read side by side";
inline constexpr const char* resized = "ConvTranspose2d doubles rows and columns; anything else is the processor's";
inline constexpr const char* clipped = "use ReLU: outputs end at 127 anyway";
inline constexpr const char* activated = "'activate' says it of the convolution";
}  // namespace elsewhere
inline constexpr ElsewhereWord elsewhere_words[] = {
    {"softmax", elsewhere::on_processor},
    {"logsoftmax", elsewhere::on_processor},
    {"sigmoid", elsewhere::on_processor},
    {"logistic", elsewhere::on_processor},
    {"hardsigmoid", elsewhere::on_processor},
    {"tanh", elsewhere::on_processor},
    {"hardtanh", elsewhere::on_processor},
    {"leakyrelu", elsewhere::on_processor},
    {"prelu", elsewhere::on_processor},
    {"elu", elsewhere::on_processor},
    {"selu", elsewhere::on_processor},
    {"gelu", elsewhere::on_processor},
    {"silu", elsewhere::on_processor},
    {"swish", elsewhere::on_processor},
    {"hardswish", elsewhere::on_processor},
    {"softplus", elsewhere::on_processor},
    {"mish", elsewhere::on_processor},
    {"mul", elsewhere::on_processor},
    {"div", elsewhere::on_processor},
    {"lstm", elsewhere::on_processor},
    {"gru", elsewhere::on_processor},
    {"rnn", elsewhere::on_processor},
    {"argmax", elsewhere::on_processor},
    {"l2normalize", elsewhere::on_processor},
    {"relu6", elsewhere::clipped},
    {"relu", elsewhere::activated, "activate"},
    {"abs", elsewhere::activated, "activate"},
    {"batchnorm", elsewhere::folded},
    {"batchnorm1d", elsewhere::folded},
    {"batchnorm2d", elsewhere::folded},
    {"dropout", "it is left out: it only matters for training"},
    {"flatten", "'flatten: true' of a linear layer does it"},
    {"view", "'in_dim' and 'in_channels' reshape what a layer reads"},
    {"reshape", "'in_dim' and 'in_channels' reshape what a layer reads"},
    {"maxpool", elsewhere::pooled},
    {"maxpool1d", elsewhere::pooled},
    {"maxpool2d", elsewhere::pooled},
    {"avgpool", elsewhere::pooled},
    {"avgpool1d", elsewhere::pooled},
    {"avgpool2d", elsewhere::pooled},
    {"concat", elsewhere::listed},
    {"cat", elsewhere::listed},
    {"concatenate", elsewhere::listed},
    {"upsample", elsewhere::resized},
    {"interpolate", elsewhere::resized},
};

struct OperationWord {
  std::string_view word;
  Operator op;
  Elementwise elementwise = Elementwise::none;
};
inline constexpr OperationWord operation_words[] = {
    {"conv2d", Operator::conv2d},
    {"conv1d", Operator::conv1d},
    {"convtranspose2d", Operator::conv_transpose2d},
    {"linear", Operator::linear},
    {"fc", Operator::linear},
    {"mlp", Operator::linear},
    {"none", Operator::none},
    {"passthrough", Operator::none},
    {"add", Operator::none, Elementwise::add},
    {"sub", Operator::none, Elementwise::sub},
    {"or", Operator::none, Elementwise::bitwise_or},
    {"bitwiseor", Operator::none, Elementwise::bitwise_or},
    {"bitwise_or", Operator::none, Elementwise::bitwise_or},
    {"xor", Operator::none, Elementwise::bitwise_xor},
    {"bitwisexor", Operator::none, Elementwise::bitwise_xor},
    {"bitwise_xor", Operator::none, Elementwise::bitwise_xor},
};

inline constexpr const char* known_operations =
    "Conv1d, Conv2d, ConvTranspose2d, Linear (FC, MLP), Passthrough (None), Add, Sub, Or, Xor";

struct ElementwiseWord {
  std::string_view word;
  Elementwise elementwise;
};
inline constexpr ElementwiseWord elementwise_words[] = {
    {"add", Elementwise::add},
    {"sub", Elementwise::sub},
    {"or", Elementwise::bitwise_or},
    {"bitwiseor", Elementwise::bitwise_or},
    {"bitwise_or", Elementwise::bitwise_or},
    {"xor", Elementwise::bitwise_xor},
    {"bitwisexor", Elementwise::bitwise_xor},
    {"bitwise_xor", Elementwise::bitwise_xor},
};

struct ActivationWord {
  std::string_view word;
  Activation activation;
};
inline constexpr ActivationWord activation_words[] = {
    {"relu", Activation::relu}, {"abs", Activation::abs}, {"none", Activation::none}};

struct FormatWord {
  std::string_view word;
  DataFormat format;
};
inline constexpr FormatWord format_words[] = {
    {"hwc", DataFormat::hwc}, {"little", DataFormat::hwc}, {"chw", DataFormat::chw}, {"big", DataFormat::chw}};

}  // namespace incuse::detail
