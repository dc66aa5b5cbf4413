// A network as a picture: its layers from top to bottom in the order of their execution, branches side by side, and at
// every edge the shape of the tensor.
#pragma once

#include <string>
#include <vector>

#include <incuse/report/canvas.hpp>
#include <incuse/report/drawn_network.hpp>

namespace incuse::report {

namespace detail {

/// Lanes are columns of the picture. A tensor keeps the lane of its layer until its last reader, so that no box lies in
/// the way of its edges.
class GraphPicture {
 public:
  explicit GraphPicture(const DrawnNetwork& network)
      : network_(network), lane_of_(static_cast<std::size_t>(network.tensors())) {
    for (const DrawnSource& source : network.sources) take_lane(source.tensor, free_lane(-1));
    for (int i = 0; i < layers(); ++i) take_lane(i + 1, lane_for(i));
  }

  std::string draw() {
    for (int tensor = 0; tensor < network_.tensors(); ++tensor) draw_edges(tensor);
    for (const DrawnSource& source : network_.sources) draw_node(source.tensor, source.title, source.shape, "", false);
    for (int i = 0; i < layers(); ++i) {
      const DrawnLayer& layer = layer_at(i);
      svg_.begin_link("#layer-" + std::to_string(i));
      draw_node(i + 1, layer.title, layer.steps, layer.title + ": " + layer.steps, layer.output);
      svg_.end_link();
    }
    for (int tensor = 0; tensor < network_.tensors(); ++tensor) draw_shape(tensor);
    const double width = 2 * margin + lane_step * static_cast<double>(lanes_.size()) - (lane_step - node_width);
    return svg_.element(std::max(width, 360.0), top_of_row(layers()) + node_height + margin);
  }

 private:
  static constexpr double margin = 24, node_width = 236, node_height = 40, row_step = 74, lane_step = 272;
  static constexpr const char *edge_colour = "#8a8f98", *grey = "#555";
  struct Lane {
    int tensor = 0;
    int until = -1;  ///< the last layer that reads it
  };

  int layers() const { return static_cast<int>(network_.layers.size()); }
  const DrawnLayer& layer_at(int i) const { return network_.layers[static_cast<std::size_t>(i)]; }

  /// The lane of a tensor that layer `i` reads last, the leftmost of several; else one that is free.
  std::size_t lane_for(int i) const {
    std::size_t best = lanes_.size();
    for (int read : layer_at(i).reads) {
      const std::size_t lane = lane_of_[static_cast<std::size_t>(read)];
      if (lanes_[lane].tensor == read && lanes_[lane].until == i) best = std::min(best, lane);
    }
    return best < lanes_.size() ? best : free_lane(i);
  }
  std::size_t free_lane(int i) const {
    std::size_t lane = 0;
    while (lane < lanes_.size() && (i < 0 || lanes_[lane].until >= i)) ++lane;
    return lane;
  }
  void take_lane(int tensor, std::size_t lane) {
    if (lane == lanes_.size()) lanes_.emplace_back();
    lanes_[lane] = {tensor, network_.last_reader(tensor)};
    lane_of_[static_cast<std::size_t>(tensor)] = lane;
  }

  bool is_source(int tensor) const { return tensor == 0 || tensor > layers(); }
  static double top_of_row(int row) { return margin + row_step * row; }
  double top_of(int tensor) const { return top_of_row(is_source(tensor) ? 0 : tensor); }
  double left_of(int tensor) const {
    return margin + lane_step * static_cast<double>(lane_of_[static_cast<std::size_t>(tensor)]);
  }
  double middle_of(int tensor) const { return left_of(tensor) + node_width / 2; }

  void draw_node(int tensor, const std::string& title, const std::string& steps, const std::string& whole,
                 bool output) {
    const double x = left_of(tensor), y = top_of(tensor);
    svg_.stands_for(tensor);
    svg_.box({x, y, node_width, node_height}, "#f7f8fa", whole, output ? "#111" : "#b5bac2", output ? 2 : 1, 5);
    svg_.box({x, y, 10, node_height}, tensor_colour(tensor > layers() ? -1 : tensor - 1), {}, "none", 1, 4);
    const double space = node_width - 22;
    const double label = output ? text_width("output", 9) + 6 : 0;
    svg_.fitted_text(x + 16, y + 17, title, space - label, 12, "#111", true);
    if (output) svg_.text(x + node_width - 6, y + 16, "output", 9, "end", grey);
    svg_.fitted_text(x + 16, y + 32, steps, space, 10.5, grey);
    svg_.stands_for(Svg::no_tensor);
  }
  /// From the layer that writes a tensor down its lane, and over to each reader.
  void draw_edges(int tensor) {
    const double x = middle_of(tensor), y = top_of(tensor) + node_height;
    svg_.stands_for(tensor);
    for (int i = 0; i < layers(); ++i) {
      const std::vector<int>& reads = layer_at(i).reads;
      for (std::size_t k = 0; k < reads.size(); ++k) {
        if (reads[k] != tensor) continue;
        const double end_x =
            middle_of(i + 1) + 18 * (static_cast<double>(k) - static_cast<double>(reads.size() - 1) / 2);
        const double end_y = top_of_row(i + 1), turn_y = end_y - (row_step - node_height);
        std::string way = "M " + point(x, y) + " L " + point(x, turn_y);
        way += " C " + point(x, turn_y + 22) + ", " + point(end_x, end_y - 22) + ", " + point(end_x, end_y - 5);
        svg_.path(way, edge_colour, 1.6);
        svg_.path(
            "M " + point(end_x - 4, end_y - 6) + " L " + point(end_x, end_y - 1) + " L " + point(end_x + 4, end_y - 6),
            edge_colour, 1.6);
      }
    }
    svg_.stands_for(Svg::no_tensor);
  }
  /// The shape of a tensor beside its edge: on the side to which no edge turns.
  void draw_shape(int tensor) {
    if (is_source(tensor)) return;  // its box says it
    bool turns_left = false;
    if (tensor < layers())
      for (int read : layer_at(tensor).reads)
        turns_left = turns_left || (read == tensor && middle_of(tensor + 1) < middle_of(tensor));
    const bool read = network_.last_reader(tensor) >= 0;
    svg_.stands_for(tensor);
    if (read)
      svg_.text(middle_of(tensor) + (turns_left ? 10 : -10), top_of(tensor) + node_height + 13,
                layer_at(tensor - 1).shape, 10, turns_left ? "start" : "end", grey);
    else
      svg_.text(middle_of(tensor), top_of(tensor) + node_height + 13, layer_at(tensor - 1).shape, 10, "middle", grey);
    svg_.stands_for(Svg::no_tensor);
  }
  static std::string point(double x, double y) { return svg_number(x) + ' ' + svg_number(y); }

  const DrawnNetwork& network_;
  std::vector<Lane> lanes_{};
  std::vector<std::size_t> lane_of_;  ///< of every tensor
  Svg svg_{};
};

}  // namespace detail

/// The network as an element of a page; without scripts a click on a layer leads to #layer-<number>.
inline std::string graph_svg(const DrawnNetwork& network) { return detail::GraphPicture(network).draw(); }

}  // namespace incuse::report
