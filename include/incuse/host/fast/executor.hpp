// The fast executor: computes what the reference executor computes, bit for bit, with the instructions that a machine
// has. Weights are packed once (PackedNetwork); running a network allocates nothing.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include <incuse/core/signed_bytes.hpp>
#include <incuse/host/fast/kernels.hpp>
#include <incuse/host/fast/operands.hpp>
#include <incuse/host/fast/packed.hpp>
#include <incuse/host/observers.hpp>

namespace incuse::host::fast {

/// Runs a packed network on one input at a time; every thread needs an executor of its own.
template <int N>
class Executor {
 public:
  /// Runs a network that was packed before, and outlives the executor. `arena` is memory of at least `arena_size`
  /// bytes at a multiple of `alignment`, which also outlives it; without one, the executor has its own.
  explicit Executor(const PackedNetwork<N>& packed, std::byte* arena = nullptr) : packed_(&packed), arena_(arena) {
    set_up();
  }

  /// Packs the network itself: the same arguments as those of the reference executor.
  Executor(const Graph<N>& graph, Parameters parameters, ByteArithmetic arithmetic = {}, Level level = best_level())
      : owned_(std::make_shared<PackedNetwork<N>>(graph, parameters, arithmetic, level)), packed_(owned_.get()) {
    set_up();
  }

  /// What is moved from is not ready any more, and has the level `portable`.
  Executor(Executor&& other) noexcept
      : owned_(std::move(other.owned_)),
        packed_(std::exchange(other.packed_, nullptr)),
        memory_(std::move(other.memory_)),
        arena_(std::exchange(other.arena_, nullptr)) {}
  Executor& operator=(Executor&& other) noexcept {
    Executor taken(std::move(other));
    std::swap(owned_, taken.owned_);
    std::swap(packed_, taken.packed_);
    std::swap(memory_, taken.memory_);
    std::swap(arena_, taken.arena_);
    return *this;
  }

  bool ready() const { return reason().none(); }
  /// Why the network cannot run.
  const Obstacle& reason() const { return packed_ == nullptr ? moved_away : packed_->reason(); }
  /// The same as a sentence, "layer 3 (conv3): …"; empty if it can.
  std::string problem() const { return packed_ == nullptr ? string_of(moved_away.reason) : packed_->problem(); }
  Level level() const { return packed_ == nullptr ? Level::portable : packed_->level(); }

  /// Sets the input: values in channels x height x width order, of any signed integer type. Of values outside of
  /// -128 … 127 the low 8 bits count. Does nothing unless the network is ready.
  template <class Value>
  void set_input(const Value* values) {
    static_assert(holds_signed_bytes<Value>, INCUSE_SIGNED_BYTES_WANTED);
    if (!ready()) return;
    const Place& place = packed_->layout().input;
    for (int c = 0; c < place.shape.channels; ++c)
      for (int y = 0; y < place.shape.height; ++y) {
        const long long first = place.pixel(y, 0) + 1LL * c * place.element_bytes;
        const long long step = 1LL * place.column() * place.element_bytes;
        if (place.element_bytes == 1)
          for (int x = 0; x < place.shape.width; ++x)
            arena_[first + x * step] = static_cast<std::byte>(*values++ ^ 0x80);
        else
          for (int x = 0; x < place.shape.width; ++x) put(place, first + x * step, signed_byte(*values++));
      }
  }

  /// Does nothing unless the network is ready. A rolling buffer keeps its rows from run to run.
  void run() { run(NoObserver{}); }
  /// The same with an observer that is told of every layer: see host/observers.hpp.
  template <class Observer>
  void run(Observer&& observer) {
    if (!ready()) return;
    if (packed_->has_tiles()) begin_tiles();
    for (int i = 0; i < packed_->graph().size; ++i) {
      tell_before(observer, i);
      run_layer(i);
      if constexpr (observes<Observer>)
        observer.after(i, ObservedValues<Executor>{*this, i, packed_->graph()[i].out.elements()});
    }
    if (packed_->has_tiles()) end_tiles();
  }

  /// Fills the rolling buffer with zeros, as before the first run.
  void reset() {
    if (ready() && packed_->layout().buffer.exists()) clear(packed_->layout().buffer);
  }

  /// Number of the early exit that the inference takes, as the driver tells it: from 0; -1: none. The `tested_layer` of
  /// its `last_layer_with_exit` has the result. On a chip the layers behind it do not run; here they do.
  int exit_taken() const {
    if (!has(0)) return -1;
    return find_exit_taken(packed_->graph(), [this](int layer) { return output(layer, 0); });
  }

  /// One value of a layer's output, in channels x height x width order; 0 if there is no such value, or the network is
  /// not ready.
  int output(int layer, int element) const {
    if (!has(layer) || element < 0 || element >= packed_->graph()[layer].out.elements()) return 0;
    const Place& place = packed_->layout().outputs[layer];
    const int pixel = element % place.shape.pixels();
    return get(place, pixel / place.shape.width, pixel % place.shape.width, element / place.shape.pixels());
  }

  /// The whole output of a layer, in channels x height x width order; nothing if there is none.
  std::vector<int> output_of(int layer) const {
    if (!has(layer)) return {};
    std::vector<int> values;
    const Place& place = packed_->layout().outputs[layer];
    values.reserve(static_cast<std::size_t>(place.shape.elements()));
    for (int c = 0; c < place.shape.channels; ++c)
      for (int y = 0; y < place.shape.height; ++y)
        for (int x = 0; x < place.shape.width; ++x) values.push_back(get(place, y, x, c));
    return values;
  }

 private:
  bool has(int layer) const { return ready() && layer >= 0 && layer < packed_->graph().size; }

  void set_up() {
    if (!ready()) return;
    const Layout<N>& layout = packed_->layout();
    if (arena_ == nullptr) {
      memory_.resize(static_cast<std::size_t>(layout.bytes) + alignment);
      const auto misplaced = reinterpret_cast<std::uintptr_t>(memory_.data()) % alignment;
      arena_ = memory_.data() + (misplaced == 0 ? 0 : alignment - misplaced);
    }
    std::memset(arena_, 0, static_cast<std::size_t>(layout.bytes));
    clear(layout.input);
    if (layout.buffer.exists()) clear(layout.buffer);
    for (int i = 0; i < packed_->graph().size; ++i) {
      clear(layout.outputs[i]);
      if (layout.layers[i].image.exists()) clear(layout.layers[i].image);
    }
  }

  /// Fills a map with zeros, and its border with what belongs there.
  void clear(const Place& place) {
    for (int y = -place.border.height; y < place.shape.height + place.border.height; ++y)
      for (int x = -place.border.width; x < place.shape.width + place.border.width; ++x) {
        const bool inside = y >= 0 && y < place.shape.height && x >= 0 && x < place.shape.width;
        for (int c = 0; c < place.shape.channels; ++c)
          put(place, place.pixel(y, x) + 1LL * c * place.element_bytes, inside ? 0 : place.fill);
      }
  }

  /// Writes the element at a byte.
  void put(const Place& place, long long at, int value) {
    if (place.element_bytes == 1) return store_as<std::uint8_t>(at, value + place.zero());
    if (place.element_bytes == 2) return store_as<std::int16_t>(at, value);
    store_as<std::int32_t>(at, value);
  }
  template <class Element>
  void store_as(long long at, int value) {
    const auto element = static_cast<Element>(value);
    std::memcpy(arena_ + at, &element, sizeof element);
  }

  int get(const Place& place, int y, int x, int c) const {
    const long long at = place.pixel(y, x) + 1LL * c * place.element_bytes;
    if (place.element_bytes == 1) return load_as<std::uint8_t>(at) - place.zero();
    if (place.element_bytes == 2) return load_as<std::int16_t>(at);
    return load_as<std::int32_t>(at);
  }
  template <class Element>
  int load_as(long long at) const {
    Element element;
    std::memcpy(&element, arena_ + at, sizeof element);
    return element;
  }

  void run_layer(int index) {
    const Layer& layer = packed_->graph()[index];
    const LayerLayout& own = packed_->layout().layers[index];
    if (own.gathers) gather(layer, own.gathered);
    if (!own.direct) prepare_operands(index);
    if (layer.weighted()) convolve(index);
    if (layer.writes_buffer()) update_buffer(index);
  }

  /// Copies the operands of a layer value by value, in channels x height x width order.
  void gather(const Layer& layer, const Place& to) {
    const Graph<N>& graph = packed_->graph();
    bool same_extent = true;
    for (int source : layer.sources)
      same_extent = same_extent && cropped_source(graph, layer, source).extent() ==
                                       cropped_source(graph, layer, layer.sources[0]).extent();
    const int steps = same_extent ? 1 : cropped_source(graph, layer, layer.sources[0]).channels;
    int element = 0;
    for (int step = 0; step < steps; ++step)
      for (int source : layer.sources) {
        const Shape shape = cropped_source(graph, layer, source);
        const int length = shape.elements() / steps;
        for (int n = step * length; n < (step + 1) * length; ++n) {
          const int pixel = n % shape.pixels();
          put_operand(layer, to, element++,
                      get(packed_->layout().place(source), pixel / shape.width + layer.crop_top, pixel % shape.width,
                          n / shape.pixels()));
        }
      }
  }

  /// Stores value number `element` of a layer's operands.
  void put_operand(const Layer& layer, const Place& to, int element, int value) {
    const Shape in = layer.in;
    const int operand = element / in.elements(), c = element / in.pixels() % in.channels;
    const int y = element % in.pixels() / in.width, x = element % in.width;
    put(to, to.pixel(operand * in.height + y, x) + 1LL * c * to.element_bytes, value);
  }

  /// The slices that a layer's operands consist of; returns their number.
  int slices_of(const Layer& layer, const LayerLayout& own, Slice* slices) const {
    const auto slice = [&](const Place& place, int y, int c, int channels) -> Slice {
      return {arena_ + place.pixel(y, 0) + 1LL * c * place.element_bytes, static_cast<std::ptrdiff_t>(place.row()),
              place.column(), place.shape.width, channels};
    };
    if (own.gathers) {
      for (int i = 0; i < layer.operands; ++i)
        slices[i] = slice(own.gathered, i * layer.in.height, 0, layer.in.channels);
      return layer.operands;
    }
    if (layer.sources.size == 1) {
      const Place& place = packed_->layout().place(layer.sources[0]);
      for (int i = 0; i < layer.operands; ++i)
        slices[i] = slice(place, layer.crop_top, i * layer.in.channels, layer.in.channels);
      return layer.operands;
    }
    for (int i = 0; i < layer.sources.size; ++i) {
      const Place& place = packed_->layout().place(layer.sources[i]);
      slices[i] = slice(place, layer.crop_top, 0, place.shape.channels);
    }
    return layer.sources.size;
  }

  void prepare_operands(int index) {
    const Layer& layer = packed_->graph()[index];
    const LayerLayout& own = packed_->layout().layers[index];
    Slice slices[max_operands];
    const int count = slices_of(layer, own, slices);
    const Place& to = layer.weighted() ? own.image : packed_->layout().outputs[index];
    prepare(level(), own.form,
            {layer, packed_->arithmetic(), slices, count, arena_ + to.pixel(0, 0),
             static_cast<std::ptrdiff_t>(to.row()), to.column(), to.shape});
  }

  void convolve(int index) {
    const Layer& layer = packed_->graph()[index];
    const LayerLayout& own = packed_->layout().layers[index];
    const Place& from = own.direct ? packed_->layout().place(layer.sources[0]) : own.image;
    const Place& to = packed_->layout().outputs[index];
    const PackedLayer& packed = packed_->layer(index);
    const std::byte* const in = arena_ + from.pixel(own.direct ? layer.crop_top : 0, 0);
    std::byte* const out = arena_ + to.pixel(0, 0);
    for (std::size_t i = packed.first_piece; i < packed.first_piece + packed.pieces; ++i) {
      const Piece& piece = packed_->piece(i);
      fast::convolve(level(), own.form, to.element_bytes,
                     packed_->convolution(i, packed.finish, in + piece.first_in * from.element_bytes,
                                          out + piece.first_out * to.element_bytes));
    }
    if (layer.wide && layer.activation != Activation::none) activate_wide(index);
  }

  void activate_wide(int index) {
    const Layer& layer = packed_->graph()[index];
    const Place& place = packed_->layout().outputs[index];
    for (int y = 0; y < place.shape.height; ++y)
      for (int x = 0; x < place.shape.width; ++x)
        for (int c = 0; c < place.shape.channels; ++c)
          put(place, place.pixel(y, x) + 4LL * c, max7800x::activate(get(place, y, x, c), layer.activation));
  }

  /// See update_buffer in host/reference.hpp.
  void update_buffer(int index) {
    const Layer& layer = packed_->graph()[index];
    const Place& out = packed_->layout().outputs[index];
    const Place& buffer = packed_->layout().buffer;
    const int first = layer.buffer_shift != 0 ? 0 : buffer.shape.height - layer.buffer_insert;
    for (int y = first; y < buffer.shape.height; ++y)
      for (int c = 0; c < buffer.shape.channels; ++c)
        put(buffer, buffer.pixel(y, 0) + 1LL * c * buffer.element_bytes,
            y - first < out.shape.height ? get(out, y - first, 0, c) : 0);
  }

  std::shared_ptr<const PackedNetwork<N>> owned_{};
  const PackedNetwork<N>* packed_;
  std::vector<std::byte> memory_{};
  std::byte* arena_ = nullptr;
};

template <int N>
Executor(const PackedNetwork<N>&) -> Executor<N>;
template <int N>
Executor(const PackedNetwork<N>&, std::byte*) -> Executor<N>;

}  // namespace incuse::host::fast
