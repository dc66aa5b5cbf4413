// Runs networks in a model of the chip's data memories: every layer reads and writes only where the plan says, with the
// arithmetic of the reference executor. Every byte of memory knows which value of which tensor it holds, so a layer
// that reads a word which nobody wrote, which another tensor has overwritten, or which belongs to another pixel is
// caught even where the numbers happen to be the same.
//
// Where words lie is said by max7800x/plan/layout.hpp, which reference tables prove for inputs and outputs; what a
// layer has to find there, by the graph. Shared with planner and `verify`: how the hardware executes a layer
// (conversion.hpp); with the planner: the counts of streaming.hpp, which size the rings. Spec: max7800x-placement,
// sections 4 to 6, 8 and 9; max7800x-memory, sections 1 and 2.
#pragma once

#include <cstddef>
#include <cstdint>
#include <limits>
#include <string>
#include <vector>

#include <incuse/core/signed_bytes.hpp>
#include <incuse/host/planned_memory/layer_steps.hpp>
#include <incuse/host/planned_memory/marked_memory.hpp>
#include <incuse/host/reference.hpp>
#include <incuse/host/runnable.hpp>
#include <incuse/hosted/strings.hpp>
#include <incuse/max7800x/plan/layout.hpp>
#include <incuse/max7800x/plan/memory_words.hpp>
#include <incuse/max7800x/plan/streaming.hpp>

namespace incuse::host {

/// A network with its plan, run in planned memory. Layers run one after the other; layers that stream run together,
/// pixel by pixel, each as far behind the one in front as its registers say.
template <int N>
class PlannedExecutor {
 public:
  /// The graph is inferred and bound to its parameters; the plan is the graph's. All arguments but the options are
  /// referred to, and have to outlive the executor.
  PlannedExecutor(const Graph<N>& graph, const max7800x::Plan<N>& plan, const max7800x::Device& device,
                  Parameters parameters, max7800x::Options options = {})
      : graph_(graph),
        plan_(plan),
        device_(device),
        parameters_(parameters),
        options_(options),
        memory_(graph, device) {
    while (streamed_ < graph_.size && graph_[streamed_].streaming) ++streamed_;
    reset();
  }

  /// Fills the rolling buffer with zeros, as before the first run.
  void reset() {
    if (!moved_.none()) return;
    kept_.clear();
    for (int e = 0; e < graph_.buffer.shape().elements(); ++e)
      kept_.push_back({memory_.mark_of(memory_.buffer_tensor(), e)});
  }

  /// Runs one input: values in channels x height x width order, of which the low 8 bits count. The rolling buffer keeps
  /// its rows from run to run.
  const MemoryFault& run(const int* input) {
    memory_.clear();
    values_.clear();
    if (!moved_.none()) {
      memory_.fail(-1, string_of(moved_.reason));
      return memory_.fault();
    }
    if (const Obstacle found = obstacle(graph_, parameters_); !found.none()) {
      memory_.fail(found.layer, string_of(found.reason));
      return memory_.fault();
    }
    for (int i = 0; i < graph_.size; ++i)
      if (graph_[i].pool_same || graph_[i].pooling == Pooling::pick)
        memory_.fail(i, "pools as this chip does not: its windows lie within their tensor, and yield maximum or mean");
    if (!memory_.sound()) return memory_.fault();
    each_kept_byte([](detail::MemoryByte& byte, detail::MemoryByte& kept) { byte = kept; });
    values_.assign(static_cast<std::size_t>(graph_.size) + 1, {});
    for (int e = 0; e < graph_.input.elements(); ++e) values_[0].push_back(signed_byte(input[e]));
    if (streamed_ > 0)
      stream();
    else
      load_input();
    for (int i = streamed_; i < graph_.size && memory_.sound(); ++i) run_in_memory(i);
    for (int i = 0; i < graph_.size && memory_.sound(); ++i)
      if (graph_[i].output) check_output(i);
    each_kept_byte([this](detail::MemoryByte& byte, detail::MemoryByte& kept) {
      if (byte.mark != detail::vacated_row && byte.mark != memory_.mark_of(memory_.buffer_tensor(), element_of(kept)))
        memory_.fail(-1, "the rolling buffer has lost " +
                             memory_.text_of_mark(memory_.mark_of(memory_.buffer_tensor(), element_of(kept))) +
                             ", where at the end there is " + memory_.text_of_mark(byte.mark));
      kept = byte;
    });
    return memory_.fault();
  }

  const MemoryFault& fault() const { return memory_.fault(); }
  /// The output of a layer as it was written, in channels x height x width order; empty if the layer has not run.
  /// Without a fault, layers found in memory what they read, and the network's outputs were still there at the end.
  std::vector<int> output_of(int layer) const {
    if (layer < 0 || layer + 1 >= static_cast<int>(values_.size())) return {};
    return values_[static_cast<std::size_t>(layer) + 1];
  }

 private:
  using Region = detail::Region;

  std::vector<int>& values_of(int tensor) { return values_[static_cast<std::size_t>(tensor)]; }

  // Regions -----------------------------------------------------------------------------------------------------------

  Region output_region(int layer) const { return {max7800x::output_layout(graph_, plan_, layer), layer + 1}; }
  /// What a layer reads: the words of all passes and operands of a pixel are neighbours.
  Region input_region(int layer, int ring = 0) const {
    max7800x::TensorLayout layout;
    if (layer == 0) {
      layout = max7800x::input_layout(graph_, plan_);
    } else {
      layout.shape = graph_[layer].in;
      layout.shape.channels *= graph_[layer].operands;
      layout.processors = plan_[layer].processors;
      layout.offset = plan_[layer].in_offset;
      layout.passes = plan_[layer].in;
      layout.operands = graph_[layer].operands;
    }
    return {layout, layer, ring};
  }

  /// A word that is written for every pixel, with the channels of its bytes (-1: none). A wide tensor has a word for
  /// each channel.
  struct PixelWord {
    int pass = 0, operand = 0;
    int instance = 0;
    int lane = 0;  ///< of a wide tensor
    int channels[max7800x::processors_per_instance]{-1, -1, -1, -1};
  };

  /// Puts a channel (-1: none) into its word. Processor 4k + lane is a lane of instance k.
  static void put_channel(std::vector<PixelWord>& words, bool wide, PixelWord word, int processor, int channel) {
    const int lane = processor % max7800x::processors_per_instance;
    word.instance = processor / max7800x::processors_per_instance;
    word.lane = wide ? lane : 0;
    const bool begins = wide || words.empty() || words.back().instance != word.instance ||
                        words.back().pass != word.pass || words.back().operand != word.operand;
    if (begins) words.push_back(word);
    words.back().channels[wide ? 0 : lane] = channel;
  }

  /// The words that loading one input pixel writes: always all 4 bytes, also those that belong to no channel.
  static std::vector<PixelWord> loaded_words(const Region& region) {
    const max7800x::TensorLayout& layout = region.layout;
    std::vector<PixelWord> words;
    for (int operand = 0; operand < layout.operands; ++operand)
      for (int pass = 0; pass < layout.passes.count; ++pass)
        for (int k = 0; k < layout.passes.channels && k < static_cast<int>(region.processors.size()); ++k) {
          const int channel = pass * layout.passes.channels + k;
          put_channel(words, false, {pass, operand}, region.processors[static_cast<std::size_t>(k)],
                      channel < region.channels() ? operand * region.channels() + channel : -1);
        }
    return words;
  }
  std::vector<PixelWord> written_words(int i) const {
    return graph_[i].weighted() ? convolved_words(i) : packed_words(i);
  }
  /// A convolution counts positions from lane 0 of the first output processor's instance to the last output processor,
  /// whether there are channels or not; a flatten layer stops at its last channel.
  std::vector<PixelWord> convolved_words(int i) const {
    const max7800x::LayerPlan& placed = plan_[i];
    const ProcessorMap map = placed.output_processors;
    const int first = first_bit(map) / max7800x::processors_per_instance * max7800x::processors_per_instance;
    const int positions = last_bit(map) + 1 - first, channels = graph_[i].out.channels;
    std::vector<PixelWord> words;
    for (int step = 0; step < placed.out.count * positions; ++step) {
      const int processor = first + step % positions, pass = step / positions;
      const int channel = pass * placed.out.channels + max7800x::channel_of(map, processor);
      const bool used = (map >> processor & 1) != 0 && channel < channels;
      if (graph_[i].flatten && channel >= channels) break;
      put_channel(words, graph_[i].wide, {pass}, processor, used ? channel : -1);
    }
    return words;
  }
  /// Without weights the processors of each group are packed, from lane 0 of the group's first output instance on.
  std::vector<PixelWord> packed_words(int i) const {
    const max7800x::LayerPlan& placed = plan_[i];
    std::vector<PixelWord> words;
    for (int pass = 0; pass < placed.out.count; ++pass)
      for (int g = 0; g < max7800x::groups; ++g) {
        const int group = g * max7800x::processors_per_group;
        const unsigned outputs = max7800x::group_part(placed.output_processors, g);
        int next = group + max_of(0, first_bit(outputs)) / max7800x::processors_per_instance *
                               max7800x::processors_per_instance;
        for (int p = group; p < group + max7800x::processors_per_group; ++p) {
          if ((placed.processors >> p & 1) == 0) continue;
          const int channel = pass * placed.out.channels + max7800x::channel_of(placed.processors, p);
          put_channel(words, false, {pass}, next++, channel < graph_[i].out.channels ? channel : -1);
        }
      }
    return words;
  }

  /// Writes all words of a pixel. Pixels outside of the tensor are written as surplus words.
  void write_pixel(int layer, const Region& region, const std::vector<PixelWord>& words, int pixel,
                   const detail::LayerSteps* steps = nullptr) {
    const int width = region.layout.words_per_element(), pixels = region.layout.shape.pixels();
    const bool inside = pixel >= 0 && pixel < pixels;
    for (const PixelWord& word : words) {
      const long long byte = region.byte_of_word(pixel, word.pass, word.operand) + 4LL * word.lane;
      for (int b = 0; b < 4; ++b) {
        const int channel = word.channels[b / width];
        const int element = channel * pixels + pixel, part = b % width;
        const bool used = inside && channel >= 0;
        memory_.write(layer, steps == nullptr ? 0 : steps->write(pixel, word.pass), word.instance, byte + b,
                      used     ? memory_.mark_of(region.tensor, element, part)
                      : inside ? static_cast<int>(detail::empty_lane)
                               : static_cast<int>(detail::surplus_word),
                      used ? values_of(region.tensor)[static_cast<std::size_t>(element)] >> 8 * part : 0);
      }
    }
  }

  /// Reads one channel at a pixel. Channels are counted through all operands: operand * channels per operand + channel.
  int read_element(int layer, const Region& region, int channel, int pixel, int mark, int until) {
    const max7800x::TensorLayout& layout = region.layout;
    const int operand = channel / region.channels(), own = channel % region.channels();
    const int k = layout.channels_first ? own : own % layout.passes.channels;
    const int processor = region.processors[static_cast<std::size_t>(k)];
    const int instance = processor / max7800x::processors_per_instance;
    long long byte = processor % max7800x::processors_per_instance;
    if (layout.channels_first)
      byte = byte_of_chw(region, pixel);
    else
      byte += region.byte_of_word(pixel, own / layout.passes.channels, operand);
    return static_cast<std::int8_t>(memory_.read(layer, until, instance, byte, mark));
  }
  static long long byte_of_chw(const Region& region, int pixel) {
    const int word = pixel / 4;
    return region.layout.offset + 4LL * (region.ring > 0 ? word % region.ring : word) + pixel % 4;
  }

  bool complete(int layer, const Region& region) {
    if (!region.complete())
      memory_.fail(layer, "has " + std::to_string(region.processors.size()) + " processors for the " +
                              std::to_string(region.channels()) + " channels of a tensor");
    return memory_.sound();
  }

  // Layers one after the other ----------------------------------------------------------------------------------------

  void load_input() {
    const Region region = input_region(0);
    if (!complete(-1, region)) return;
    for (int pixel = 0; pixel < region.layout.shape.pixels(); ++pixel) load_pixel(region, pixel);
  }
  void load_pixel(const Region& region, int pixel) {
    if (!region.layout.channels_first) return write_pixel(-1, region, loaded_words(region), pixel);
    for (int channel = 0; channel < region.channels(); ++channel) {
      const int element = channel * region.layout.shape.pixels() + pixel;
      memory_.write(-1, pixel, region.processors[static_cast<std::size_t>(channel)] / max7800x::processors_per_instance,
                    byte_of_chw(region, pixel), memory_.mark_of(0, element),
                    values_of(0)[static_cast<std::size_t>(element)]);
    }
  }

  /// The marks of the values that a layer has to read according to the graph.
  std::vector<int> expected_marks(const Layer& layer) {
    std::vector<std::vector<int>> marks;
    std::vector<ConstView> views;
    for (int source : layer.sources) {
      const Shape whole = memory_.shape_of(memory_.tensor_of(source));
      std::vector<int> own(static_cast<std::size_t>(whole.elements()));
      for (std::size_t e = 0; e < own.size(); ++e)
        own[e] = memory_.mark_of(memory_.tensor_of(source), static_cast<int>(e));
      const Shape read = cropped(whole, layer);
      marks.push_back(std::vector<int>(static_cast<std::size_t>(read.elements())));
      views.push_back({marks.back().data(), read});
      crop_rows(layer, ConstView{own.data(), whole}, View{marks.back().data(), read}, 1);
    }
    std::vector<int> gathered(static_cast<std::size_t>(layer.operands * layer.in.elements()));
    concatenate(views.data(), static_cast<int>(views.size()), 1, gathered.data());
    return gathered;
  }

  /// The word that the hardware writes when it resets itself in front of a layer.
  void write_reset(int i) {
    const max7800x::Words word = max7800x::reset_words(graph_[i], plan_[i], plan_.first_group(), plan_.vendor_stream);
    for (int b = 0; b < 4; ++b) memory_.write(i, 0, first_bit(word.blocks), word.first + b, detail::surplus_word, 0);
  }

  void run_in_memory(int i) {
    const Layer& layer = graph_[i];
    const Region in = input_region(i), out = output_region(i);
    if (!complete(i, in) || !complete(i, out)) return;
    if (plan_[i].resets) write_reset(i);
    const std::vector<int> marks = expected_marks(layer);
    const detail::LayerSteps steps(layer, max7800x::hardware_layer(graph_, i), plan_[i]);
    std::vector<int> found(marks.size());
    const int pixels = layer.in.pixels();
    for (std::size_t n = 0; n < marks.size() && memory_.sound(); ++n) {
      const int channel = static_cast<int>(n) / pixels, pixel = static_cast<int>(n) % pixels;
      const int pass = channel % layer.in.channels / plan_[i].in.channels;
      const int until = steps.last_read(pixel, pass);
      if (until >= 0) found[n] = read_element(i, in, channel, pixel, marks[n], until);
    }
    if (!memory_.sound()) return;
    compute(i, {found.data(), layer.in});

    const std::vector<PixelWord> words = written_words(i);
    const int before = max7800x::ignored_output_pixels(layer);
    const int end = max7800x::hardware_layer(graph_, i).out.pixels() - before;
    for (int pixel = -before; pixel < end && memory_.sound(); ++pixel) write_pixel(i, out, words, pixel, &steps);
    if (layer.buffer_shift != 0)
      each_kept_byte([&](detail::MemoryByte& byte, detail::MemoryByte& kept) {
        if (element_of(kept) % graph_.buffer.rows >= layer.out.height) byte.mark = detail::vacated_row;
      });
  }

  /// Calls `action(byte, kept)` for every value of the rolling buffer: where it lies, and what is kept of it between
  /// two runs.
  template <class Action>
  void each_kept_byte(Action&& action) {
    if (!graph_.buffer.exists()) return;
    const Region region{max7800x::buffer_layout(graph_, plan_), memory_.buffer_tensor()};
    if (!complete(-1, region)) return;
    for (int e = 0; e < region.layout.shape.elements() && memory_.sound(); ++e) {
      const int channel = e / graph_.buffer.rows, per_pass = region.layout.passes.channels;
      const int processor = region.processors[static_cast<std::size_t>(channel % per_pass)];
      detail::MemoryByte* const found =
          memory_.byte_at(processor / max7800x::processors_per_instance,
                          region.byte_of_word(e % graph_.buffer.rows, channel / per_pass, 0) +
                              processor % max7800x::processors_per_instance);
      if (found == nullptr) return memory_.fail(-1, "the rolling buffer leaves its instances");
      action(*found, kept_[static_cast<std::size_t>(e)]);
    }
  }
  int element_of(const detail::MemoryByte& kept) const { return static_cast<int>(&kept - kept_.data()); }

  /// Computes a layer's output from what it has gathered.
  void compute(int i, ConstView gathered) {
    const Layer& layer = graph_[i];
    values_of(tensor_number(i)).assign(static_cast<std::size_t>(layer.out.elements()), 0);
    std::vector<int> scratch(static_cast<std::size_t>(scratch_size(layer)));
    const View out{values_of(tensor_number(i)).data(), layer.out};
    run_layer(ByteArithmetic(device_, options_), layer, parameters_of(graph_, parameters_, i), &gathered, 1, out,
              scratch.data());
  }

  void check_output(int i) {
    const Region region = output_region(i);
    const max7800x::TensorLayout& layout = region.layout;
    const int width = layout.words_per_element(), pixels = layout.shape.pixels();
    for (int element = 0; element < layout.shape.elements() && memory_.sound(); ++element) {
      const int channel = element / pixels;
      const int processor = region.processors[static_cast<std::size_t>(channel % layout.passes.channels)];
      const long long byte = region.byte_of_word(element % pixels, channel / layout.passes.channels, 0) +
                             processor % max7800x::processors_per_instance * width;
      for (int b = 0; b < width; ++b) {
        const detail::MemoryByte* const found =
            memory_.byte_at(processor / max7800x::processors_per_instance, byte + b);
        if (found->mark != memory_.mark_of(tensor_number(i), element, b))
          memory_.fail(i, "has left " + memory_.text_of_mark(memory_.mark_of(tensor_number(i), element, b)) + " in " +
                              memory_.place_text(processor / max7800x::processors_per_instance, byte + b) +
                              ", where at the end there is " + memory_.text_of_mark(found->mark));
      }
    }
  }

  // Layers that stream ------------------------------------------------------------------------------------------------

  /// A streaming layer at work. Values that were read from its ring stay in row caches, and are not read again.
  struct Stream {
    Layer layer;                   ///< as the hardware executes it
    Region ring;                   ///< the words that it reads
    std::vector<PixelWord> words;  ///< the words that it writes for each pixel
    int lag = 0;                   ///< pixels that have to arrive after a window before it is read
    int read = 0;                  ///< pooled pixels so far
    int written = 0;
  };

  static constexpr int everything = std::numeric_limits<int>::max();

  void stream() {
    if (!options_.uses_fifo()) return memory_.fail(0, "streams, but its input does not come through a FIFO");
    streams_.clear();
    for (int i = 0; i < streamed_; ++i) {
      const max7800x::StreamCounts counts = max7800x::stream_counts(graph_, plan_, device_, options_, i);
      const Layer layer = max7800x::hardware_layer(graph_, i);
      const int words_per_pixel = plan_[i].in.count * layer.operands;
      const int lag = max_of(0, counts.start / words_per_pixel - last_of_window(layer, 0) - 1);
      streams_.push_back({layer, input_region(i, counts.rollover + 1), written_words(i), lag});
      if (!complete(i, streams_.back().ring)) return;
      // All values are computed in advance; the run then checks that the layers would find them in memory.
      compute(i, {values_of(i).data(), graph_[i].in});
    }
    if (!complete(streamed_ - 1, output_region(streamed_ - 1))) return;
    for (int pixel = 0; pixel < graph_[0].in.pixels() && memory_.sound(); ++pixel) {
      load_pixel(streams_[0].ring, pixel);
      advance(0, pixel);
    }
    for (int i = 0; i < streamed_; ++i) advance(i, everything);
  }

  /// Lets layer `i` do what it can after pixel number `newest` of its input has arrived.
  void advance(int i, int newest) {
    Stream& own = streams_[static_cast<std::size_t>(i)];
    const Layer& layer = own.layer;
    if (newest != everything) newest -= own.lag;
    while (own.read < layer.pooled.pixels() && last_of_window(layer, own.read) <= newest && memory_.sound())
      read_window(i, own.read++);
    while (own.written < layer.out.pixels() && last_pooled(layer, own.written) < own.read && memory_.sound()) {
      const int pixel = own.written++;
      if (i + 1 == streamed_) {
        write_pixel(i, output_region(i), own.words, pixel);
      } else {
        write_pixel(i, streams_[static_cast<std::size_t>(i) + 1].ring, own.words, pixel);
        advance(i + 1, pixel);
      }
    }
  }
  static int last_of_window(const Layer& layer, int pooled) {
    const int row = pooled / layer.pooled.width * layer.pool_stride.height + layer.pool.height - 1;
    const int column = pooled % layer.pooled.width * layer.pool_stride.width + layer.pool.width - 1;
    return row * layer.in.width + column;
  }
  /// The last pixel after pooling that an output pixel depends on.
  static int last_pooled(const Layer& layer, int pixel) {
    const auto last = [&](int at, int kernel, int padding, int size) {
      const bool spread = layer.op == Operator::conv_transpose2d;
      return min_of(size - 1, max_of(0, spread ? (at + padding) / 2 : at - padding + kernel - 1));
    };
    const int row = last(pixel / layer.out.width, layer.kernel.height, layer.padding.height, layer.pooled.height);
    const int column = last(pixel % layer.out.width, layer.kernel.width, layer.padding.width, layer.pooled.width);
    return row * layer.pooled.width + column;
  }
  void read_window(int i, int pooled) {
    const Stream& own = streams_[static_cast<std::size_t>(i)];
    const Layer& layer = own.layer;
    const int row = pooled / layer.pooled.width * layer.pool_stride.height;
    const int column = pooled % layer.pooled.width * layer.pool_stride.width;
    for (int y = row; y < row + layer.pool.height; ++y)
      for (int x = column; x < column + layer.pool.width; ++x)
        for (int channel = 0; channel < own.ring.layout.shape.channels; ++channel) {
          const int pixel = y * layer.in.width + x;
          read_element(i, own.ring, channel, pixel, memory_.mark_of(i, channel * layer.in.pixels() + pixel), -1);
        }
  }

  const Graph<N>& graph_;
  const max7800x::Plan<N>& plan_;
  const max7800x::Device& device_;
  Parameters parameters_;
  max7800x::Options options_;
  KeptObstacle moved_{Obstacle{}};  ///< none until it is moved from
  int streamed_ = 0;                ///< number of streaming layers at the start, which run together
  detail::MarkedMemory<N> memory_;
  std::vector<detail::MemoryByte> kept_{};  ///< the rolling buffer between two runs
  std::vector<std::vector<int>> values_{};  ///< of every tensor, as computed
  std::vector<Stream> streams_{};
};

}  // namespace incuse::host
