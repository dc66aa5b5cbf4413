// What the command line of incuse-train asks for, and what its verbs do.
#pragma once

#include <string>
#include <vector>

#include <incuse/train/trainer.hpp>

#include <examples/cli/request.hpp>

namespace cli::training {

/// Samples and what they are: a folder of pictures by class, idx files or .npy files.
struct DataRequest {
  std::string samples{};
  std::string answers{};  ///< labels or targets; a folder needs none
};

struct TrainRequest {
  Request network{};
  DataRequest data{}, validation{};
  double split = 0.1;  ///< share of the samples that validate where no others are given
  std::string output{};
  std::string policy{};
  std::string resume{};
  std::string checkpoint{};  ///< of evaluate
  int qat_epochs = -1;       ///< the last epochs, which round; -1: a third
  bool no_qat = false;
  bool no_batch_norm = false;
  bool no_bias = false;
  bool json = false;
  bool targets = false;  ///< the answers are numbers that the outputs are to equal, in .npy files
  incuse::train::ModelOptions model{};
  incuse::train::Settings settings{};
};

/// A network to train, with biases.
incuse::train::Network network_of(const TrainRequest& request);

/// Reads samples. Throws std::runtime_error.
incuse::train::Samples samples_of(const DataRequest& request, incuse::Shape input);

ExitCode train_network(TrainRequest request);
ExitCode evaluate_network(const TrainRequest& request);

/// A text between quotes, as JSON has it.
std::string quoted(const std::string& text);

}  // namespace cli::training
