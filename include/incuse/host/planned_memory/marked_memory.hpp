// Memory whose bytes know what they hold. See planned_memory.hpp.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include <incuse/max7800x/device.hpp>
#include <incuse/max7800x/plan/layout.hpp>

namespace incuse::host {

/// The first thing that went wrong in planned memory; no text if nothing did.
struct MemoryFault {
  int layer = -1;  ///< -1: while the input was loaded
  std::string text{};

  bool none() const { return text.empty(); }
};

namespace detail {

/// Marks of bytes that hold no value of a tensor. Marks of values are 0 or more, different for each byte of each
/// tensor.
enum Mark : int { never_written = -1, empty_lane = -2, surplus_word = -3, vacated_row = -4 };

/// One byte of memory: what it holds, and who still needs it.
struct MemoryByte {
  int mark = never_written;
  std::uint8_t value = 0;
  int reader = -1;  ///< layer that has read it last …
  int until = -1;   ///< … and the last step in which that layer needs it
};

/// Words of a tensor as a layer writes or reads them. Words in a ring take the place of those that came `ring` words
/// before.
struct Region {
  max7800x::TensorLayout layout{};
  int tensor = 0;  ///< for writing: 0 the network's input, i + 1 the output of layer i, then the rolling buffer
  int ring = 0;    ///< words of the ring; 0: no ring
  std::vector<int> processors{};

  Region(const max7800x::TensorLayout& where, int what, int ring_words = 0)
      : layout(where), tensor(what), ring(ring_words) {
    layout.offset -= layout.offset % 4;  // registers count words
    for (int p = 0; p < max7800x::all_processors; ++p)
      if ((layout.processors >> p & 1) != 0) processors.push_back(p);
  }

  int channels() const { return layout.shape.channels / layout.operands; }
  /// Whether there is a processor for every channel of a pass.
  bool complete() const {
    const int needed = layout.channels_first ? channels() : min_of(channels(), layout.passes.channels);
    return needed > 0 && static_cast<int>(processors.size()) >= needed;
  }
  /// Byte within the instance. Pixels before the first one are negative.
  long long byte_of_word(int pixel, int pass, int operand) const {
    const long long word = layout.word_index(pixel, pass, operand);
    return layout.offset + 4 * (ring > 0 ? word % ring : word);
  }
};

/// The data memories of a chip, with marks that say what each byte holds: a value of a tensor of the graph. Tensor 0 is
/// the network's input, i + 1 the output of layer i, the last one the rolling buffer. Keeps the first fault.
template <int N>
class MarkedMemory {
 public:
  MarkedMemory(const Graph<N>& graph, const max7800x::Device& device) : graph_(graph), device_(device) {
    for (int t = 0; t <= buffer_tensor(); ++t)
      first_mark_.push_back(first_mark_.back() + shape_of(t).elements() * bytes_per_element(t));
  }

  /// Nothing was ever written, and nothing went wrong.
  void clear() {
    fault_ = {};
    bytes_.assign(static_cast<std::size_t>(max7800x::instances * device_.instance_bytes), {});
  }
  const MemoryFault& fault() const { return fault_; }
  bool sound() const { return fault_.none(); }
  void fail(int layer, const std::string& text) {
    if (fault_.none()) fault_ = {layer, text};
  }

  int buffer_tensor() const { return graph_.size + 1; }
  int tensor_of(int source) const { return source == rolling_buffer ? buffer_tensor() : tensor_number(source); }
  Shape shape_of(int tensor) const {
    if (tensor == buffer_tensor()) return graph_.buffer.shape();
    return tensor == 0 ? graph_.input : graph_[writer_of(tensor)].out;
  }
  int bytes_per_element(int tensor) const { return is_output(tensor) && graph_[writer_of(tensor)].wide ? 4 : 1; }
  /// What a layer writes into the rolling buffer is the buffer's from then on.
  int mark_of(int tensor, int element, int byte = 0) const {
    if (is_output(tensor) && graph_[writer_of(tensor)].writes_buffer()) {
      const int pixels = shape_of(tensor).pixels();
      const int row = max7800x::first_buffer_row(graph_, tensor - 1) + element % pixels;
      return mark_of(buffer_tensor(), element / pixels * graph_.buffer.rows + row);
    }
    return first_mark_[static_cast<std::size_t>(tensor)] + element * bytes_per_element(tensor) + byte;
  }
  std::string text_of_mark(int mark) const {
    if (mark == never_written) return "a byte that was never written";
    if (mark == empty_lane) return "an empty lane of a word";
    if (mark == surplus_word) return "a word without a pixel";
    if (mark == vacated_row) return "what a shift has left behind";
    int tensor = 0;
    while (mark >= first_mark_[static_cast<std::size_t>(tensor) + 1]) ++tensor;
    const int element = (mark - first_mark_[static_cast<std::size_t>(tensor)]) / bytes_per_element(tensor);
    const int pixels = shape_of(tensor).pixels();
    return "channel " + std::to_string(element / pixels) + ", pixel " + std::to_string(element % pixels) + " of " +
           (tensor == 0                 ? std::string("the input")
            : tensor == buffer_tensor() ? std::string("the rolling buffer")
                                        : "layer " + std::to_string(tensor - 1));
  }
  static std::string place_text(int instance, long long byte) {
    return "byte " + std::to_string(byte) + " of instance " + std::to_string(instance);
  }

  MemoryByte* byte_at(int instance, long long byte) {
    if (byte < 0 || byte >= device_.instance_bytes) return nullptr;
    return &bytes_[static_cast<std::size_t>(instance) * static_cast<std::size_t>(device_.instance_bytes) +
                   static_cast<std::size_t>(byte)];
  }
  void write(int layer, int step, int instance, long long byte, int mark, int value) {
    MemoryByte* const found = byte_at(instance, byte);
    if (found == nullptr) return fail(layer, "writes " + place_text(instance, byte) + ", which does not exist");
    if (found->reader == layer && found->until > step)
      return fail(layer, "overwrites " + text_of_mark(found->mark) + " in " + place_text(instance, byte) +
                             " before it has read it for the last time");
    *found = {mark, static_cast<std::uint8_t>(value), -1, -1};
  }
  std::uint8_t read(int layer, int until, int instance, long long byte, int mark) {
    MemoryByte* const found = byte_at(instance, byte);
    if (found == nullptr) {
      fail(layer, "reads " + place_text(instance, byte) + ", which does not exist");
      return 0;
    }
    if (found->mark != mark)
      fail(layer, "needs " + text_of_mark(mark) + " in " + place_text(instance, byte) + ", where there is " +
                      text_of_mark(found->mark));
    found->reader = layer;
    found->until = until;
    return found->value;
  }

 private:
  bool is_output(int tensor) const { return tensor > 0 && tensor <= graph_.size; }

  const Graph<N>& graph_;
  const max7800x::Device& device_;
  std::vector<int> first_mark_{0};  ///< of every tensor, and as last element the number of all marks
  std::vector<MemoryByte> bytes_{};
  MemoryFault fault_{};
};

}  // namespace detail
}  // namespace incuse::host
