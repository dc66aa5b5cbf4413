// The words of a network description: operations, activations, data formats, and words of other tools that are none of
// them. Spec: max7800x-network-description.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include <incuse/model/graph.hpp>

namespace incuse::detail {

/// What to do instead of a word, by the place of its layer.
struct Advice {
  const char* at_the_end;
  const char* inside;  ///< of a layer with others behind it

  constexpr Advice(const char* anywhere) : Advice(anywhere, anywhere) {}
  constexpr Advice(const char* end, const char* within) : at_the_end(end), inside(within) {}
};

/// A word that is no operation or activation of the accelerator, with a hint what to do instead.
struct ElsewhereWord {
  std::string_view word;
  Advice advice;
  std::string_view key{};  ///< the key whose value it may be
};
namespace elsewhere {
inline constexpr Advice on_processor{
    "the processor computes it, from the output of the last layer",
    "the accelerator has none, and layers behind it read the result: end the network in front of it, let the processor "
    "compute it, and make what is behind it a second network"};
inline constexpr Advice function{
    "the accelerator has ReLU and Abs; behind the last layer the processor computes others",
    "the accelerator has ReLU and Abs, and the processor computes others only behind the last layer: train with ReLU"};
inline constexpr const char* folded = "it is folded into the convolution in front before the weights are quantized";
inline constexpr const char* pooled =
    "'max_pool' and 'avg_pool' pool in front of any operation, with 'op: Passthrough' alone";
inline constexpr const char* pooled_all = "'avg_pool' or 'max_pool' with the size of the map does it";
inline constexpr const char* listed = "'in_sequences' lists the layers that are read side by side";
inline constexpr const char* resized = "ConvTranspose2d doubles rows and columns; anything else is the processor's";
inline constexpr const char* clipped = "use ReLU: outputs end at 127 anyway";
inline constexpr const char* activated = "'activate' says it of the convolution";
inline constexpr const char* linear = "'op: Linear' is its name here";
inline constexpr const char* transposed = "'op: ConvTranspose2d' is its name here";
inline constexpr const char* depthwise =
    "'groups' of a Conv2d says it, where the chip has depth-wise convolution: as many as there are channels";
inline constexpr const char* separable =
    "write two layers: a depth-wise Conv2d, with 'groups', where the chip has it, and a Conv2d with a 1x1 kernel";
inline constexpr const char* padded = "'pad' of the convolution behind says it";
inline constexpr const char* reshaped = "'in_dim' and 'in_channels' reshape what a layer reads";
}  // namespace elsewhere
/// By their normal spelling: `normal_spelling`.
inline constexpr ElsewhereWord elsewhere_words[] = {
    {"softmax", elsewhere::on_processor},
    {"logsoftmax", elsewhere::on_processor},
    {"sigmoid", elsewhere::function},
    {"logistic", elsewhere::function},
    {"hardsigmoid", elsewhere::function},
    {"tanh", elsewhere::function},
    {"hardtanh", elsewhere::function},
    {"leakyrelu", elsewhere::function},
    {"prelu", elsewhere::function},
    {"elu", elsewhere::function},
    {"selu", elsewhere::function},
    {"gelu", elsewhere::function},
    {"silu", elsewhere::function},
    {"swish", elsewhere::function},
    {"hardswish", elsewhere::function},
    {"softplus", elsewhere::function},
    {"mish", elsewhere::function},
    {"mul", elsewhere::on_processor},
    {"multiply", elsewhere::on_processor},
    {"div", elsewhere::on_processor},
    {"divide", elsewhere::on_processor},
    {"lstm", elsewhere::on_processor},
    {"gru", elsewhere::on_processor},
    {"rnn", elsewhere::on_processor},
    {"argmax", elsewhere::on_processor},
    {"l2normalize", elsewhere::on_processor},
    {"relu6", elsewhere::clipped},
    {"relu", elsewhere::activated, "activate"},
    {"abs", elsewhere::activated, "activate"},
    {"activation", elsewhere::activated},
    {"batchnorm", elsewhere::folded},
    {"dropout", "it is left out: it only matters for training"},
    {"flatten", "'flatten: true' of a linear layer does it"},
    {"view", elsewhere::reshaped},
    {"reshape", elsewhere::reshaped},
    {"permute", elsewhere::reshaped},
    {"maxpool", elsewhere::pooled},
    {"avgpool", elsewhere::pooled},
    {"globalmaxpool", elsewhere::pooled_all},
    {"globalavgpool", elsewhere::pooled_all},
    {"adaptivemaxpool", elsewhere::pooled_all},
    {"adaptiveavgpool", elsewhere::pooled_all},
    {"concat", elsewhere::listed},
    {"cat", elsewhere::listed},
    {"concatenate", elsewhere::listed},
    {"upsample", elsewhere::resized},
    {"upsampling", elsewhere::resized},
    {"interpolate", elsewhere::resized},
    {"dense", elsewhere::linear},
    {"gemm", elsewhere::linear},
    {"matmul", elsewhere::linear},
    {"fullyconnected", elsewhere::linear},
    {"innerproduct", elsewhere::linear},
    {"convtranspose", elsewhere::transposed},
    {"transposedconv", elsewhere::transposed},
    {"deconv", elsewhere::transposed},
    {"depthwiseconv", elsewhere::depthwise},
    {"separableconv", elsewhere::separable},
    {"zeropad", elsewhere::padded},
    {"pad", elsewhere::padded},
    {"crop", "'in_crop' of the layer behind leaves out rows"},
    {"identity", "'op: Passthrough' is its name here"},
    {"input", "the input is no layer: --input-shape or --input tells its size"},
};

/// A part of a word that other tools spell in their own way.
struct Spelling {
  std::string_view theirs, normal;
};
inline constexpr Spelling spellings[] = {
    {"convolution", "conv"},
    {"average", "avg"},
    {"pooling", "pool"},
    {"padding", "pad"},
    {"cropping", "crop"},
    {"normalization", "norm"},
    {"normalisation", "norm"},
    {"1d", ""},
    {"2d", ""},
    {"3d", ""},
    {"layer", ""},
};

/// "MaxPooling2D", "max_pool2d" and "MaxPool" as "maxpool": small letters, without the number of dimensions.
inline std::string normal_spelling(std::string_view word) {
  std::string text;
  for (const char c : word.substr(0, 60))
    if (c != '_' && c != '-' && c != ' ') text += c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  for (const Spelling& part : spellings)
    for (std::size_t at = text.find(part.theirs); at != std::string::npos; at = text.find(part.theirs))
      text.replace(at, part.theirs.size(), part.normal);
  return text;
}

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
