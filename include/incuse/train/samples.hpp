// Samples in memory, as training reads them.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include <incuse/core/shape.hpp>
#include <incuse/host/boxes.hpp>

namespace incuse::train {

/// The value that a network reads for a brightness of 0 … 255: (v / 255 - 1/2) 256, rounded and clipped to a byte. That
/// is v - 128 + v / 255, whose last term rounds to 1 from v = 128 on.
constexpr std::int8_t network_value(int brightness) {
  const int value = brightness - 128 + (brightness >= 128 ? 1 : 0);
  return static_cast<std::int8_t>(value > 127 ? 127 : value);
}

/// All samples of a data set.
struct Samples {
  Shape shape{};
  std::vector<std::int8_t> values{};  ///< one sample after the other
  std::vector<int> labels{};
  std::vector<float> targets{};  ///< as many per sample; none: there are classes
  std::vector<std::string> classes{};
  std::vector<std::vector<host::LabelledBox>> boxes{};  ///< of detectors: what is in each sample

  std::size_t size() const { return labels.size(); }
  std::size_t elements() const { return static_cast<std::size_t>(shape.elements()); }
  const std::int8_t* sample(std::size_t index) const { return values.data() + index * elements(); }
  std::size_t targets_each() const { return size() == 0 ? 0 : targets.size() / size(); }
};

/// The samples with these indices.
inline Samples chosen(const Samples& samples, const std::vector<std::size_t>& indices) {
  Samples result{samples.shape, {}, {}, {}, samples.classes, {}};
  const std::size_t each = samples.targets_each();
  for (const std::size_t i : indices) {
    result.values.insert(result.values.end(), samples.sample(i), samples.sample(i) + samples.elements());
    result.labels.push_back(samples.labels[i]);
    for (std::size_t k = 0; k < each; ++k) result.targets.push_back(samples.targets[i * each + k]);
    if (!samples.boxes.empty()) result.boxes.push_back(samples.boxes[i]);
  }
  return result;
}

}  // namespace incuse::train
