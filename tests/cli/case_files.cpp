// Turns a reference case into what the program incuse reads: a folder of weights, biases, shifts and widths, the input
// and the expected output. Prints the case's flags.
//
//     incuse_case_files CASE FOLDER
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <filesystem>
#include <string>

#include <incuse/import/trained.hpp>

#include <conformance/case_runner.hpp>

namespace {

using conformance::ReferenceCase;

std::string two_digits(int number) { return (number < 10 ? "0" : "") + std::to_string(number); }

void write(const std::string& path, const incuse::NpyArray& array) {
  if (!incuse::write_npy(path, array)) throw conformance::DamagedCase(path + " cannot be written");
}

/// The tables hold weights as [out * in][kernel ...] or [1][out][in].
incuse::NpyArray weights_of(const ReferenceCase& reference, int layer, incuse::Operator op) {
  incuse::NpyArray array = reference.array("w" + two_digits(layer));
  const std::vector<int> channels = reference.numbers(layer, "output_channels");
  if (channels.empty()) throw conformance::DamagedCase("a layer has no number of output channels");
  const int outputs = channels[0];
  const int rows = op == incuse::Operator::linear ? static_cast<int>(array.values.size()) : array.shape.at(0);
  std::vector<int> shape{outputs, rows / outputs};
  if (op != incuse::Operator::linear) shape.insert(shape.end(), array.shape.begin() + 1, array.shape.end());
  array.shape = shape;
  return array;
}

void write_layer(const ReferenceCase& reference, int number, const incuse::DescribedLayer& layer,
                 const std::string& folder) {
  const std::string stem = folder + "/" + (layer.name.empty() ? std::to_string(layer.sequence) : layer.name);
  write(stem + ".weight.npy", weights_of(reference, number, layer.layer.op));
  if (reference.has("b" + two_digits(number))) write(stem + ".bias.npy", reference.array("b" + two_digits(number)));
  // The tables give the shift that the registers are made from: 8 - bits is added already.
  const int bits = static_cast<int>(std::abs(conformance::number_in(reference.parameter(number, "quantization"))));
  const auto shift = conformance::number_in(reference.parameter(number, "output_shift")) - (8 - bits);
  write(stem + ".weight_bits.npy", {incuse::NpyType::i1, {1}, {bits}});
  write(stem + ".output_shift.npy", {incuse::NpyType::i4, {1}, {shift}});
}

void write_case(const std::string& case_folder, const std::string& folder) {
  const auto cases = conformance::find_cases(case_folder);
  if (cases.size() != 1) throw conformance::DamagedCase(case_folder + " is not the folder of one case");
  const ReferenceCase reference(cases[0]);
  const incuse::NetworkDescription description =
      incuse::read_description(reference.file("network.yaml").string(), conformance::device_of(cases[0]));
  std::filesystem::create_directories(folder);
  for (std::size_t i = 0; i < description.layers.size(); ++i)
    if (description.layers[i].owns_weights() && reference.has("w" + two_digits(static_cast<int>(i))))
      write_layer(reference, static_cast<int>(i), description.layers[i], folder);
  if (reference.has("input")) write(folder + "/input.npy", reference.array("input"));
  const auto outputs = reference.entry().accepted ? reference.outputs() : std::vector<conformance::ReferenceOutput>();
  if (!outputs.empty() && !outputs.back().role.empty())
    write(folder + "/output.npy", reference.array(outputs.back().role));
  const std::string flags = reference.meta("flags");
  std::printf("%s\n", flags == "-" ? "" : flags.c_str());
}

}  // namespace

int main(int argc, char** argv) {
  try {
    if (argc != 3) throw conformance::DamagedCase("usage: incuse_case_files CASE FOLDER");
    write_case(argv[1], argv[2]);
    return 0;
  } catch (const std::exception& problem) {
    std::fprintf(stderr, "incuse_case_files: %s\n", problem.what());
    return 1;
  }
}
