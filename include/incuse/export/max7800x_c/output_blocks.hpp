// Outputs in the data memories, as a C program reads them: blocks of up to four channels. See max7800x_c_source.hpp.
#pragma once

#include <algorithm>
#include <cstdint>
#include <vector>

#include <incuse/max7800x/device.hpp>
#include <incuse/max7800x/unload.hpp>

namespace incuse::c_source::detail {

/// Words of up to four channels of a layer's output: a pixel every `step` bytes.
struct OutputBlock {
  std::uint32_t address = 0;
  std::uint32_t step = 0;
  unsigned lanes = 0;     ///< that hold channels, one bit each
  int first_channel = 0;  ///< in the lowest of them
};

constexpr std::uint32_t lanes_mask(unsigned lanes) {
  std::uint32_t mask = 0;
  for (int lane = 0; lane < max7800x::processors_per_instance; ++lane)
    if ((lanes >> lane & 1) != 0) mask |= 0xffu << 8 * lane;
  return mask;
}

inline std::vector<OutputBlock> output_blocks(const max7800x::TensorLayout& layout, const max7800x::Device& device) {
  std::vector<OutputBlock> blocks;
  for (int pass = 0; pass < layout.passes.count; ++pass) {
    int channel = pass * layout.passes.channels;
    const int end = std::min(layout.shape.channels, channel + layout.passes.channels);
    max7800x::for_each_block(layout.processors, [&](int block) {
      OutputBlock found{device.data_address(block, layout.offset + 4 * layout.word_index(0, pass)),
                        4 * static_cast<std::uint32_t>(layout.word_index(1, 0)), 0, channel};
      for (int lane = 0; lane < max7800x::processors_per_instance; ++lane) {
        if ((layout.processors >> (block + lane) & 1) == 0 || channel >= end) continue;
        found.lanes |= 1u << lane;
        ++channel;
      }
      if (found.lanes != 0) blocks.push_back(found);
    });
  }
  return blocks;
}

}  // namespace incuse::c_source::detail
