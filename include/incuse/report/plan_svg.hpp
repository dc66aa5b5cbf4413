// A planned network as a picture: what lies in the data memories at every layer, which processors work, and which
// layers have their weights in which columns.
#pragma once

#include <algorithm>
#include <string>
#include <vector>

#include <incuse/report/memory_map.hpp>
#include <incuse/report/plan_text.hpp>
#include <incuse/report/svg.hpp>

namespace incuse::report {

namespace detail {

/// Colours that can be told apart, also as greys; the network's input has one of its own.
inline std::string_view tensor_colour(int layer) {
  static constexpr std::string_view colours[] = {"#4e79a7", "#f28e2b", "#59a14f", "#e15759", "#76b7b2", "#edc948",
                                                 "#b07aa1", "#9c755f", "#d37295", "#ff9da7", "#8cd17d", "#499894"};
  return layer < 0 ? "#bab0ac" : colours[layer % 12];
}

/// Draws one section below the other; `y_` is where the next one begins.
template <int N>
class PlanPicture {
 public:
  PlanPicture(const Graph<N>& graph, const max7800x::Plan<N>& plan, const max7800x::Device& device,
              const max7800x::Options& options)
      : graph_(graph), plan_(plan), device_(device), tensors_(mapped_tensors(graph, plan, device, options)) {}

  std::string draw(const std::string& name) {
    svg_.text(margin, 34, name, 20, "start", "#111", true);
    svg_.text(margin, 54,
              string_of(device_.name) + ", " + std::to_string(graph_.size) + " layers, input " + text_of(graph_.input) +
                  (plan_.input_format == DataFormat::chw ? " (CHW)" : " (HWC)"),
              12, "start", grey);
    y_ = 86;
    draw_layers();
    draw_data_memory();
    draw_fullest_instance();
    draw_processors();
    draw_weights();
    return svg_.document(width, y_);
  }

 private:
  static constexpr double margin = 30, width = 1100, row = 18;
  static constexpr std::string_view grey = "#666", faint = "#e6e6e6", frame = "#999";

  void heading(const std::string& words, const std::string& explanation) {
    svg_.text(margin, y_, words, 15, "start", "#111", true);
    svg_.text(margin, y_ + 17, explanation, 11, "start", grey);
    y_ += 36;
  }

  /// The legend: every layer's colour, steps and shapes.
  void draw_layers() {
    heading("Layers", "each colour stands for a layer, its weights and the tensor that it writes");
    key_line(-1, "input", text_of(graph_.input), "");
    for (int i = 0; i < graph_.size; ++i)
      key_line(i, layer_title(graph_[i], i), text_of(graph_[i].out), steps_text(graph_[i]));
    y_ += 22;
  }
  void key_line(int layer, const std::string& title, const std::string& shape, const std::string& steps) {
    svg_.box({margin, y_ - 10, 12, 12}, tensor_colour(layer));
    svg_.text(margin + 20, y_, shortened(title, 26));
    svg_.text(margin + 230, y_, shape);
    svg_.text(margin + 340, y_, shortened(steps, 95), 12, "start", grey);
    y_ += row;
  }
  static std::string shortened(const std::string& text, std::size_t length) {
    return text.size() <= length ? text : text.substr(0, length - 3) + "...";
  }

  /// A tensor's number, where there is space for it.
  void label(const SvgBox& box, int layer) {
    const std::string number = layer < 0 ? "in" : std::to_string(layer);
    if (box.height < 9 || box.width < 7.0 * static_cast<double>(number.size())) return;
    svg_.text(box.x + box.width / 2, box.y + box.height / 2 + 3.5, number, 9, "middle", "#111");
  }

  /// One panel for every layer: instances from left to right, bytes from the bottom up.
  void draw_data_memory() {
    heading(
        "Data memory while each layer runs",
        "16 instances from left to right, bytes from the bottom up to the number above; a dark frame: written by this "
        "layer; stripes: words that take turns");
    constexpr int per_row = 6;
    constexpr double cell = 9, panel_width = 16 * cell, panel_height = 110, step_x = 176, step_y = 150;
    for (int i = 0; i < graph_.size; ++i) {
      const int place = i % per_row, line = i / per_row;
      const double x = margin + step_x * place, top = y_ + 6 + step_y * line;
      const long long highest = highest_byte(line * per_row, line * per_row + per_row);  // one scale for each row
      svg_.text(x, top, shortened(layer_title(graph_[i], i), 18), 11);
      svg_.text(x + panel_width, top, grouped(highest), 9, "end", grey);
      const SvgBox panel{x, top + 6, panel_width, panel_height};
      svg_.box(panel, "#fafafa", {}, frame);
      for (int b = 4; b < 16; b += 4) svg_.line(x + b * cell, panel.y, x + b * cell, panel.y + panel_height, faint);
      draw_tensors(i, panel, cell, static_cast<double>(highest));
    }
    y_ += step_y * ((graph_.size + per_row - 1) / per_row) + 14;
  }
  /// End of the highest tensor that is needed while one of these layers runs.
  long long highest_byte(int first, int end) const {
    long long highest = 1;
    for (const MappedTensor& tensor : tensors_)
      if (tensor.born < end && tensor.last_use >= first) highest = std::max(highest, tensor.end);
    return highest;
  }
  void draw_tensors(int step, const SvgBox& panel, double cell, double highest) {
    for (const bool written : {false, true})  // frames of what is written lie on top
      for (std::size_t t = 0; t < tensors_.size(); ++t) {
        const MappedTensor& tensor = tensors_[t];
        const int layer = static_cast<int>(t) - 1;
        if (tensor.born > step || tensor.last_use < step || (layer == step) != written) continue;
        const double bottom = panel.y + panel.height * (1 - static_cast<double>(tensor.first) / highest);
        // Small tensors stay visible; they never leave the panel.
        const double height = std::max(4.0, panel.height * static_cast<double>(tensor.end - tensor.first) / highest);
        const double top = std::max(panel.y, bottom - height);
        draw_instances(tensor, {panel.x, top, cell, height}, layer, written);
      }
  }
  /// A tensor's boxes; `cell` is the one of instance 0. Tensors whose words take turns lie side by side in each
  /// instance.
  void draw_instances(const MappedTensor& tensor, SvgBox cell, int layer, bool written) {
    const bool shares = tensor.step > tensor.run;
    const double share = static_cast<double>(tensor.run) / static_cast<double>(tensor.step);
    const double inset =
        shares ? static_cast<double>(tensor.first % tensor.step) / static_cast<double>(tensor.step) : 0;
    for (int first = 0; first < max7800x::instances;) {
      int behind = first;
      while (behind < max7800x::instances && (tensor.instances >> behind & 1u) != 0) {
        ++behind;
        if (shares) break;
      }
      if (behind > first) {
        const SvgBox box{cell.x + (first + inset) * cell.width, cell.y,
                         (behind - first) * cell.width * (shares ? share : 1), cell.height};
        svg_.box(box, tensor_colour(layer), bytes_text(tensor), written ? "#111" : "white", written ? 1.4 : 0.5);
        label(box, layer);
      }
      first = std::max(behind, first + 1);
    }
  }
  static std::string bytes_text(const MappedTensor& tensor) {
    return tensor.name + ": bytes " + std::to_string(tensor.first) + " to " + std::to_string(tensor.end - 1);
  }

  /// The instance with the highest byte in use; of several such, the one that holds most tensors.
  int fullest_instance() const {
    int fullest = 0;
    long long most_bytes = 0, most_tensors = 0;
    for (int instance = 0; instance < max7800x::instances; ++instance) {
      long long bytes = 0, count = 0;
      for (const MappedTensor& tensor : tensors_) {
        if ((tensor.instances >> instance & 1u) == 0) continue;
        bytes = std::max(bytes, tensor.end);
        ++count;
      }
      if (bytes < most_bytes || (bytes == most_bytes && count <= most_tensors)) continue;
      fullest = instance;
      most_bytes = bytes;
      most_tensors = count;
    }
    return fullest;
  }
  /// Time from left to right, bytes from the bottom up.
  void draw_fullest_instance() {
    const int instance = fullest_instance();
    long long highest = 1;
    for (const MappedTensor& tensor : tensors_)
      if ((tensor.instances >> instance & 1u) != 0) highest = std::max(highest, tensor.end);
    heading("The fullest instance over time",
            "instance " + std::to_string(instance) + ", layer after layer from left to right, bytes 0 to " +
                grouped(highest - 1) +
                " from the bottom up; tensors whose words take turns are drawn one above the other");
    constexpr double left = margin + 40, height = 200, all = 64 * 15.5;
    const double top = y_ - 6, cell = all / graph_.size, scale = height / static_cast<double>(highest);
    svg_.box({left, top, all, height}, "#fafafa", {}, frame);
    for (int tick = 0; tick <= 4; ++tick) {
      const double at = top + height - height * tick / 4;
      svg_.text(left - 6, at + 4, std::to_string(highest * tick / 4), 10, "end", grey);
      svg_.line(left, at, left + all, at, faint);
    }
    for (std::size_t t = 0; t < tensors_.size(); ++t) {
      const MappedTensor& tensor = tensors_[t];
      if ((tensor.instances >> instance & 1u) == 0) continue;
      const int first = std::max(tensor.born, 0), end = std::min(tensor.last_use, graph_.size - 1) + 1;
      const long long turns = tensor.step / tensor.run, turn = tensor.first % tensor.step / tensor.run;
      const double share = static_cast<double>(tensor.end - tensor.first) / static_cast<double>(turns);
      const double bottom = static_cast<double>(tensor.first - turn * tensor.run) + share * static_cast<double>(turn);
      // Small tensors stay visible; they never leave the panel.
      const double tall = std::max(1.5, share * scale);
      const SvgBox box{left + cell * first, std::max(top, top + height - bottom * scale - tall), cell * (end - first),
                       tall};
      svg_.box(box, tensor_colour(static_cast<int>(t) - 1), bytes_text(tensor), "white", 0.8);
      label(box, static_cast<int>(t) - 1);
    }
    for (int i = 0; i < graph_.size; ++i)
      svg_.text(left + (i + 0.5) * cell, top + height + 14, std::to_string(i), 10, "middle", grey);
    y_ = top + height + 50;
  }

  /// A line for every layer, a column for every processor: the upper half reads, the lower half receives the output.
  void draw_processors() {
    heading("Processors",
            "64 from left to right; upper half: reads its input with these, lower half: its output goes to "
            "their memories");
    constexpr double left = margin + 210, cell = 12.5;
    for (int p = 0; p < max7800x::all_processors; p += 4)
      svg_.text(left + p * cell, y_, std::to_string(p), 10, "start", grey);
    y_ += 6;
    for (int i = 0; i < graph_.size; ++i) {
      svg_.text(margin, y_ + 12, shortened(layer_title(graph_[i], i), 26));
      svg_.box({left, y_ + 2, 64 * cell, 13}, "#f5f5f5");
      draw_map(plan_[i].processors, left, y_ + 2, cell, "#444");
      draw_map(plan_[i].output_processors, left, y_ + 9, cell, tensor_colour(i));
      y_ += row;
    }
    for (int p = 0; p <= max7800x::all_processors; p += 16)
      svg_.line(left + p * cell, y_ - row * graph_.size, left + p * cell, y_, frame);
    y_ += 34;
  }
  void draw_map(ProcessorMap map, double left, double top, double cell, std::string_view colour) {
    for (int first = 0; first < 64;) {
      int behind = first;
      while (behind < 64 && (map >> behind & 1) != 0) ++behind;
      if (behind > first) svg_.box({left + first * cell, top, (behind - first) * cell, 6}, colour);
      first = std::max(behind, first + 1);
    }
  }

  /// Processors from left to right, columns from the bottom up.
  void draw_weights() {
    int highest = 4;
    for (int p = 0; p < max7800x::all_processors; ++p)
      for (const ColumnRun& run : column_runs(graph_, plan_, p)) highest = std::max(highest, run.end);
    heading("Weight memory", "processors from left to right, columns 0 to " + std::to_string(highest - 1) + " of " +
                                 std::to_string(device_.weight_columns) + " from the bottom up");
    constexpr double left = margin + 40, cell = 15.5, height = 240;
    const double top = y_ - 6;
    svg_.box({left, top, 64 * cell, height}, "#fafafa", {}, frame);
    for (int tick = 0; tick <= 4; ++tick) {
      const double at = top + height - height * tick / 4;
      svg_.text(left - 6, at + 4, std::to_string(highest * tick / 4), 10, "end", grey);
      svg_.line(left, at, left + 64 * cell, at, faint);
    }
    for (int first = 0; first < max7800x::all_processors;) {
      const std::vector<ColumnRun> runs = column_runs(graph_, plan_, first);
      int behind = first + 1;
      while (behind < max7800x::all_processors && column_runs(graph_, plan_, behind) == runs) ++behind;
      for (const ColumnRun& run : runs) {
        const double scale = height / highest;
        const SvgBox box{left + first * cell, top + height - run.end * scale, (behind - first) * cell,
                         (run.end - run.first) * scale};
        svg_.box(box, tensor_colour(run.layer),
                 layer_title(graph_[run.layer], run.layer) + ": columns " + std::to_string(run.first) + " to " +
                     std::to_string(run.end - 1),
                 "white", 0.5);
        label(box, run.layer);
      }
      first = behind;
    }
    for (int p = 0; p < max7800x::all_processors; p += 4)
      svg_.text(left + p * cell, top + height + 14, std::to_string(p), 10, "start", grey);
    y_ = top + height + 40;
  }

  const Graph<N>& graph_;
  const max7800x::Plan<N>& plan_;
  const max7800x::Device& device_;
  std::vector<MappedTensor> tensors_;
  Svg svg_{};
  double y_ = 0;
};

}  // namespace detail

/// The plan of a network as an SVG file.
template <int N>
std::string plan_svg(const std::string& name, const Graph<N>& graph, const max7800x::Plan<N>& plan,
                     const max7800x::Device& device, const max7800x::Options& options) {
  return detail::PlanPicture<N>(graph, plan, device, options).draw(name);
}

}  // namespace incuse::report
