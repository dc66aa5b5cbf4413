// Networks of the K210 as pictures and cards show them: planned ones, and kmodels, whose maps lie where the file says.
#pragma once

#include <algorithm>
#include <string>
#include <vector>

#include <incuse/hosted/strings.hpp>
#include <incuse/report/canvas.hpp>
#include <incuse/report/drawn_network.hpp>
#include <incuse/report/kmodel_text.hpp>
#include <incuse/report/kpu_plan_text.hpp>

namespace incuse::report {

/// A network of the K210 with what lies in its memories, in lines of 64 bytes.
struct DrawnKpuNetwork {
  DrawnNetwork network{};
  std::vector<Band> ai_ram{}, main{};
  std::vector<Bar> weights{};  ///< bytes of each step
  std::vector<Bar> cycles{};   ///< of each layer of the KPU, at least
  Latency latency{};           ///< of all of them
  Supply supply{};
};

namespace detail {

inline Band band_of(const k210::PlacedMap& map, int tensor, const std::string& title) {
  return {tensor,
          title + ": lines " + kpu_lines(map),
          static_cast<double>(map.line),
          static_cast<double>(map.line + map.lines),
          map.first_step,
          map.last_step};
}

inline void add_weights(DrawnKpuNetwork& drawn, int step, long long bytes) {
  if (bytes == 0) return;
  drawn.weights.push_back({step + 1, drawn.network.layers[static_cast<std::size_t>(step)].title,
                           static_cast<double>(bytes), grouped(bytes) + " bytes"});
}

/// Adds how long a network takes at least. What the layers of the KPU take follows with `add_cycles`.
inline void add_time(DrawnKpuNetwork& drawn, const Latency& latency, const Supply& supply) {
  drawn.latency = latency;
  drawn.supply = supply;
  drawn.network.facts.push_back({"Time", time_text(latency, supply)});
}

inline void add_cycles(DrawnKpuNetwork& drawn, int step, long long cycles) {
  DrawnLayer& layer = drawn.network.layers[static_cast<std::size_t>(step)];
  const std::string label = cycles_text(cycles, drawn.latency, drawn.supply);
  layer.facts.push_back({"Time", label});
  drawn.cycles.push_back({step + 1, layer.title, static_cast<double>(cycles), label});
}

inline void add_unknown_time(DrawnLayer& layer) {
  layer.facts.push_back({"Time", "not known: it is no layer of the KPU"});
}

/// The nodes of a kmodel one after the other: who wrote what is read is found by where it lies.
class KmodelReader {
 public:
  KmodelReader(const k210::Kmodel& model, const Supply& supply) : model_(model) {
    drawn_.network.chip = string_of(k210_kpu.name);
    drawn_.network.facts = {{"Kmodel", "version " + std::to_string(model.version)},
                            {"Nodes", std::to_string(model.node_count)},
                            {"File", grouped(static_cast<long long>(model.file.size)) + " bytes"},
                            {"Main memory", grouped(model.main_bytes) + " bytes to work in"}};
    add_time(drawn_, least_cycles_of(model), supply);
    for (int i = 0; i < model.input_count; ++i) add_input(model.inputs[i], i);
    for_each_node(model, [&](int i, const auto& node, const KmodelOperands&) { add_node(i, node); });
    find_outputs();
    add_bands();
  }
  DrawnKpuNetwork drawn() const { return drawn_; }

  void in(Text, k210::KmodelType type, std::uint64_t start, std::uint64_t elements) {
    read({false, static_cast<long long>(start), bytes_end(type, start, elements)});
  }
  void in(Text name, const k210::KmodelRange& range, k210::KmodelType type, std::uint64_t elements) {
    if (range.memory != k210::KmodelMemory::constants) in(name, type, range.start, elements);
  }
  void out(Text, k210::KmodelType type, std::uint64_t start, std::uint64_t elements) {
    write({false, static_cast<long long>(start), bytes_end(type, start, elements)},
          std::to_string(elements) + (type == k210::KmodelType::f32 ? " f32" : " u8"));
  }
  void out(Text name, const k210::KmodelRange& range, k210::KmodelType type, std::uint64_t elements) {
    out(name, type, range.start, elements);
  }
  void map_in(Text, long long line, Shape shape, std::uint64_t count) {
    read({true, line, lines_end(line, shape, count)});
  }
  void map_out(Text, long long line, Shape shape, std::uint64_t count) {
    write({true, line, lines_end(line, shape, count)}, text_of(shape));
  }

 private:
  /// Where a tensor lies: lines of AI RAM, or bytes of main memory.
  struct Place {
    bool in_ram = false;
    long long first = 0, end = 0;
    bool meets(const Place& other) const { return in_ram == other.in_ram && first < other.end && other.first < end; }
  };
  /// A place from the node that writes it to the last one that reads it.
  struct Stay {
    Place place{};
    int node = 0;  ///< -1: the model's inputs
    int tensor = 0;
    int last = 0;
  };
  static long long bytes_end(k210::KmodelType type, std::uint64_t start, std::uint64_t elements) {
    const std::uint64_t end = start + elements * static_cast<std::uint64_t>(bytes_of(type));
    return static_cast<long long>(end);
  }
  static long long lines_end(long long line, Shape shape, std::uint64_t count) {
    return line + k210::MapLayout(shape).lines() * static_cast<long long>(count);
  }

  void add_input(const k210::KmodelInput& input, int number) {
    const bool in_ram = input.range.memory == k210::KmodelMemory::kpu;
    const std::string shape =
        std::to_string(input.shape[1]) + 'x' + std::to_string(input.shape[2]) + 'x' + std::to_string(input.shape[3]);
    const int tensor = number == 0 ? 0 : model_.node_count + number;
    drawn_.network.sources.push_back({tensor, number == 0 ? "input" : "input " + std::to_string(number), shape});
    const long long unit = in_ram ? k210::line_bytes : 1;
    const long long first = input.range.start / unit;
    stays_.push_back(
        {{in_ram, first, first + (static_cast<long long>(input.range.bytes) + unit - 1) / unit}, -1, tensor, -1});
  }
  template <class Node>
  void add_node(int index, const Node& node) {
    node_ = index;
    DrawnLayer layer{"node " + std::to_string(index), string_of(node.name)};
    long long weights = 0;
    if constexpr (requires { node.tables; }) {
      layer.steps += ' ' + layer_text(layer_of(decode(node.tables.words), 1));
      weights = static_cast<long long>(node.tables.weights.size);
      layer.facts.push_back({"Weights", grouped(weights) + " bytes"});
    }
    drawn_.network.layers.push_back(layer);
    node.operands(*this);
    add_weights(drawn_, index, weights);
    if constexpr (requires { node.tables; })
      add_cycles(drawn_, index, node_cycles(node));
    else
      add_unknown_time(this->layer());
  }
  DrawnLayer& layer() { return drawn_.network.layers.back(); }

  /// What lies in a place may have been written in parts: of each part the tensor that was written last is read.
  void read(const Place& place) {
    layer().facts.push_back({"Reads", place_text(place)});
    std::vector<Place> unknown{place};  // parts of which the writer has not been found yet
    for (std::size_t i = stays_.size(); i-- > 0 && !unknown.empty();)
      if (stays_[i].node != node_ && take_out(unknown, stays_[i].place)) {
        stays_[i].last = node_;
        if (!contains(layer().reads, stays_[i].tensor)) layer().reads.push_back(stays_[i].tensor);
      }
  }
  /// Takes a place out of others; false if it lies in none of them.
  static bool take_out(std::vector<Place>& others, const Place& place) {
    std::vector<Place> left;
    bool met = false;
    for (const Place& other : others) {
      if (!other.meets(place)) {
        left.push_back(other);
        continue;
      }
      met = true;
      if (other.first < place.first) left.push_back({other.in_ram, other.first, place.first});
      if (place.end < other.end) left.push_back({other.in_ram, place.end, other.end});
    }
    others = left;
    return met;
  }
  void write(const Place& place, const std::string& shape) {
    layer().facts.push_back({"Writes", place_text(place)});
    if (layer().shape.empty()) layer().shape = shape;
    stays_.push_back({place, node_, node_ + 1, node_});
  }
  static bool contains(const std::vector<int>& list, int number) {
    return std::find(list.begin(), list.end(), number) != list.end();
  }
  static std::string place_text(const Place& place) {
    return std::string(place.in_ram ? "lines " : "bytes ") + std::to_string(place.first) + " to " +
           std::to_string(place.end - 1) + (place.in_ram ? " of AI RAM" : " of main memory");
  }

  void find_outputs() {
    for (int i = 0; i < model_.output_count; ++i) {
      const Place place{false, static_cast<long long>(model_.outputs[i].start),
                        static_cast<long long>(model_.outputs[i].start + model_.outputs[i].bytes)};
      for (std::size_t s = stays_.size(); s-- > 0;)
        if (stays_[s].node >= 0 && stays_[s].place.meets(place)) {
          stays_[s].last = model_.node_count - 1;
          drawn_.network.layers[static_cast<std::size_t>(stays_[s].node)].output = true;
          break;
        }
    }
  }
  void add_bands() {
    for (const Stay& stay : stays_) {
      if (stay.last < 0) continue;
      const std::string who = stay.node < 0 ? "input" : "node " + std::to_string(stay.node);
      const double unit = stay.place.in_ram ? 1 : k210::line_bytes;
      (stay.place.in_ram ? drawn_.ai_ram : drawn_.main)
          .push_back({stay.tensor, who + ": " + place_text(stay.place), static_cast<double>(stay.place.first) / unit,
                      static_cast<double>(stay.place.end) / unit, stay.node, stay.last});
    }
  }

  const k210::Kmodel& model_;
  DrawnKpuNetwork drawn_{};
  std::vector<Stay> stays_{};
  int node_ = -1;
};

}  // namespace detail

/// A network that has been planned. `name` is the network's.
template <int N>
DrawnKpuNetwork drawn_network(const std::string& name, const k210::Plan<N>& plan, const k210::Device& device,
                              const Supply& supply) {
  DrawnKpuNetwork drawn;
  drawn.network.name = name;
  drawn.network.chip = string_of(device.name);
  drawn.network.facts = {
      {"Steps",
       std::to_string(plan.graph.size) + ", " + std::to_string(plan.graph.count(true)) + " of them on the processor"},
      {"AI RAM", grouped(plan.needed_lines) + " of " + grouped(device.ram_lines) + " lines of 64 bytes at once"}};
  detail::add_time(drawn, k210::least_cycles_of(plan.graph, device), supply);
  drawn.network.sources.push_back({0, "input", text_of(plan.graph.input)});
  for (int tensor = network_input; tensor < plan.graph.size; ++tensor) {
    const std::string title = tensor == network_input ? "input" : "step " + std::to_string(tensor);
    if (plan.map(tensor).placed()) drawn.ai_ram.push_back(detail::band_of(plan.map(tensor), tensor + 1, title));
    if (plan.main.map(tensor).placed()) drawn.main.push_back(detail::band_of(plan.main.map(tensor), tensor + 1, title));
    if (tensor == network_input) continue;
    const k210::KpuStep& step = plan.graph[tensor];
    DrawnLayer layer{title, detail::kpu_operation(step), text_of(step.out())};
    for (int source : step.sources) layer.reads.push_back(tensor_number(source));
    layer.output = step.output;
    layer.facts.push_back({"Output", layer.shape});
    if (plan.map(tensor).needed()) layer.facts.push_back({"AI RAM", "lines " + detail::kpu_lines(plan.map(tensor))});
    if (plan.main.map(tensor).needed())
      layer.facts.push_back({"Main memory", "lines " + detail::kpu_lines(plan.main.map(tensor))});
    const long long weights =
        step.on_cpu() ? 0 : static_cast<long long>(step.layer.weights()) * step.layer.weight_bytes;
    if (!step.on_cpu())
      layer.facts.push_back({"Weights", grouped(weights) + " bytes in " +
                                            std::to_string(k210::loads_of(step.layer, device).count) + " loads"});
    drawn.network.layers.push_back(layer);
    detail::add_weights(drawn, tensor, weights);
    if (step.on_cpu())
      detail::add_unknown_time(drawn.network.layers.back());
    else
      detail::add_cycles(drawn, tensor, k210::least_cycles_of(step.layer, device));
  }
  return drawn;
}

/// The same at the usual clock.
template <int N>
DrawnKpuNetwork drawn_network(const std::string& name, const k210::Plan<N>& plan, const k210::Device& device) {
  return drawn_network(name, plan, device, usual_supply(device));
}

/// A kmodel. `name` is the model's.
inline DrawnKpuNetwork drawn_network(const std::string& name, const k210::Kmodel& model,
                                     const Supply& supply = usual_supply(k210_kpu)) {
  DrawnKpuNetwork drawn = detail::KmodelReader(model, supply).drawn();
  drawn.network.name = name;
  return drawn;
}

}  // namespace incuse::report
