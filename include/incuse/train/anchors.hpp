// Typical boxes of a data set: the anchors of a detector.
#pragma once

#include <algorithm>
#include <cstddef>
#include <vector>

#include <incuse/host/detection.hpp>
#include <incuse/train/samples.hpp>

namespace incuse::train {

/// `count` boxes of which one is like each box of the samples, the smallest first: means of groups, in which boxes are
/// nearer to their own mean than to others', by the area that they share when their centres are the same. In cells of a
/// grid. Fewer if there are fewer boxes; a single cell if there are none.
inline std::vector<host::Anchor> typical_boxes(const Samples& samples, Extent grid, std::size_t count) {
  std::vector<host::Anchor> all;
  for (const std::vector<host::LabelledBox>& own : samples.boxes)
    for (const host::LabelledBox& object : own)
      if (object.box.width > 0 && object.box.height > 0)
        all.push_back(
            {object.box.width * static_cast<float>(grid.width), object.box.height * static_cast<float>(grid.height)});
  if (all.empty()) return {{1, 1}};
  const auto area = [](const host::Anchor& own) { return own.width * own.height; };
  const auto by_area = [&](const host::Anchor& a, const host::Anchor& b) { return area(a) < area(b); };
  std::sort(all.begin(), all.end(), by_area);
  count = std::min(count, all.size());
  std::vector<host::Anchor> means;
  for (std::size_t k = 0; k < count; ++k) means.push_back(all[(2 * k + 1) * all.size() / (2 * count)]);
  const auto nearest = [&](const host::Anchor& own) {
    std::size_t best = 0;
    const auto shared = [&](std::size_t k) {
      return host::overlap({0, 0, own.width, own.height}, {0, 0, means[k].width, means[k].height});
    };
    for (std::size_t k = 1; k < means.size(); ++k)
      if (shared(k) > shared(best)) best = k;
    return best;
  };
  constexpr int rounds = 20;
  for (int round = 0; round < rounds; ++round) {
    std::vector<host::Anchor> sums(count, host::Anchor{0, 0});
    std::vector<float> sizes(count);
    for (const host::Anchor& own : all) {
      const std::size_t k = nearest(own);
      sums[k] = {sums[k].width + own.width, sums[k].height + own.height};
      ++sizes[k];
    }
    for (std::size_t k = 0; k < count; ++k)
      if (sizes[k] > 0) means[k] = {sums[k].width / sizes[k], sums[k].height / sizes[k]};
  }
  std::sort(means.begin(), means.end(), by_area);
  return means;
}

}  // namespace incuse::train
