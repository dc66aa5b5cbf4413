// Writes the weights and biases of a case of the reference tables as a header for its typed test.
//
//     typed_case_parameters CASE_FOLDER HEADER
#include <cstdio>
#include <deque>
#include <exception>
#include <fstream>
#include <string>
#include <vector>

#include <incuse/export/cpp_source.hpp>

#include <conformance/reference_case.hpp>

namespace {

using conformance::DamagedCase;
using conformance::ReferenceCase;

/// The parameters of a case, and what they point to.
struct Stored {
  std::vector<incuse::LayerParameters> layers{};
  std::deque<std::string> texts{};

  incuse::Text keep(std::string text) {
    texts.push_back(std::move(text));
    return {texts.back().data(), static_cast<int>(texts.back().size())};
  }
  incuse::Tensor tensor(const incuse::NpyArray& array, const std::vector<int>& shape) {
    std::string bytes;
    for (std::int64_t value : array.values) {
      if (value < -128 || value > 127) throw DamagedCase("a weight or bias does not fit a signed byte");
      bytes += static_cast<char>(value);
    }
    incuse::Tensor tensor;
    tensor.count = static_cast<long long>(bytes.size());
    tensor.bytes = keep(std::move(bytes)).data;
    for (int size : shape) tensor.dimensions[tensor.rank++] = size;
    if (tensor.elements() != tensor.count) throw DamagedCase("an array does not have the shape that params.txt says");
    return tensor;
  }
};

/// [out][in][kernel...]: the tables join out and in, and have linear layers in several forms.
std::vector<int> weight_shape(const ReferenceCase& reference, int layer) {
  const std::vector<int> stored = reference.numbers(layer, "weight_shape");
  const std::vector<int> outputs = reference.numbers(layer, "output_channels");
  if (stored.empty() || outputs.size() != 1 || outputs[0] < 1) throw DamagedCase("a weight has no shape");
  int total = 1;
  for (int size : stored) total *= size;
  if (reference.parameter(layer, "operator") == "linear") return {outputs[0], total / outputs[0]};
  std::vector<int> shape{outputs[0], stored[0] / outputs[0]};
  shape.insert(shape.end(), stored.begin() + 1, stored.end());
  return shape;
}

Stored parameters_of(const ReferenceCase& reference) {
  Stored stored;
  const int layers = static_cast<int>(conformance::number_in(reference.meta("final_layer"))) + 1;
  for (int i = 0; i < layers; ++i) {
    std::string number = i < 10 ? "0" : "";
    number += std::to_string(i);
    if (!reference.has("w" + number)) continue;
    incuse::LayerParameters own;
    own.name = stored.keep(std::string("layer") + number);
    own.weight = stored.tensor(reference.array("w" + number), weight_shape(reference, i));
    if (reference.has("b" + number)) {
      const incuse::NpyArray bias = reference.array("b" + number);
      own.bias = stored.tensor(bias, {static_cast<int>(bias.values.size())});
    }
    stored.layers.push_back(own);
  }
  return stored;
}

/// Every source has parameters of its own: their name is not known outside.
std::string header(const ReferenceCase& reference) {
  const Stored stored = parameters_of(reference);
  std::string source = "struct typed_case_parameters {};\n";  // of a network without weights
  if (!stored.layers.empty())
    source = incuse::cpp::parameters_struct("typed_case_parameters",
                                            {stored.layers.data(), static_cast<int>(stored.layers.size())});
  return "// Written by the build; do not edit.\n"
         "#pragma once\n\n"
         "#include <incuse/model/parameters.hpp>\n\n"
         "namespace {\n\n" +
         source + "\n}  // namespace\n";
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 3) {
    std::fprintf(stderr, "usage: typed_case_parameters CASE_FOLDER HEADER\n");
    return 2;
  }
  try {
    const std::vector<conformance::CaseEntry> cases = conformance::find_cases(argv[1]);
    if (cases.size() != 1) throw DamagedCase("this is not one case");
    std::ofstream out(argv[2], std::ios::binary);
    out << header(ReferenceCase(cases[0]));
    if (!out.flush()) throw DamagedCase("the header cannot be written");
  } catch (const std::exception& problem) {
    std::fprintf(stderr, "typed_case_parameters: %s: %s\n", argv[1], problem.what());
    return 1;
  }
}
