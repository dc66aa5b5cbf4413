// A planned network as a picture: what lies in the data memories at every layer, which processors work, and which
// layers have their weights in which columns.
#pragma once

#include <algorithm>
#include <string>
#include <vector>

#include <incuse/report/canvas.hpp>
#include <incuse/report/cycles_svg.hpp>
#include <incuse/report/memory_map.hpp>
#include <incuse/report/plan_text.hpp>

namespace incuse::report {

namespace detail {

template <int N>
class PlanPicture {
 public:
  PlanPicture(Canvas::Kind kind, const Graph<N>& graph, const max7800x::Plan<N>& plan, const max7800x::Device& device,
              const max7800x::Options& options)
      : graph_(graph),
        plan_(plan),
        device_(device),
        options_(options),
        tensors_(mapped_tensors(graph, plan, device, options)),
        canvas_(kind) {}

  std::string file(const std::string& name) {
    canvas_.title(name, string_of(device_.name) + ", " + counted(graph_.size, "layer") + ", input " +
                            text_of(graph_.input) + (plan_.input_format == DataFormat::chw ? " (CHW)" : " (HWC)"));
    draw_layers();
    draw_memories();
    return canvas_.file();
  }
  std::vector<Picture> pictures(const Supply& supply) {
    draw_memories();
    draw_cycles_of_layers(supply);
    return canvas_.pictures();
  }

 private:
  static constexpr double margin = Canvas::margin, row = 18;
  Svg& svg() { return canvas_.svg; }

  void draw_memories() {
    draw_data_memory();
    draw_fullest_instance();
    draw_processors();
    draw_weights();
    draw_biases();
  }

  /// The legend: every layer's colour, steps and shapes.
  void draw_layers() {
    canvas_.begin("layers", "Layers", "each colour stands for a layer, its weights and the tensor that it writes");
    double widest = 180;
    for (int i = 0; i < graph_.size; ++i) widest = std::max(widest, text_width(layer_title(graph_[i], i), 12));
    widest = std::min(widest, 420.0);
    key_line(-1, widest, "input", text_of(graph_.input), "");
    for (int i = 0; i < graph_.size; ++i)
      key_line(i, widest, layer_title(graph_[i], i), text_of(graph_[i].out), steps_text(graph_[i]));
    if (graph_.buffer.exists())
      key_line(graph_.size, widest, string_of(graph_.buffer.name), text_of(graph_.buffer.shape()),
               "rolling buffer (buf), which outlasts an inference");
    canvas_.y += 22;
  }
  void key_line(int layer, double title_width, const std::string& title, const std::string& shape,
                const std::string& steps) {
    const double shape_x = margin + 20 + title_width + 20, steps_x = shape_x + 100;
    svg().stands_for(layer + 1);
    svg().box({margin, canvas_.y - 10, 12, 12}, tensor_colour(layer));
    const std::vector<std::string> titles = lines_of(title, title_width, 12);
    const std::vector<std::string> words = lines_of(steps, Canvas::width - margin - steps_x, 12);
    svg().text(shape_x, canvas_.y, shape);
    for (std::size_t i = 0; i < std::max(titles.size(), words.size()); ++i) {
      if (i < titles.size()) svg().text(margin + 20, canvas_.y, titles[i]);
      if (i < words.size()) svg().text(steps_x, canvas_.y, words[i], 12, "start", Canvas::grey);
      canvas_.y += row;
    }
    svg().stands_for(Svg::no_tensor);
  }

  /// One panel for every layer: instances from left to right, bytes from the bottom up.
  void draw_data_memory() {
    const long long highest = highest_byte();
    canvas_.begin("data-memory", "Data memory while each layer runs",
                  "16 instances from left to right, bytes 0 to " + grouped(highest - 1) +
                      " from the bottom up; a dark frame: written by this layer; stripes: words that take turns");
    constexpr int per_row = 4;
    constexpr double cell = 15, panel_width = 16 * cell, panel_height = 110, step_x = 266, step_y = 150;
    for (int i = 0; i < graph_.size; ++i) {
      const int place = i % per_row, line = i / per_row;
      const double x = margin + step_x * place, top = canvas_.y + 6 + step_y * line;
      svg().stands_for(i + 1);
      svg().fitted_text(x, top, layer_title(graph_[i], i), panel_width, 11);
      svg().stands_for(Svg::no_tensor);
      const SvgBox panel{x, top + 6, panel_width, panel_height};
      svg().box(panel, Canvas::ground, {}, Canvas::frame);
      for (int b = 4; b < 16; b += 4)
        svg().line(x + b * cell, panel.y, x + b * cell, panel.y + panel_height, Canvas::faint);
      draw_tensors(i, panel, cell, static_cast<double>(highest));
    }
    canvas_.y += step_y * ((graph_.size + per_row - 1) / per_row) + 14;
  }
  /// End of the highest tensor: all panels have one scale.
  long long highest_byte() const {
    long long highest = 1;
    for (const MappedTensor& tensor : tensors_) highest = std::max(highest, tensor.end);
    return highest;
  }
  void draw_tensors(int step, const SvgBox& panel, double cell, double highest) {
    LabelledBoxes boxes(graph_.size);
    for (const bool written : {false, true})  // written tensors last: their frames cover others
      for (std::size_t t = 0; t < tensors_.size(); ++t) {
        const MappedTensor& tensor = tensors_[t];
        const int layer = static_cast<int>(t) - 1;
        if (tensor.born > step || tensor.last_use < step || (layer == step) != written) continue;
        const double bottom = panel.y + panel.height * (1 - static_cast<double>(tensor.first) / highest);
        // Small tensors stay visible; they never leave the panel.
        const double height = std::max(4.0, panel.height * static_cast<double>(tensor.end - tensor.first) / highest);
        const double top = std::max(panel.y, bottom - height);
        add_instances(boxes, tensor, {panel.x, top, cell, height}, layer, written);
      }
    boxes.draw(svg());
  }
  /// A tensor's boxes; `cell` is the one of instance 0. Tensors whose words take turns lie side by side in each
  /// instance.
  void add_instances(LabelledBoxes& boxes, const MappedTensor& tensor, SvgBox cell, int layer, bool written) {
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
        boxes.add(box, layer + 1, bytes_text(tensor), written ? "#111" : "white", written ? 1.4 : 0.5);
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
    std::vector<Band> bands;
    for (std::size_t t = 0; t < tensors_.size(); ++t) {
      const MappedTensor& tensor = tensors_[t];
      if ((tensor.instances >> instance & 1u) == 0) continue;
      highest = std::max(highest, tensor.end);
      const long long turns = tensor.step / tensor.run, turn = tensor.first % tensor.step / tensor.run;
      const double share = static_cast<double>(tensor.end - tensor.first) / static_cast<double>(turns);
      const double bottom = static_cast<double>(tensor.first - turn * tensor.run) + share * static_cast<double>(turn);
      bands.push_back({static_cast<int>(t), bytes_text(tensor), bottom, bottom + share, tensor.born, tensor.last_use});
    }
    canvas_.begin("memory-over-time", "The fullest instance over time",
                  "instance " + std::to_string(instance) + ", layer after layer from left to right, bytes 0 to " +
                      grouped(highest - 1) + " of " + grouped(device_.instance_bytes) +
                      " from the bottom up; tensors whose words take turns are drawn one above the other");
    draw_bands(canvas_, bands, highest, graph_.size);
  }

  /// A line for every layer, a column for every processor: the upper half reads, the lower half receives the output.
  void draw_processors() {
    canvas_.begin("processors", "Processors",
                  "64 from left to right; upper half: reads its input with these, lower half: its output goes to "
                  "their memories");
    constexpr double left = margin + 210, cell = 12.5;
    for (int p = 0; p < max7800x::all_processors; p += 4)
      svg().text(left + p * cell, canvas_.y, std::to_string(p), 10, "start", Canvas::grey);
    canvas_.y += 6;
    for (int i = 0; i < graph_.size; ++i) {
      svg().stands_for(i + 1);
      svg().fitted_text(margin, canvas_.y + 12, layer_title(graph_[i], i), 200);
      svg().stands_for(Svg::no_tensor);
      svg().box({left, canvas_.y + 2, 64 * cell, 13}, "#f5f5f5");
      draw_map(plan_[i].processors, left, canvas_.y + 2, cell, "#444");
      svg().stands_for(i + 1);
      draw_map(plan_[i].output_processors, left, canvas_.y + 9, cell, tensor_colour(i));
      svg().stands_for(Svg::no_tensor);
      canvas_.y += row;
    }
    for (int p = 0; p <= max7800x::all_processors; p += 16)
      svg().line(left + p * cell, canvas_.y - row * graph_.size, left + p * cell, canvas_.y, Canvas::frame);
    canvas_.y += 34;
  }
  void draw_map(ProcessorMap map, double left, double top, double cell, const std::string& colour) {
    for (int first = 0; first < 64;) {
      int behind = first;
      while (behind < 64 && (map >> behind & 1) != 0) ++behind;
      if (behind > first) svg().box({left + first * cell, top, (behind - first) * cell, 6}, colour);
      first = std::max(behind, first + 1);
    }
  }

  /// Processors from left to right, columns from the bottom up.
  void draw_weights() {
    int highest = 4;
    for (int p = 0; p < max7800x::all_processors; ++p)
      for (const ColumnRun& run : column_runs(graph_, plan_, p)) highest = std::max(highest, run.end);
    canvas_.begin("weight-memory", "Weight memory",
                  "processors from left to right, columns 0 to " + std::to_string(highest - 1) + " of " +
                      std::to_string(device_.weight_columns) + " from the bottom up");
    constexpr double left = margin + 40, cell = 15.5, height = 240;
    const double top = canvas_.y - 6;
    draw_scaled_frame(svg(), {left, top, 64 * cell, height}, highest);
    LabelledBoxes boxes(graph_.size);
    for (int first = 0; first < max7800x::all_processors;) {
      const std::vector<ColumnRun> runs = column_runs(graph_, plan_, first);
      int behind = first + 1;
      while (behind < max7800x::all_processors && column_runs(graph_, plan_, behind) == runs) ++behind;
      for (const ColumnRun& run : runs) {
        const double scale = height / highest;
        boxes.add({left + first * cell, top + height - run.end * scale, (behind - first) * cell,
                   (run.end - run.first) * scale},
                  run.layer + 1,
                  layer_title(graph_[run.layer], run.layer) + ": columns " + std::to_string(run.first) + " to " +
                      std::to_string(run.end - 1));
      }
      first = behind;
    }
    boxes.draw(svg());
    for (int p = 0; p < max7800x::all_processors; p += 4)
      svg().text(left + p * cell, top + height + 14, std::to_string(p), 10, "start", Canvas::grey);
    canvas_.y = top + height + 40;
  }

  /// A strip for each group, its values from left to right.
  void draw_biases() {
    canvas_.begin(
        "bias-memory", "Bias memory",
        "the four groups of 16 processors, their " + grouped(device_.bias_values) + " values from left to right");
    constexpr double left = margin + 70, width = Canvas::width - 2 * margin - 70, height = 16;
    const double scale = width / device_.bias_values;
    for (int g = 0; g < max7800x::groups; ++g) {
      svg().text(margin, canvas_.y + 12, "group " + std::to_string(g), 11);
      svg().box({left, canvas_.y, width, height}, Canvas::ground, {}, Canvas::frame);
      LabelledBoxes boxes(graph_.size);
      for (int i = 0; i < graph_.size; ++i) {
        if (!graph_[i].bias || plan_[i].bias_group != g || plan_[i].bias_offset < 0) continue;
        const int first = plan_[i].bias_offset, length = max7800x::bias_length(graph_, plan_, i);
        const double wide = std::max(2.0, length * scale);  // small ones stay visible
        boxes.add({std::min(left + first * scale, left + width - wide), canvas_.y, wide, height}, i + 1,
                  layer_title(graph_[i], i) + ": values " + std::to_string(first) + " to " +
                      std::to_string(first + length - 1));
      }
      boxes.draw(svg());
      canvas_.y += height + 8;
    }
    canvas_.y += 24;
  }

  void draw_cycles_of_layers(const Supply& supply) {
    const Latency latency = max7800x::cycles_of(graph_, plan_, device_, options_);
    std::vector<Bar> bars;
    for (int i = 0; i < graph_.size; ++i) {
      const long long cycles = max7800x::inference_cycles_of(graph_, plan_, options_, i);
      bars.push_back(
          {i + 1, layer_title(graph_[i], i), static_cast<double>(cycles), cycles_text(cycles, latency, supply)});
    }
    draw_cycles(canvas_, bars, latency, supply, max7800x::startup_cycles);
  }

  const Graph<N>& graph_;
  const max7800x::Plan<N>& plan_;
  const max7800x::Device& device_;
  const max7800x::Options& options_;
  std::vector<MappedTensor> tensors_;
  Canvas canvas_;
};

}  // namespace detail

/// The plan of a network as an SVG file.
template <int N>
std::string plan_svg(const std::string& name, const Graph<N>& graph, const max7800x::Plan<N>& plan,
                     const max7800x::Device& device, const max7800x::Options& options) {
  return detail::PlanPicture<N>(Canvas::Kind::file, graph, plan, device, options).file(name);
}

/// The same as sections of a page, with the time that each layer takes.
template <int N>
std::vector<Picture> plan_pictures(const Graph<N>& graph, const max7800x::Plan<N>& plan, const max7800x::Device& device,
                                   const max7800x::Options& options, const Supply& supply) {
  return detail::PlanPicture<N>(Canvas::Kind::page, graph, plan, device, options).pictures(supply);
}

}  // namespace incuse::report
