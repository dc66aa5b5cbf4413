// Fuzz target of the description reader: any text is read or refused, and no description makes the graph overflow.
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include <incuse/import/description_graph.hpp>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const incuse::NetworkDescription description =
      incuse::parse_description(std::string(reinterpret_cast<const char*>(data), size), "fuzz.yaml", incuse::max78000);
  std::vector<incuse::LayerTensors> tensors;
  for (const incuse::DescribedLayer& layer : description.layers)
    if (layer.owns_weights()) {
      const incuse::Extent kernel = layer.layer.kernel;
      std::vector<int> shape{4, 3};
      if (layer.layer.op == incuse::Operator::conv1d) shape.push_back(kernel.height);
      if (layer.layer.op == incuse::Operator::conv2d || layer.layer.op == incuse::Operator::conv_transpose2d)
        shape.insert(shape.end(), {kernel.height, kernel.width});
      tensors.push_back({shape, 0, {}, {}});
    }
  incuse::graph_from(description, tensors, {3, 32, 32}, incuse::max78000);
  return 0;
}
