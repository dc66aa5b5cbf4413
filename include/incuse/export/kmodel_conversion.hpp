// Kmodels of version 4 as kmodels of version 3, for firmware of the vendor's SDK: node by node, in the memory that the
// model has planned. What moves values becomes copies. Nodes that version 3 does not have are errors, nodes that it
// rounds otherwise are notes. Source: kmodel sheet (k210-kmodel), sections 1, 2 and 5.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <iterator>
#include <limits>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include <incuse/export/kmodel.hpp>
#include <incuse/export/kmodel_copies.hpp>
#include <incuse/hosted/strings.hpp>
#include <incuse/k210/device.hpp>
#include <incuse/k210/registers/layer_words.hpp>

namespace incuse {

/// A model of version 3, or the reasons why there is none.
struct KmodelConversion {
  std::vector<std::uint8_t> bytes{};
  std::vector<std::string> errors{};  ///< "node 3 (Pad): version 3 has no node for it"
  std::vector<std::string> notes{};   ///< nodes whose results may differ in their last bits, and by how much

  bool ok() const { return errors.empty(); }
};

namespace detail {

/// Translates the nodes of one model.
class KmodelConverter {
 public:
  explicit KmodelConverter(const k210::Kmodel& model) : model_(model) {}

  KmodelConversion convert() {
    if (model_.version == 3) {
      result_.bytes = kmodel_bytes(model_);
      return std::move(result_);
    }
    writer_.main_bytes = model_.main_bytes;
    begin();
    for (node_ = 0; node_ < model_.node_count; ++node_) {
      const std::size_t errors = result_.errors.size();
      visit_node(k210::kmodel4::Kinds{}, model_, node_, [&](const auto& node) { add(node); });
      // What reads a refused node is not refused because of it.
      if (result_.errors.size() > errors) begun_ = true;
    }
    add_outputs();
    if (result_.ok()) finish();
    return std::move(result_);
  }

 private:
  using Range = k210::KmodelRange;

  // Messages.
  std::string at_node(const std::string& what) const {
    const Text name = k210::node_name(model_.version, model_.nodes[node_].opcode);
    return "node " + std::to_string(node_) + " (" + string_of(name) + "): " + what;
  }
  void refuse(const std::string& reason) { result_.errors.push_back(at_node(reason)); }
  void note(const std::string& what) { result_.notes.push_back(at_node(what)); }
  static std::string number(double value) {
    char text[32];
    std::snprintf(text, sizeof text, "%.2g", value);
    return text;
  }

  // The whole model.

  /// Firmware puts the input where the first node reads it.
  void begin() {
    if (model_.input_count != 1) {
      result_.errors.push_back("the model has " + std::to_string(model_.input_count) +
                               " inputs, and models of version 3 have one");
      begun_ = true;
    } else if (model_.inputs[0].shape[0] != 1) {
      result_.errors.push_back("the model's input is several images, and those of version 3 read one");
      begun_ = true;
    }
  }
  bool is_input(const Range& range) const {
    const Range& input = model_.inputs[0].range;
    return input.memory == range.memory && input.start == range.start;
  }
  /// Every node but an upload of the input asks before it is added. `reads_input`: it is a node that firmware can begin
  /// with, and reads the model's input.
  bool may_follow(bool reads_input) {
    if (begun_ || reads_input) {
      begun_ = true;
      return true;
    }
    refuse(
        "firmware for version 3 runs models that begin with a layer of the KPU or a linear one of real numbers: let "
        "the program compute what is in front of them");
    return false;
  }
  void add_outputs() {
    for (int o = 0; o < model_.output_count; ++o) {
      const Range& range = model_.outputs[o];
      if (range.memory != k210::KmodelMemory::main)
        result_.errors.push_back("output " + std::to_string(o) + " is not in main memory");
      else if (range.type != k210::KmodelType::f32)
        result_.errors.push_back("output " + std::to_string(o) + " is codes, and those of version 3 are real numbers");
      writer_.outputs.push_back(range);
    }
  }
  void finish() {
    writer_.first_line = lowest_line_ == none ? 0 : static_cast<std::uint32_t>(lowest_line_);
    result_.bytes = writer_.bytes();
  }

  // Memory.
  /// Where a tensor lies in main memory; false, and a reason, if it is a constant or in AI RAM.
  bool in_main(const Range& range) {
    if (range.memory == k210::KmodelMemory::main && constants_.count(range.start) == 0) return true;
    refuse(range.memory == k210::KmodelMemory::kpu ? "it works on a tensor in AI RAM, and version 3 in main memory"
                                                   : "it reads a constant, and version 3 has none but weights");
    return false;
  }
  /// The same of an output, which from here on is no constant any more.
  bool written(const Range& out) {
    if (out.memory != k210::KmodelMemory::main) {
      refuse("it writes into AI RAM, and version 3 into main memory");
      return false;
    }
    for (auto made = constants_.begin(); made != constants_.end();) {
      const bool overlaps = made->first < std::uint64_t{out.start} + out.bytes &&
                            out.start < std::uint64_t{made->first} + made->second.size();
      made = overlaps ? constants_.erase(made) : std::next(made);
    }
    return true;
  }
  bool between_main(const Range& in, const Range& out) { return in_main(in) && written(out) && may_follow(false); }
  /// So many bytes of a constant, which the reader has checked, or of what a node has made of one; null if it is none.
  const std::uint8_t* constant(const Range& range, std::uint64_t bytes) const {
    if (range.memory == k210::KmodelMemory::constants) return model_.constants.data + range.start;
    const auto made = constants_.find(range.start);
    const bool is_made = range.memory == k210::KmodelMemory::main && made != constants_.end();
    return is_made && made->second.size() >= bytes ? made->second.data() : nullptr;
  }

  // Copies.
  void add_copy(const CopiedParts& parts, const Range& in, const Range& out, std::size_t in_bytes) {
    if (const std::uint8_t* bytes = constant(in, in_bytes)) return make_constant(parts, bytes, in_bytes, in, out);
    if (parts.count() > CopiedParts::most) return refuse(too_many_parts);
    if (between_main(in, out)) write_copy(parts, out);
  }
  void write_copy(const CopiedParts& parts, const Range& out) {
    const auto fill = [&](auto node) {
      node.out = out.start;
      node.count = static_cast<std::uint32_t>(parts.count());
      node.inputs = lists_.keep(parts.numbers());
      add_node(node);
    };
    out.type == k210::KmodelType::f32 ? fill(k210::kmodel3::Concat{}) : fill(k210::kmodel3::QuantizedConcat{});
  }
  void make_constant(const CopiedParts& parts, const std::uint8_t* bytes, std::size_t in_bytes, const Range& in,
                     const Range& out) {
    if (parts.count() > CopiedParts::most || out.memory != k210::KmodelMemory::main)
      return refuse("it makes a tensor of constants, and version 3 has none but weights");
    std::vector<std::uint8_t> made;
    const std::vector<std::uint32_t>& numbers = parts.numbers();
    for (std::size_t i = 0; i < numbers.size(); i += 2) {
      const std::size_t at = numbers[i] - in.start;
      if (at + numbers[i + 1] > in_bytes) return refuse("it reads beyond its constant");
      made.insert(made.end(), bytes + at, bytes + at + numbers[i + 1]);
    }
    if (written(out)) constants_[out.start] = std::move(made);
  }
  /// Copies the elements that from(index) names, for every index of the output.
  template <class Node, class From>
  void add_moved(const Node& node, const From& from) {
    CopiedParts parts;
    const std::size_t bytes = static_cast<std::size_t>(node.element_bytes());
    int i[4];
    const k210::KmodelShape shape = node.out_shape();
    for (i[0] = 0; i[0] < shape[0]; ++i[0])
      for (i[1] = 0; i[1] < shape[1]; ++i[1])
        for (i[2] = 0; i[2] < shape[2]; ++i[2])
          for (i[3] = 0; i[3] < shape[3] && parts.count() <= CopiedParts::most; ++i[3]) {
            int source[4];
            from(i, source);
            std::uint64_t element = 0;
            for (int d = 0; d < 4; ++d)
              element = element * k210::size_of(node.in_shape[d]) + static_cast<std::uint64_t>(source[d]);
            parts.add(node.in.start + element * bytes, bytes);
          }
    add_copy(parts, node.in, node.out, static_cast<std::size_t>(node.in_shape.elements()) * bytes);
  }

  // Nodes of the KPU.

  void add(const k210::kmodel4::KpuConv& node) {
    const k210::LayerArguments words = decode(node.tables.words);
    const k210::KpuLayer layer = layer_of(words, 1);
    if (node.batches != 1) return refuse("it runs " + std::to_string(node.batches) + " images, and version 3 one");
    const bool to_main = node.main_out.used();
    if (!may_follow(words.image_src_addr == input_line_)) return;
    if (to_main && layer.out().pixels() > k210_kpu.max_channel_bytes)
      return refuse("a channel of its output is too large for the output FIFO, out of which version 3 takes it");
    k210::kmodel3::Conv made;
    made.flags = to_main ? 1 : 0;
    made.main_out = to_main ? node.main_out.start : 0;
    if (to_main && !written(node.main_out)) return;
    made.tables = node.tables;
    made.tables.words = encode(arguments_of(words, layer));
    lowest_line_ = std::min({lowest_line_, words.image_src_addr, words.image_dst_addr});
    add_node(made);
  }
  /// The loader sets what depends on addresses. The output FIFO counts what the layer puts out.
  static k210::LayerArguments arguments_of(k210::LayerArguments words, const k210::KpuLayer& layer) {
    words.int_en = words.send_data_out = 0;
    words.bwsx_base_addr = words.para_start_addr = words.active_addr = 0;
    words.channel_byte_num = (layer.out().pixels() - 1) % k210_kpu.max_channel_bytes;
    words.dma_total_byte = layer.out().elements() - 1;
    return words;
  }
  /// That of the model's input is left out: firmware packs it into AI RAM itself.
  void add(const k210::kmodel4::KpuUpload& node) {
    if (node.in_shape[0] != 1)
      return refuse("it uploads " + std::to_string(node.in_shape[0]) + " images, and version 3 one");
    const auto line = static_cast<long long>(node.out.start / k210::line_bytes);
    if (!begun_ && is_input(node.in)) {
      input_line_ = line;
      return;
    }
    if (!in_main(node.in) || !may_follow(false)) return;
    k210::kmodel3::Upload made;
    made.in = node.in.start;
    made.ram_line = static_cast<std::uint32_t>(line);
    made.size = sizes_of(node.in_shape);
    add_node(made);
  }

  // Codes and real numbers.

  void add(const k210::kmodel4::Dequantize& node) {
    if (!between_main(node.in, node.out)) return;
    k210::kmodel3::Dequantize made;
    const float unit = 1.0f / node.scale;
    made.code = {unit, static_cast<float>(-node.zero_point) * unit, 0};
    double furthest = 0;
    for (int code = 0; code <= k210::highest_code; ++code) {
      const auto byte = static_cast<std::uint8_t>(code);
      float here = 0;
      k210::dequantize(&byte, 1, made.code, &here);
      const float there = static_cast<float>(std::int64_t{code} - node.zero_point) * unit;
      furthest = std::max(furthest, std::fabs(static_cast<double>(here) - static_cast<double>(there)));
    }
    if (furthest > 0) note("version 3 rounds its numbers twice: they differ by up to " + number(furthest));
    add_elementwise(made, node, std::min<std::uint64_t>(node.in.bytes, node.out.bytes / sizeof(float)));
  }
  void add(const k210::kmodel4::Quantize& node) {
    if (!between_main(node.in, node.out)) return;
    k210::kmodel3::Quantize made;
    const float unit = 1.0f / node.scale;
    made.code = {unit, static_cast<float>(-node.zero_point) * unit, 0};
    if (node.zero_point != 0 || 1.0f / unit != node.scale)
      note("version 3 rounds otherwise: a code may differ by 1 where a number lies in the middle between two");
    add_elementwise(made, node, std::min<std::uint64_t>(node.in.bytes / sizeof(float), node.out.bytes));
  }
  void add(const k210::kmodel4::TableLookUp& node) {
    const std::uint8_t* table = constant(node.table, k210::highest_code + 1);
    if (table == nullptr) return refuse("its table is no constant");
    if (!between_main(node.in, node.out)) return;
    k210::kmodel3::Requantize made;
    made.table = {table, k210::highest_code + 1};
    add_elementwise(made, node, std::min(node.in.bytes, node.out.bytes));
  }
  template <class Made, class Node>
  void add_elementwise(Made made, const Node& node, std::uint64_t count) {
    made.in = node.in.start;
    made.out = node.out.start;
    made.count = static_cast<std::uint32_t>(count);
    add_node(made);
  }

  // Element by element.

  void add(const k210::kmodel4::Binary& node) {
    const auto same = [&](const k210::KmodelShape& shape) {
      return std::equal(shape.sizes, shape.sizes + 4, node.out_shape.sizes);
    };
    if (node.op != k210::kmodel4::BinaryOp::add || !same(node.a_shape) || !same(node.b_shape))
      return refuse("of tensors of real numbers version 3 has only sums, of two of the same shape");
    if (limits(node.clamp)) return refuse(clamped_sum);
    if (!in_main(node.a) || !between_main(node.b, node.out)) return;
    k210::kmodel3::Add made;
    made.a = node.a.start;
    made.b = node.b.start;
    made.out = node.out.start;
    made.count = static_cast<std::uint32_t>(node.out_shape.elements());
    add_node(made);
  }
  void add(const k210::kmodel4::UnaryProgram& node) {
    const std::string formula = written_out(node.program);
    if (formula != "div(1,add(1,exp(neg(x))))" && formula != "div(1,add(exp(neg(x)),1))")
      return refuse("of functions version 3 has the logistic one, in a node of its own");
    if (!between_main(node.in, node.out)) return;
    note("the exponential function is that of the firmware's C library");
    add_elementwise(k210::kmodel3::Logistic{}, node, std::min(node.in.bytes, node.out.bytes) / sizeof(float));
  }
  /// Vectors one after the other.
  void add(const k210::kmodel4::Softmax& node) {
    if (node.beta != 1.0f) return refuse("its exponent has a factor, and version 3 has none");
    if (node.outer > most_vectors) return refuse("it has more than " + std::to_string(most_vectors) + " vectors");
    if (!between_main(node.in, node.out)) return;
    note("where all its numbers are negative, version 3 does not subtract the largest first, and far below 0 it fails");
    for (int o = 0; o < node.outer; ++o) {
      const std::uint32_t behind = static_cast<std::uint32_t>(o) * static_cast<std::uint32_t>(node.inner) * 4;
      k210::kmodel3::Softmax made;
      made.in = node.in.start + behind;
      made.out = node.out.start + behind;
      made.count = static_cast<std::uint32_t>(node.inner);
      add_node(made);
    }
  }

  // Matrices and windows.

  void add(const k210::kmodel4::MatMul& node) {
    const auto ins = static_cast<std::uint32_t>(node.a_columns), outs = static_cast<std::uint32_t>(node.b_columns);
    const std::uint8_t* weights = constant(node.b, k210::saturated_product(ins, outs, sizeof(float)));
    if (weights == nullptr) return refuse("it multiplies two tensors, and version 3 a tensor with weights");
    if (node.a_rows != 1) return refuse("it multiplies several rows, and version 3 one");
    const k210::NumberList<float> given{weights, std::size_t{ins} * outs};
    std::vector<float> turned;
    for (std::size_t o = 0; o < outs; ++o)
      for (std::size_t i = 0; i < ins; ++i) turned.push_back(given[i * outs + o]);
    add_connected(node.a, node.out, turned, node.bias, node.clamp);
  }
  /// Of a window that is the whole map.
  void add(const k210::kmodel4::Conv2d& node) {
    const k210::kmodel4::Window& window = node.window;
    const bool whole = node.in_shape[0] == 1 && node.groups() == 1 && window.kernel.height == node.in_shape[2] &&
                       window.kernel.width == node.in_shape[3] && node.out_shape()[2] == 1 &&
                       node.out_shape()[3] == 1 && window.pad_height.before == 0 && window.pad_width.before == 0;
    if (!whole) return refuse("version 3 has no convolutions of real numbers");
    std::vector<float> weights;
    for (std::size_t i = 0; i < node.weights.size; ++i) weights.push_back(node.weights[i]);
    add_connected(node.in, node.out, weights, node.bias, node.clamp);
  }
  /// Weights are [out][in].
  void add_connected(const Range& in, const Range& out, const std::vector<float>& weights,
                     const k210::NumberList<float>& given_bias, const k210::Clamp& clamp) {
    const bool relu6 = clamp.lowest == 0 && clamp.highest == 6, relu = clamp.lowest == 0 && clamp.highest >= most;
    if (limits(clamp) && !relu && !relu6)
      return refuse("version 3 has no other limits behind a linear layer than those of ReLU and ReLU6");
    if (!in_main(in) || !written(out) || !may_follow(is_input(in))) return;
    std::vector<float> bias;
    for (std::size_t o = 0; o < given_bias.size; ++o) bias.push_back(given_bias[o]);
    if (std::any_of(bias.begin(), bias.end(), [](float value) { return value != 0; }))
      note("version 3 adds the bias behind the products, and not in front: sums may differ in their last bits");
    k210::kmodel3::FullyConnected made;
    made.in = in.start;
    made.out = out.start;
    made.in_channels = static_cast<std::uint32_t>(weights.size() / bias.size());
    made.out_channels = static_cast<std::uint32_t>(bias.size());
    made.activation = relu ? 1 : relu6 ? 2 : 0;
    made.weights = lists_.keep(weights);
    made.bias = lists_.keep(bias);
    add_node(made);
  }
  void add(const k210::kmodel4::Reduce& node) {
    const bool maps = node.in_shape[0] == 1 && node.out_shape[1] == node.in_shape[1] && node.out_shape[2] == 1 &&
                      node.out_shape[3] == 1;
    const std::uint64_t pixels = node.in_shape.elements() / k210::size_of(node.in_shape[1]);
    const bool counts = node.in.bytes == node.in_shape.elements() * sizeof(float) &&
                        node.out.bytes == node.out_shape.elements() * sizeof(float);
    if (node.op != k210::kmodel4::ReduceOp::mean || !maps || node.start != 0 || !counts)
      return refuse("version 3 reduces maps to their means only");
    if (!between_main(node.in, node.out)) return;
    if ((pixels & (pixels - 1)) != 0)
      note("version 3 divides where the model multiplies: means may differ in their last bit");
    k210::kmodel3::GlobalAveragePool made;
    made.in = node.in.start;
    made.out = node.out.start;
    made.pixels = static_cast<std::uint32_t>(pixels);
    made.channels = static_cast<std::uint32_t>(node.in_shape[1]);
    add_node(made);
  }
  void add(const k210::kmodel4::ReduceWindow& node) {
    const k210::kmodel4::Window& window = node.window;
    const bool plain = window.dilation.height == 1 && window.dilation.width == 1 && window.pad_height.before >= 0 &&
                       window.pad_width.before >= 0 && node.start == 0 && !limits(node.clamp);
    if (node.op != k210::kmodel4::ReduceOp::mean || !plain || node.in_shape[0] != 1)
      return refuse("of windows of real numbers version 3 computes means only, without dilation and limits");
    if (!between_main(node.in, node.out)) return;
    const auto pair = [](int height, int width) {
      return k210::kmodel3::Pair{static_cast<std::uint32_t>(width), static_cast<std::uint32_t>(height)};
    };
    k210::kmodel3::AveragePool made;
    made.in = node.in.start;
    made.out = node.out.start;
    made.in_size = sizes_of(node.in_shape);
    made.out_size = sizes_of(node.out_shape());
    made.kernel = pair(window.kernel.height, window.kernel.width);
    made.stride = pair(window.stride.height, window.stride.width);
    made.padding = pair(window.pad_height.before, window.pad_width.before);
    add_node(made);
  }

  // Shapes.

  void add(const k210::kmodel4::MemoryCopy& node) {
    CopiedParts parts;
    const std::uint32_t bytes = std::min(node.in.bytes, node.out.bytes);
    parts.add(node.in.start, bytes);
    add_copy(parts, node.in, node.out, bytes);
  }
  void add(const k210::kmodel4::Concat& node) {
    CopiedParts parts;
    for (std::size_t i = 0; i < node.count; ++i)
      if (!in_main(node.input(i))) return;
    std::uint64_t all = 0;
    for (std::size_t i = 0; i < node.count; ++i) all += node.part(i);
    if (all == 0) return refuse("it joins nothing");
    for (std::uint64_t o = 0; o < node.outer && parts.count() <= CopiedParts::most; ++o)
      for (std::size_t i = 0; i < node.count; ++i) parts.add(node.input(i).start + o * node.part(i), node.part(i));
    if (parts.count() > CopiedParts::most) return refuse(too_many_parts);
    if (written(node.out) && may_follow(false)) write_copy(parts, node.out);
  }
  void add(const k210::kmodel4::Transpose& node) {
    const std::int32_t* order = node.order.sizes;
    const bool flattens = order[0] == 0 && order[1] == 2 && order[2] == 3 && order[3] == 1 && node.in_shape[0] == 1;
    if (flattens && node.out.type == k210::KmodelType::f32 && constant(node.in, 0) == nullptr) {
      if (!between_main(node.in, node.out)) return;
      k210::kmodel3::Flatten made;
      made.in = node.in.start;
      made.out = node.out.start;
      made.size = sizes_of(node.in_shape);
      return add_node(made);
    }
    add_moved(node, [&](const int(&i)[4], int(&source)[4]) {
      for (int d = 0; d < 4; ++d) source[node.order[d]] = i[d];
    });
  }
  /// Cutting off rows and columns only.
  void add(const k210::kmodel4::Pad& node) {
    for (const k210::kmodel4::Padding& padding : node.padding)
      if (padding.before > 0 || padding.after > 0)
        return refuse("it adds values around the tensor, and version 3 has no node for it");
    add_moved(node, [&](const int(&i)[4], int(&source)[4]) {
      for (int d = 0; d < 4; ++d) source[d] = i[d] - node.padding[d].before;
    });
  }
  void add(const k210::kmodel4::StridedSlice& node) {
    add_moved(node, [&](const int(&i)[4], int(&source)[4]) {
      for (int d = 0; d < 4; ++d) source[d] = node.begin[d] + i[d] * node.strides[d];
    });
  }
  void add(const k210::kmodel4::Resize& node) {
    if (node.mode != k210::kmodel4::ResizeMode::nearest) return refuse("version 3 resizes by nearest neighbours only");
    if (node.in_shape[0] != 1) return refuse("it resizes several images, and version 3 one");
    if (!between_main(node.in, node.out)) return;
    node.out.type == k210::KmodelType::f32 ? add_resize(k210::kmodel3::ResizeNearest<k210::KmodelType::f32>{}, node)
                                           : add_resize(k210::kmodel3::ResizeNearest<k210::KmodelType::u8>{}, node);
  }
  template <class Made>
  void add_resize(Made made, const k210::kmodel4::Resize& node) {
    made.in = node.in.start;
    made.out = node.out.start;
    made.size = sizes_of(node.in_shape);
    made.out_size = {static_cast<std::uint32_t>(node.out_size.width), static_cast<std::uint32_t>(node.out_size.height)};
    add_node(made);
  }

  // All others.

  void add(const k210::kmodel4::Node&) { refuse("version 3 has no node for it"); }
  void add(const k210::kmodel4::QuantizedBinary&) {
    refuse("version 3 rounds sums of codes otherwise, and has no other operations on two of them");
  }

  static bool limits(const k210::Clamp& clamp) { return clamp.lowest > -most || clamp.highest < most; }
  static k210::kmodel3::Sizes sizes_of(const k210::KmodelShape& shape) {
    const auto size = [&](int d) { return static_cast<std::uint32_t>(shape[d]); };
    return {size(3), size(2), size(1)};
  }
  template <class Made>
  void add_node(const Made& made) {
    if (result_.ok()) writer_.add(made);
  }

  static constexpr float most = std::numeric_limits<float>::max();  ///< limits there are none
  static constexpr int most_vectors = 1024;
  static constexpr long long none = 1LL << 40;
  static constexpr const char* too_many_parts = "it moves values in too many parts, and version 3 has no node for that";
  static constexpr const char* clamped_sum = "it limits its sums, and version 3 does not";

  const k210::Kmodel& model_;
  KmodelConversion result_{};
  Kmodel3Writer writer_{};
  int node_ = 0;
  bool begun_ = false;  ///< a node was added
  long long lowest_line_ = none;
  long long input_line_ = model_.input_count > 0 && model_.inputs[0].range.memory == k210::KmodelMemory::kpu
                              ? model_.inputs[0].range.start / k210::line_bytes
                              : none;                               ///< where the first layer of the KPU has to read
  std::map<std::uint32_t, std::vector<std::uint8_t>> constants_{};  ///< made by nodes, at places of main memory
  KeptLists lists_{};
};

}  // namespace detail

/// A model of version 4 as one of version 3, as far as that has the nodes; one of version 3 stays what it is, without
/// what is around it. The model comes from the reader, which has checked it, and has no faults (kmodel_faults); so the
/// result has to be read, since firmware overwrites some bytes behind tensors that nncase does not.
inline KmodelConversion converted_to_version_3(const k210::Kmodel& model) {
  return detail::KmodelConverter(model).convert();
}

}  // namespace incuse
