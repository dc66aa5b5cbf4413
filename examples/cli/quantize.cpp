#include "quantize.hpp"

#include <cmath>
#include <cstdio>
#include <filesystem>
#include <string>
#include <system_error>

#include <incuse/export/checkpoint.hpp>
#include <incuse/import/quantised_checkpoint.hpp>
#include <incuse/import/tensor_files.hpp>
#include <incuse/report/quantising_svg.hpp>
#include <incuse/report/table.hpp>

#include "calibrate.hpp"
#include "choices.hpp"
#include "loaded_network.hpp"
#include "numbers.hpp"
#include "output.hpp"
#include "output_files.hpp"

namespace cli {

std::vector<std::string> inputs_of(const CheckpointRequest& request) {
  std::vector<std::string> paths;
  for (const std::string& path : {request.input, request.network, request.calibration, request.typical}) {
    if (path.empty()) continue;
    paths.push_back(path);
    std::error_code none;  // where it is no folder
    for (const auto& entry : std::filesystem::directory_iterator(path, none))
      if (entry.path().extension() == ".npy") paths.push_back(entry.path().string());
  }
  return paths;
}

namespace {

namespace files = incuse::import;

/// How the command line calls a way to choose the factor of weights.
std::string name_of(files::WeightScale method) {
  for (const auto& [scale, name] : files::weight_scales)
    if (scale == method) return std::string(name);
  return {};
}

incuse::import::CheckpointOptions checkpoint_options(const CheckpointRequest& request) {
  files::CheckpointOptions options;
  for (const auto& [scale, name] : files::weight_scales)
    if (name == request.method) options.quantiser.scale = scale;
  options.quantiser.constant = request.scale;
  options.quantiser.deviations = request.deviations;
  options.bits = request.bits;
  options.batch_norm_epsilon = request.epsilon.value_or(files::default_batch_norm_epsilon);
  options.batch_norms = norm_pairs(request);
  if (request.division != 0)
    options.batch_norm_division =
        request.division == 4 ? files::BatchNormDivision::by_4 : files::BatchNormDivision::by_1;
  for (const std::string& layer : request.transposed)
    if (!options.transposed.insert(layer).second)
      throw UsageError("--transposed names the layer '" + layer + "' twice: leave one of them out");
  for (const std::string& own : request.layer_bits) {
    const std::size_t sign = own.rfind('=');
    const std::string bits = sign == std::string::npos ? "" : own.substr(sign + 1);
    if (bits != "1" && bits != "2" && bits != "4" && bits != "8")
      throw UsageError("--layer-bits takes a layer and 1, 2, 4 or 8 bits, as in conv1=4, not '" + own + "'");
    const std::string layer = own.substr(0, sign);
    if (!options.layer_bits.emplace(layer, bits[0] - '0').second)
      throw UsageError("--layer-bits names the layer '" + layer + "' twice: leave one of them out");
  }
  return options;
}

files::NamedTensors read(const CheckpointRequest& request) {
  files::NamedTensors source = files::read_tensors(request.input);
  if (!source.ok()) throw UsageError(source.error);
  return source;
}

std::string picture_of(const CheckpointRequest& request, const files::ChangedCheckpoint& changed) {
  std::vector<incuse::report::QuantisingLoss> losses;
  for (const files::LayerReport& layer : changed.layers) {
    const auto all = static_cast<double>(layer.weights);
    losses.push_back({incuse::printable(layer.name), layer.bits, layer.signal_to_noise,
                      static_cast<double>(layer.saturated) / all, static_cast<double>(layer.zeros) / all});
  }
  return incuse::report::quantising_svg(losses, "Weights of " + incuse::printable(request.input));
}

ExitCode write_checkpoint(const CheckpointRequest& request, const files::NamedTensors& source,
                          const files::ChangedCheckpoint& changed, incuse::CheckpointFacts facts) {
  if (!changed.ok()) {
    for (const std::string& error : changed.errors) say(stderr, error);
    return ExitCode::findings;
  }
  expect_batch_norms(request, changed.batch_norms);
  for (const std::string& note : changed.notes) say(stderr, "note: " + note);
  facts.epoch = source.epoch;
  facts.arch = request.arch.empty() ? source.arch : request.arch;
  std::vector<OutputFile> written = {{request.output, incuse::checkpoint_bytes(changed.tensors, facts)}};
  if (!request.report.empty()) written.push_back({request.report, picture_of(request, changed)});
  write_files(written, inputs_of(request));
  return ExitCode::success;
}

std::string decibels(double ratio) { return std::isinf(ratio) ? "exact" : incuse::report::fixed(ratio, 1); }
std::string percent(long long part, long long whole) {
  return incuse::report::fixed(100.0 * static_cast<double>(part) / static_cast<double>(whole), 2);
}

void add_common_options(CLI::App& verb, CheckpointRequest& request) {
  const auto name = [](CLI::Option* option, const char* type) { return option->type_name(type); };
  name(
      verb.add_option("input", request.input,
                      "State of a trained network: a checkpoint of PyTorch (.pth.tar, .pt), .npz, or a folder of .npy"),
      "FILE")
      ->required();
  name(verb.add_option("-o,--output", request.output, "Checkpoint to write (.pth.tar)"), "FILE")->required();
  add_batch_norm_options(verb, request);
  name(verb.add_option("--transposed", request.transposed,
                       "Layers whose weights are [in][out], where the number of channels does not tell"),
       "LAYER");
  name(
      verb.add_option("--arch", request.arch, "Name of the architecture in the new checkpoint; else that of the input"),
      "NAME");
}

void add_method_options(CLI::App& verb, CheckpointRequest& request, FlagUses& uses) {
  std::vector<std::string> methods;
  for (const auto& [scale, name] : files::weight_scales) methods.emplace_back(name);
  one_of(verb.add_option("--method,--clip-method", request.method,
                         "What weights are multiplied by: MAX_BIT_SHIFT is a power of two, which the output shift "
                         "undoes"),
         methods)
      ->capture_default_str();
  const auto add_number = [&](const char* flag, float& number, const char* meaning, files::WeightScale method) {
    const std::string name = name_of(method);
    CLI::Option* option = verb.add_option(flag, number, meaning)->capture_default_str()->check(float_above_0);
    uses.goes_with(option->type_name("NUMBER"), "--method " + name,
                   [&request, name] { return request.method == name; });
  };
  add_number("--scale", request.scale, "The factor of SCALE", files::WeightScale::constant);
  add_number("--stddev", request.deviations, "The number of standard deviations of STDDEV",
             files::WeightScale::standard_deviations);
  one_of(verb.add_option("--bits,--qat-weight-bits", request.bits, "Bits of layers for which the input says nothing"),
         {1, 2, 4, 8})
      ->default_str("8");
  verb.add_option("--layer-bits", request.layer_bits, "Bits of single layers, before what the input says: conv1=4")
      ->type_name("LAYER=BITS");
}

void add_calibration_options(CLI::App& verb, CheckpointRequest& request, FlagUses& uses) {
  CLI::Option* calibration =
      verb.add_option(
              "--calibrate", request.calibration,
              "Typical inputs of --network, .npy of signed bytes or a folder of them: shifts with which all its\n"
              "tensors fit, for networks that were trained without the chip in mind")
          ->type_name("FILE");
  CLI::Option* network =
      verb.add_option("--network", request.network,
                      "Network description (YAML) for --calibrate; it says how many bits layers have")
          ->type_name("FILE");
  uses.goes_with(calibration, "--network", [network] { return network->count() > 0; });
  CLI::Option* shape =
      verb.add_option("--input-shape", request.input_shape, "Size of the network's input: CxHxW or CxL")
          ->type_name("SHAPE");
  CLI::Option* device =
      listing(verb.add_option("--device", request.device, "Chip that the network is for"), device_names());
  CLI::Option* memory =
      verb.add_option(
              "--weight-memory", request.weight_memory,
              "Bytes that the weights may take: layers for which the network says no bits get as many as lose the\n"
              "least signal of its outputs")
          ->check(above_0)
          ->type_name("BYTES");
  for (const CLI::Option* option : {network, shape, device, memory})
    uses.goes_with(option, "--calibrate", [calibration] { return calibration->count() > 0; });
  uses.yields_to(verb.get_option("--method"), calibration, "shifts then follow from the ranges of tensors");
  for (const char* flag : {"--bits", "--layer-bits"})
    uses.yields_to(verb.get_option(flag), calibration, "--network says how many bits layers have");
  uses.yields_to(verb.get_option("--transposed"), calibration, "--network says which layers are transposed");
}

}  // namespace

incuse::import::NormPairs norm_pairs(const CheckpointRequest& request) {
  files::NormPairs pairs;
  for (const std::string& pair : request.batch_norms) {
    const std::size_t sign = pair.find('=');
    if (sign == std::string::npos || sign == 0 || sign + 1 == pair.size())
      throw UsageError("--batch-norm takes a layer and the batch norm behind it, as in conv1=bn1, not '" + pair + "'");
    const std::string layer = pair.substr(0, sign);
    if (!pairs.emplace(layer, pair.substr(sign + 1)).second)
      throw UsageError("--batch-norm names the layer '" + layer + "' twice: leave one of them out");
  }
  return pairs;
}

void expect_batch_norms(const CheckpointRequest& request, int folded) {
  std::vector<std::string> lines;
  const auto refuse = [&](const char* flag) {
    lines.push_back(std::string(flag) + " has no effect, since no batch norm of " + request.input +
                    " is folded: leave it out");
  };
  if (folded == 0 && request.epsilon) refuse("--batch-norm-epsilon");
  if (folded == 0 && request.division != 0) refuse("--batch-norm-division");
  if (!lines.empty()) throw UsageError(lines);
}

void add_batch_norm_options(CLI::App& verb, CheckpointRequest& request) {
  verb.add_option("--batch-norm", request.batch_norms,
                  "Layers and the batch norms that are computed behind them, where names and order do not tell: "
                  "conv1=bn1")
      ->type_name("LAYER=NORM");
  verb.add_option("--batch-norm-epsilon", request.epsilon,
                  "eps of the batch norm modules; the vendor's tool for checkpoints takes 1e-20")
      ->default_str("1e-05")
      ->check(from_0)
      ->type_name("NUMBER");
  one_of(verb.add_option(
             "--batch-norm-division", request.division,
             "Divide by 1 or by 4 behind a batch norm; else by 4 in the vendor's modules (conv1.op, conv1.bn)"),
         {1, 4});
}

void add_quantize_options(CLI::App& verb, CheckpointRequest& request, FlagUses& uses) {
  add_common_options(verb, request);
  add_method_options(verb, request, uses);
  add_calibration_options(verb, request, uses);
  verb.add_option("--report", request.report, "Picture of what is lost in every layer, to be written (.svg)")
      ->type_name("FILE");
}

void add_fold_options(CLI::App& verb, CheckpointRequest& request) { add_common_options(verb, request); }

ExitCode quantize(const CheckpointRequest& request) {
  const files::NamedTensors source = read(request);
  if (!request.network.empty()) {
    files::LoadOptions options;
    options.batch_norm_epsilon = request.epsilon.value_or(files::default_batch_norm_epsilon);
    options.batch_norms = norm_pairs(request);
    options.batch_norm_division = checkpoint_options(request).batch_norm_division;
    return calibrate(request, source, options);
  }
  const files::ChangedCheckpoint changed = files::quantised_checkpoint(source, checkpoint_options(request));
  incuse::CheckpointFacts facts;
  facts.extras.emplace_back("clipping_method", request.method);
  const ExitCode code = write_checkpoint(request, source, changed, facts);
  if (code != ExitCode::success) return code;
  incuse::report::Table table("lrrrrrr");
  table.add({"layer", "bits", "shift", "weights", "dB", "% saturated", "% zero"});
  for (const files::LayerReport& layer : changed.layers)
    table.add({incuse::printable(layer.name), std::to_string(layer.bits), std::to_string(layer.output_shift),
               incuse::grouped(layer.weights), decibels(layer.signal_to_noise), percent(layer.saturated, layer.weights),
               percent(layer.zeros, layer.weights)});
  std::fputs(table.text().c_str(), stdout);
  return code;
}

ExitCode fold_batch_norm(const CheckpointRequest& request) {
  const files::NamedTensors source = read(request);
  files::ChangedCheckpoint changed = files::fold_batch_norms(source, checkpoint_options(request));
  if (changed.ok() && changed.batch_norms == 0)
    changed.notes.push_back(request.input + ": there is no batch norm: nothing is folded");
  return write_checkpoint(request, source, changed, {});
}

}  // namespace cli
