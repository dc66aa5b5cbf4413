// The rule about tensors that do not fit into the data memories together, wherever the planner puts them. See
// rules.hpp.
#pragma once

#include <incuse/max7800x/rules/subjects.hpp>

namespace incuse::max7800x {

/// Which tensors lie in the data memories, and during which layers. Tensor 0 is the network's input, tensor i + 1 the
/// output of layer i.
struct TensorLives {
  const WholePlan& at;

  constexpr const Layer& layer(int i) const { return at.network.layers[i]; }
  constexpr unsigned processors_block(int tensor, int block) const {
    const ProcessorMap map = tensor == 0 ? at.layers[0].processors : at.layers[writer_of(tensor)].output_processors;
    return static_cast<unsigned>(map >> (processors_per_instance * block) & 0xf);
  }
  /// Bytes in each instance; 0 for a tensor that a streaming layer reads, of which only a few rows are kept.
  constexpr long long bytes(int tensor) const {
    if (tensor < at.network.size && layer(tensor).streaming) return 0;
    if (tensor == 0) return round_up(input_bytes(layer(0), at.layers[0], at.channels_first), 4);
    return output_bytes(layer(writer_of(tensor)), at.layers[writer_of(tensor)]);
  }
  constexpr bool reads(int index, int tensor) const {
    for (int source : layer(index).sources)
      if (tensor_number(source) == tensor) return true;
    return false;
  }
  /// True for the word that tells whether an early exit is taken: no other tensor may ever lie there.
  constexpr bool is_exit_word(int tensor) const { return tensor > 0 && layer(writer_of(tensor)).may_exit(); }
  constexpr int last_use(int tensor) const {
    if (is_exit_word(tensor)) return at.network.size;
    int last = tensor > 0 && layer(writer_of(tensor)).output ? at.network.size : tensor;
    for (int i = tensor; i < at.network.size; ++i)
      if (reads(i, tensor)) last = max_of(last, i);
    return last;
  }
  /// First layer during which a tensor's place is taken. For interleaved operands: the first layer that writes one of
  /// them.
  constexpr int taken_from(int tensor) const {
    if (is_exit_word(tensor)) return -1;
    if (tensor == 0 || at.layers[writer_of(tensor)].write_gap == 0) return writer_of(tensor);
    int first = writer_of(tensor);
    for (int source : layer(min_of(last_use(tensor), at.network.size - 1)).sources) first = min_of(first, source);
    return first;
  }
  constexpr bool in_memory(int tensor, int index) const {
    return taken_from(tensor) <= index && index <= last_use(tensor);
  }
};

/// The instance (`block`) and the layer during which most bytes are needed.
struct DataShortage {
  int layer = -1;
  int block = -1;
  long long bytes = 0;
};

/// The instance and the layer with the largest sum of bytes, of tensors that are needed at the same time.
constexpr DataShortage fullest_instance(const TensorLives& lives, int layers) {
  int taken_from[most_layers + 1]{}, last_use[most_layers + 1]{};
  for (int t = 0; t <= layers; ++t) {
    taken_from[t] = lives.taken_from(t);
    last_use[t] = lives.last_use(t);
  }
  DataShortage worst;
  for (int i = 0; i < layers; ++i)
    for (int b = 0; b < instances; ++b) {
      long long sum = 0;
      for (int t = 0; t <= layers; ++t)
        if (taken_from[t] <= i && i <= last_use[t] && lives.processors_block(t, b) != 0) sum += lives.bytes(t);
      if (sum > worst.bytes) worst = {i, b, sum};
    }
  return worst;
}

namespace advice {

/// More pooling in front of the layer that writes the largest of the tensors; for the network's input CHW order.
constexpr Advice smaller_tensor(const TensorLives& lives, const DataShortage& shortage) {
  int largest = -1;
  for (int t = 0; t <= shortage.layer + 1; ++t) {
    const bool there = lives.in_memory(t, shortage.layer) && lives.processors_block(t, shortage.block) != 0;
    if (there && (largest < 0 || lives.bytes(t) > lives.bytes(largest))) largest = t;
  }
  if (largest < 0) return {};
  if (largest == 0) {
    const bool chw_helps = !lives.at.channels_first && lives.layer(0).in.channels <= instances;
    const long long in_chw = lives.layer(0).in.pixels();
    return chw_helps ? Advice{.change = "CHW order", .from = lives.bytes(0), .to = {in_chw, "bytes"}} : Advice{};
  }
  const Layer& layer = lives.layer(writer_of(largest));
  const long long bytes = lives.bytes(largest);
  const int pixels = layer.one_dimensional() ? 2 : 4;
  return {layer.pools() ? Text("twice the pooling in front") : Text("2x2 pooling in front"),
          writer_of(largest),
          layer.name,
          bytes,
          {bytes / pixels, "bytes"}};
}

}  // namespace advice

}  // namespace incuse::max7800x

namespace incuse {

INCUSE_RULE(WholePlan, data_memory, error, "the tensors that are needed together do not fit into the data memories",
            "pool earlier, use fewer channels, or go around fewer layers", "placement 6") {
  if (at.fits_data_memory || at.network.size > most_layers || !is_placed(at)) return;
  const TensorLives lives{at};
  for (int t = 0; t <= at.network.size; ++t)
    if (lives.bytes(t) > at.device.instance_bytes) return;  // input_memory or output_memory reports it
  const DataShortage shortage = fullest_instance(lives, at.network.size);
  if (shortage.layer < 0) return;
  const Layer& layer = at.network.layers[shortage.layer];
  Finding finding{&rules::data_memory, shortage.layer, layer.name};
  if (shortage.bytes > at.device.instance_bytes) {  // else there is enough memory, but fragmented
    finding.needs = {shortage.bytes, "bytes"};
    finding.has = {at.device.instance_bytes, "bytes"};
  }
  finding.advice = advice::smaller_tensor(lives, shortage);
  for (int t = 0; t <= at.network.size; ++t) {
    if (!lives.in_memory(t, shortage.layer) || lives.processors_block(t, shortage.block) == 0) continue;
    const bool copy = t > 0 && at.network.layers[writer_of(t)].inserted;
    const Text name = copy ? Text("a copy") : t == 0 ? Text("the input") : at.network.layers[writer_of(t)].name;
    finding.shares.push({copy ? -1 : writer_of(t), name, {lives.bytes(t), "bytes"}});
  }
  blame.found.push(finding);
}

}  // namespace incuse
