// A kmodel of version 5 as pictures and cards show it: the layers of the KPU, in the file's order, with the maps that
// they read and write in AI RAM. What the processor does in between is counted by name.
#pragma once

#include <string>
#include <vector>

#include <incuse/hosted/strings.hpp>
#include <incuse/k210/kmodel/kmodel5.hpp>
#include <incuse/k210/plan/layout.hpp>
#include <incuse/report/drawn_k210.hpp>
#include <incuse/report/kmodel5_text.hpp>

namespace incuse::report {

namespace detail {

/// A map from the layer that writes it to the last one that reads it; tensor 0 comes from main memory.
struct Kmodel5Map {
  int tensor = 0;
  long long first = 0, end = 0;  ///< lines
  int first_layer = 0, last_layer = 0;

  bool meets(const Kmodel5Map& other) const { return first < other.end && other.first < end; }
};

inline Kmodel5Map kmodel5_map(int tensor, long long line, Shape shape, int layer) {
  return {tensor, line, line + k210::MapLayout(shape).lines(), layer, layer};
}

/// Notes that a layer reads a map. Returns the tensor of the layer that wrote there last; where none has, the map was
/// loaded for this layer.
inline int read_map(std::vector<Kmodel5Map>& maps, const Kmodel5Map& read) {
  for (std::size_t i = maps.size(); i-- > 0;)
    if (maps[i].meets(read)) {
      maps[i].last_layer = read.last_layer;
      return maps[i].tensor;
    }
  maps.push_back(read);
  return read.tensor;
}

inline Band band_of(const Kmodel5Map& map) {
  const std::string lines = "lines " + std::to_string(map.first) + " to " + std::to_string(map.end - 1) + " of AI RAM";
  const std::string who = map.tensor == 0 ? "from main memory" : "layer " + std::to_string(map.tensor - 1);
  return {map.tensor,      who + ": " + lines, static_cast<double>(map.first), static_cast<double>(map.end),
          map.first_layer, map.last_layer};
}

}  // namespace detail

/// A kmodel of version 5. `name` is the model's.
inline DrawnKpuNetwork drawn_network(const std::string& name, const k210::Kmodel5& model,
                                     const Supply& supply = usual_supply(k210_kpu)) {
  DrawnKpuNetwork drawn;
  drawn.network.name = name;
  drawn.network.chip = string_of(k210_kpu.name);
  drawn.network.sources.push_back(
      {0, "main memory", model.input_count > 0 ? detail::tensor_text(model.inputs[0]) : ""});
  const std::string steps = model.steps_known ? detail::kmodel5_counts(model) : "not named";
  drawn.network.facts = {{"Kmodel", "version 5: layers of the KPU; the processor's functions are counted"},
                         {"Layers", std::to_string(model.layer_count)},
                         {"Processor", steps.empty() ? "nothing" : steps},
                         {"File", grouped(static_cast<long long>(model.file_bytes)) + " bytes"},
                         {"Main memory", grouped(model.main_bytes()) + " bytes to work in"}};
  detail::add_time(drawn, least_cycles_of(model), supply);
  std::vector<detail::Kmodel5Map> maps;
  for (int i = 0; i < model.layer_count; ++i) {
    const k210::Kmodel5Layer& own = model.layers[i];
    const k210::LayerArguments at = decode(own.words);
    DrawnLayer layer{"layer " + std::to_string(i), layer_text(own.layer), text_of(own.layer.out())};
    layer.reads.push_back(read_map(maps, detail::kmodel5_map(0, at.image_src_addr, own.layer.in, i)));
    layer.output = own.main_output.bytes > 0;
    const detail::Kmodel5Map out = detail::kmodel5_map(i + 1, at.image_dst_addr, own.layer.out(), i);
    layer.facts = {{"Output", layer.shape},
                   {"Function", std::to_string(own.function)},
                   {"AI RAM", "lines " + std::to_string(out.first) + " to " + std::to_string(out.end - 1)},
                   {"Weights", grouped(own.weights.bytes) + " bytes"}};
    if (layer.output) layer.facts.push_back({"Main memory", grouped(own.main_output.bytes) + " bytes"});
    drawn.network.layers.push_back(layer);
    maps.push_back(out);
    detail::add_weights(drawn, i, own.weights.bytes);
    detail::add_cycles(drawn, i, detail::batch_cycles(own.layer, own.batches));
  }
  for (const detail::Kmodel5Map& map : maps) drawn.ai_ram.push_back(detail::band_of(map));
  return drawn;
}

}  // namespace incuse::report
