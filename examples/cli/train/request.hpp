// What the command line of incuse-train asks for, and what its verbs do.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include <incuse/hosted/named_tensor.hpp>
#include <incuse/train/pruning.hpp>
#include <incuse/train/trainer.hpp>

#include <examples/cli/request.hpp>

namespace cli {
struct LoadedNetwork;
}

namespace cli::training {

/// Samples and what they are: a folder of pictures or sounds by class, a CSV file, idx files or .npy files.
struct DataRequest {
  std::string samples{};
  std::string answers{};   ///< labels or targets; a folder and CSV need none
  int sound_rate = 16000;  ///< values per second that the network reads
  double unit = 1;         ///< of numbers in CSV: what becomes 1.0
  bool boxes = false;      ///< `samples` is a folder of pictures, `answers` says which boxes are in them
};

struct TrainRequest {
  Request network{};
  DataRequest data{}, validation{};
  double split = 0.1;  ///< share of the samples that validate where no others are given
  std::string output{};
  std::string policy{};
  std::string schedule{};  ///< the vendor's file
  std::string resume{};
  std::string events{};  ///< folder for TensorBoard's files; empty: none
  std::string start{};   ///< checkpoint whose parameters are the first ones
  incuse::train::PruningOptions pruning{0, 4, {}};
  std::string checkpoint{};                  ///< of evaluate
  std::string tables{};                      ///< of evaluate: how the names of CSV files begin; empty: none
  std::string features{};                    ///< the layer whose outputs they have; empty: the input
  std::string teacher{}, teacher_network{};  ///< checkpoint, and description if it is another one
  int qat_epochs = -1;                       ///< the last epochs, which round; -1: a third
  bool no_qat = false;
  bool no_batch_norm = false;
  bool no_bias = false;
  bool json = false;
  bool targets = false;   ///< the answers are numbers that the outputs are to equal, in .npy files
  bool boxes = false;     ///< the answers are boxes, in a CSV file
  std::string anchors{};  ///< "1.7x1.7,2.8x2.8"; empty: typical boxes of the samples
  int candidates = 20;    ///< of a search
  incuse::train::ModelOptions model{};
  incuse::train::Settings settings{};
};

/// A network to train, with biases.
incuse::train::Network network_of(const TrainRequest& request);
/// The same of one that is read already, and has no errors.
incuse::train::Network trainable(const LoadedNetwork& network, const TrainRequest& request);

/// What a shift brings in from outside: black of pictures, silence of sounds, zeros of signals.
int value_outside(const DataRequest& request);

/// Reads samples. Throws std::runtime_error.
incuse::train::Samples samples_of(const DataRequest& request, incuse::Shape input);

/// Samples to train with, and to validate with. Throws std::runtime_error.
std::pair<incuse::train::Samples, incuse::train::Samples> divided(const TrainRequest& request, incuse::Shape input);

/// What a detector for samples with boxes puts out: their classes, and the anchors that are asked for. Throws
/// UsageError.
incuse::train::DetectionLoss detection_of(const TrainRequest& request, const incuse::train::Samples& samples,
                                          incuse::Shape output);

/// When rounding starts, and with how many bits. Throws UsageError.
incuse::train::Policy policy_of(const TrainRequest& request);

/// How the learning rate changes. Throws UsageError.
incuse::train::Schedule schedule_of(const TrainRequest& request);

/// The tensors of a checkpoint, and whether it has batch norm. Throws UsageError.
std::vector<incuse::NamedTensor> tensors_of(const std::string& checkpoint, bool& has_batch_norm);

/// By how much real numbers exceed the outputs of a layer: 32-bit outputs of a rounded model are not shifted.
double output_factor(const incuse::train::Model& model, int layer);

ExitCode train_network(TrainRequest request);
ExitCode evaluate_network(const TrainRequest& request);
ExitCode search_networks(const TrainRequest& request);

/// A text between quotes, as JSON has it.
std::string quoted(const std::string& text);

}  // namespace cli::training
