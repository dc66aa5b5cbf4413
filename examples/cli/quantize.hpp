// Verbs about the tensors of a trained network: quantize, fold-batch-norm, weights.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include <CLI/CLI.hpp>

#include <incuse/import/state_modules.hpp>

#include "flag_uses.hpp"
#include "request.hpp"

namespace cli {

/// What the command line asks of a checkpoint.
struct CheckpointRequest {
  std::string input{}, output{};
  std::string method = "MAX_BIT_SHIFT";
  float scale = 0.85F;
  float deviations = 2;
  std::optional<int> bits{};               ///< of layers that say nothing; none: 8
  std::vector<std::string> layer_bits{};   ///< "conv1=4"
  std::optional<float> epsilon{};          ///< none: that of PyTorch
  int division = 0;                        ///< 1, 4, or 0: by the layers' names
  std::vector<std::string> batch_norms{};  ///< "conv1=bn1"
  std::vector<std::string> transposed{};
  std::string arch{};
  std::string network{};      ///< description; empty: the input alone
  std::string calibration{};  ///< file or folder of inputs
  std::string input_shape{};
  std::string device{};
  std::string matching = "automatic";  ///< how layers find their tensors
  bool tolerate_extra = false;         ///< tensors without a layer are no errors
  std::string name{};                  ///< namespace of a header
  std::string report{};                ///< picture of the table; empty: none
  std::string typical{};               ///< K210: file or folder of inputs in real numbers, which tell ranges
  RangeRequest ranges{};
  long long weight_memory = 0;  ///< bytes that the weights may take; 0: bits are what they are
};

/// All files that the request reads, those of its folders too.
std::vector<std::string> inputs_of(const CheckpointRequest& request);

/// `uses` gets what goes with which method, and with --calibrate.
void add_quantize_options(CLI::App& verb, CheckpointRequest& request, FlagUses& uses);
/// `batch_norms` as the library takes them. Throws UsageError.
incuse::import::NormPairs norm_pairs(const CheckpointRequest& request);
/// Refuses the flags about batch norms where none is folded. Throws UsageError.
void expect_batch_norms(const CheckpointRequest& request, int folded);
void add_batch_norm_options(CLI::App& verb, CheckpointRequest& request);
void add_fold_options(CLI::App& verb, CheckpointRequest& request);
ExitCode quantize(const CheckpointRequest& request);
ExitCode fold_batch_norm(const CheckpointRequest& request);

/// The header with the parameters of a network type, or of a description.
void add_weights_options(CLI::App& verb, CheckpointRequest& request);
ExitCode weights(const CheckpointRequest& request);

}  // namespace cli
