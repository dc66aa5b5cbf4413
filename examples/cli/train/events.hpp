// What TensorBoard shows of a training.
#pragma once

#include <string>

#include <incuse/train/samples.hpp>
#include <incuse/train/tensorboard.hpp>
#include <incuse/train/trainer.hpp>

namespace cli::training {

/// Numbers, weights and answers of every epoch. The samples are those that validate; without some there are no answers.
class EventLog {
 public:
  EventLog(const std::string& folder, const incuse::train::Samples& samples, bool classifies)
      : writer_(folder), samples_(&samples), classifies_(classifies && samples.size() > 0) {}

  /// After an epoch: loss, accuracy, rate, histograms of parameters, precision and recall of classes.
  void add(const incuse::train::EpochReport& report, const incuse::train::Model& model,
           incuse::train::Trainer& trainer);
  /// In the end: the pictures that the network is most wrong about.
  void add_worst(int epoch, const incuse::train::Model& model, incuse::train::Trainer& trainer);

 private:
  incuse::train::TensorBoardWriter writer_;
  const incuse::train::Samples* samples_;
  bool classifies_;
};

}  // namespace cli::training
