// When a layer reads and writes each byte of the data memories: every access is made, one after the other, from the
// layer's registers alone. The order is that of max7800x/verify/in_place.hpp, which is its opposite: no access, a few
// formulas.
#pragma once

#include <iterator>
#include <map>
#include <memory>
#include <utility>

#include <incuse/max7800x/tables/registers.hpp>
#include <incuse/max7800x/virtual_chip/gather.hpp>

namespace incuse::test {

/// For every byte, counted through all instances: the step in which it is read last, and in which it is written first.
/// Within a step reading comes before writing.
struct AccessTrace {
  std::map<int, long long> last_read{};
  std::map<int, long long> first_write{};

  /// Leaves out reads behind the end of a tensor: layers ignore the values of rows that the tensor does not fill.
  void forget_reads_from(int byte_of_instance) {
    for (auto read = last_read.begin(); read != last_read.end();)
      read = read->first % max78000.instance_bytes >= byte_of_instance ? last_read.erase(read) : std::next(read);
  }
  /// Whether some byte is written before it is read for the last time, if the output is moved by so many bytes.
  bool overtakes(int moved) const {
    for (const auto& [byte, step] : first_write)
      if (const auto found = last_read.find(byte + moved); found != last_read.end() && step < found->second)
        return true;
    return false;
  }
};

namespace detail {

using Chip = max7800x::ChipState<max78000>;

class LayerTracer {
 public:
  LayerTracer(const Chip& state, int layer) {
    for (int g = 0; g < max7800x::groups; ++g) groups_[g] = max7800x::decode(state, g, layer);
    settings_ = groups_[0];
    for (const max7800x::LayerSettings& s : groups_)
      if (settings_.processors == 0 && s.processors != 0) settings_ = s;
    // Pass-through layers are described by every group on its own, convolutions by the first one.
    if (!settings_.passes_through) settings_ = groups_[0];
  }

  AccessTrace trace() {
    const bool by_pass = settings_.passes_through;
    runs_ = by_pass ? settings_.passes : (settings_.steps() + settings_.positions - 1) / settings_.positions;
    const bool again = settings_.operands > 1 && !settings_.pool_first && settings_.passes > 1 &&
                       settings_.pool_height * settings_.pool_width > 1;
    for (int pixel = 0; pixel < settings_.out_pixels(); ++pixel)
      for (int run = 0; run < runs_; ++run) {
        step_ = 1LL * pixel * runs_ + run;
        if (by_pass || again || run == 0) read_neighbourhood(pixel, by_pass ? run : -1);
        write(pixel, run);
      }
    return std::move(trace_);
  }

 private:
  max7800x::LayerSettings groups_[max7800x::groups]{};
  max7800x::LayerSettings settings_{};
  AccessTrace trace_{};
  int runs_ = 1;
  long long step_ = 0;

  static int byte_of(long long word, int byte) { return static_cast<int>(4 * word) + byte; }

  void read_neighbourhood(int pixel, int only_pass) {
    const max7800x::LayerSettings& s = settings_;
    if (s.passes_through) return read_window(pixel / s.out_width, pixel % s.out_width, only_pass);
    const int spread = s.transposed ? 2 : 1;
    for (int tap = 0; tap < s.taps(); ++tap) {
      const int y = pixel / s.out_width + tap / s.kernel_width - s.pad_height;
      const int x = pixel % s.out_width + tap % s.kernel_width - s.pad_width;
      const bool inside = y >= 0 && x >= 0 && y < spread * s.pooled_height && x < spread * s.pooled_width;
      if (inside && y % spread == 0 && x % spread == 0) read_window(y / spread, x / spread, only_pass);
    }
  }
  void read_window(int y, int x, int only_pass) {
    const max7800x::LayerSettings& s = settings_;
    for (int i = 0; i < s.pool_height; ++i)
      for (int j = 0; j < s.pool_width; ++j)
        for (int pass = 0; pass < s.passes; ++pass)
          for (int operand = 0; operand < s.operands && (only_pass < 0 || pass == only_pass); ++operand)
            read_pixel(y * s.stride + i, x * s.stride + j, pass, operand);
  }
  void read_pixel(int y, int x, int pass, int operand) {
    for (int p = 0; p < max7800x::all_processors; ++p) {
      const max7800x::LayerSettings& own = groups_[p / max7800x::processors_per_group];
      if ((own.processors >> p % max7800x::processors_per_group & 1u) == 0) continue;
      const int lane = p % max7800x::processors_per_instance, instance = p / max7800x::processors_per_instance;
      const max7800x::BytePlace place = byte_place(settings_, lane, pass, operand, y, x);
      trace_.last_read[byte_of(1LL * instance * max78000.data.entries + settings_.read_pointer + place.word,
                               place.byte)] = step_;
    }
  }

  void write(int pixel, int run) {
    if (settings_.passes_through) {
      for (const max7800x::LayerSettings& s : groups_)
        for (int k = 0; k < bit_count(s.processors); k += max7800x::processors_per_instance)
          write_word(s.write_pointer + k / max7800x::processors_per_instance * s.slot_offset +
                     (1LL * pixel * s.passes + run) * s.write_step);
      return;
    }
    const max7800x::LayerSettings& s = settings_;
    for (int position = 0; position < s.positions && run * s.positions + position < s.steps(); ++position) {
      const int lane = position % max7800x::processors_per_instance;
      write_word(s.write_pointer + 1LL * (position / max7800x::processors_per_instance) * s.block_offset +
                 1LL * run * s.channel_offset + 1LL * pixel * s.write_step * s.words_per_value() + (s.wide ? lane : 0));
    }
  }
  void write_word(long long word) {
    for (int byte = 0; byte < 4; ++byte) trace_.first_write.emplace(byte_of(word, byte), step_);
  }
};

}  // namespace detail

/// All accesses of a planned network's layer.
template <int N>
AccessTrace access_trace(const Graph<N>& graph, const max7800x::Plan<N>& plan, const max7800x::Options& options,
                         int layer) {
  static const auto state = std::make_unique<detail::Chip>();
  state->clear();
  max7800x::for_each_layer_words(graph, plan, max78000, options,
                                 [&](int index, int group, const max7800x::GroupWords& words) {
                                   for (const auto& [r, number] : max78000.layer_register_numbers)
                                     if (words.has(r))
                                       state->layer_registers[group][static_cast<int>(r)][index] = words[r].bits;
                                 });
  return detail::LayerTracer(*state, layer).trace();
}

}  // namespace incuse::test
