// Data sets in NumPy's files: one array of samples, one of labels or of targets.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <stdexcept>
#include <string>
#include <vector>

#include <incuse/import/npy.hpp>
#include <incuse/import/tensors.hpp>
#include <incuse/train/dataset.hpp>

namespace incuse::train {

/// Samples are N x C x H x W, N x H x W (one channel) or N x C x L for a network of one-dimensional layers: signed
/// bytes as they are, unsigned bytes as brightnesses. Labels are whole numbers, targets real ones, one row per sample.
class NpyDataset : public Dataset {
 public:
  /// `input`: the shape that the network reads. Throws std::runtime_error if the files cannot be read, or do not fit.
  NpyDataset(const std::string& samples, const std::string& answers, Shape input)
      : shape_(input), samples_(read_npy_tensor(samples)) {
    if (!samples_.ok()) throw std::runtime_error(samples_.error);
    if (samples_.type != NpyType::i1 && samples_.type != NpyType::u1)
      throw std::runtime_error(samples + ": samples are signed or unsigned bytes");
    const auto each = static_cast<std::size_t>(input.elements());
    size_ = samples_.shape.empty() ? 0 : static_cast<std::size_t>(samples_.shape[0]);
    if (size_ == 0 || samples_.bytes.size() != size_ * each)
      throw std::runtime_error(samples + ": there are not " + std::to_string(each) +
                               " values for each sample, which the network reads");
    read_answers(answers);
  }

  std::size_t size() const override { return size_; }
  Shape shape() const override { return shape_; }
  int label(std::size_t index) const override { return each_ == 0 ? labels_[index] : -1; }
  std::vector<float> targets(std::size_t index) const override {
    const auto first = targets_.begin() + static_cast<std::ptrdiff_t>(index * each_);
    return {first, first + static_cast<std::ptrdiff_t>(each_)};
  }
  void read(std::size_t index, std::int8_t* values) const override {
    const auto each = static_cast<std::size_t>(shape_.elements());
    const std::uint8_t* from = samples_.bytes.data() + index * each;
    for (std::size_t i = 0; i < each; ++i)
      values[i] = samples_.type == NpyType::u1 ? network_value(from[i]) : static_cast<std::int8_t>(from[i]);
  }

 private:
  void read_answers(const std::string& path) {
    const import::NamedTensors read = import::tensors_of_npy({path});
    if (!read.ok()) throw std::runtime_error(read.error);
    const NamedTensor& answers = read.tensors[0];
    if (answers.shape.empty() || static_cast<std::size_t>(answers.shape[0]) != size_)
      throw std::runtime_error(path + ": there is not one row for each sample");
    if (answers.shape.size() > 1) {
      targets_ = answers.values;
      each_ = targets_.size() / size_;
      return;
    }
    for (const float label : answers.values) labels_.push_back(static_cast<int>(label));
  }

  Shape shape_{};
  NpyTensor samples_{};
  std::size_t size_ = 0, each_ = 0;  ///< samples, targets of each
  std::vector<int> labels_{};
  std::vector<float> targets_{};
};

}  // namespace incuse::train
