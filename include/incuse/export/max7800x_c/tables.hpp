// weights.h, sampledata.h and sampleoutput.h: contents of the memories, as macros. See max7800x_c_source.hpp.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include <incuse/export/max7800x_c/output_blocks.hpp>
#include <incuse/export/max7800x_c/project.hpp>
#include <incuse/max7800x/tables/bias.hpp>
#include <incuse/max7800x/tables/weights.hpp>

namespace incuse::c_source::detail {

template <int N>
std::string weights_file(const Project<N>& project) {
  std::vector<std::uint32_t> words;
  max7800x::emit_weights(project.graph, project.plan, project.device, project.parameters, project.options,
                         [&](std::uint32_t word) { words.push_back(word); });
  std::string text = table(project.macro("KERNELS"), words, true);
  for (int g = 0; g < max7800x::groups; ++g) {
    std::vector<std::uint8_t> values;
    max7800x::emit_bias(project.graph, project.plan, project.parameters, g,
                        [&](std::uint8_t value) { values.push_back(value); });
    if (!values.empty()) text += table(project.macro("BIAS_" + std::to_string(g)), values, false);
  }
  return project.banner("contents of the weight and bias memories") + project.include_guard("WEIGHTS_H", text);
}

template <int N>
std::string sample_data_file(const Project<N>& project) {
  std::string text =
      filled("/* @shape@, as it lies in the data memories: four @what@ in a word. */\n\n",
             {{"shape", text_of(project.graph.input, " x ")},
              {"what", project.layout.channels_first ? "pixels of one channel" : "channels of one pixel"}});
  for (std::size_t i = 0; i < project.input.size(); ++i) {
    text += "/* To " + hex(project.input[i].address) + " */\n";
    text += table(project.macro(project.input_name(i)), project.input[i].words, true);
  }
  return project.banner("a sample input") + project.include_guard("SAMPLEDATA_H", text);
}

/// Records of address, mask, number of words, words; an address of 0 ends them.
class ExpectedStream {
 public:
  void add(const max7800x::TensorLayout& layout, const OutputBlock& block, const std::vector<int>& values) {
    length_ = 0;
    const int pixels = layout.shape.pixels();
    for (int pixel = 0; pixel < pixels; ++pixel) {
      const std::uint32_t address = block.address + block.step * static_cast<std::uint32_t>(pixel);
      int channel = block.first_channel;
      std::uint32_t word = 0;
      for (int lane = 0; lane < max7800x::processors_per_instance; ++lane) {
        if ((block.lanes >> lane & 1) == 0) continue;
        const int element = channel++ * pixels + pixel;
        const auto value = static_cast<std::uint32_t>(values[static_cast<std::size_t>(element)]);
        if (layout.wide)
          add_word(address + 4 * static_cast<std::uint32_t>(lane), ~0u, value);
        else
          word |= (value & 0xff) << 8 * lane;
      }
      if (!layout.wide) add_word(address, lanes_mask(block.lanes), word);
    }
  }
  std::vector<std::uint32_t> finished() && {
    words_.push_back(0);
    return std::move(words_);
  }

 private:
  void add_word(std::uint32_t address, std::uint32_t mask, std::uint32_t value) {
    if (length_ == 0 || address != next_) {
      words_.insert(words_.end(), {address, mask, 0});
      length_ = words_.size() - 1;
    }
    ++words_[length_];
    words_.push_back(value);
    next_ = address + 4;
  }

  std::vector<std::uint32_t> words_{};
  std::size_t length_ = 0;  ///< where the open record keeps its number of words; 0: none is open
  std::uint32_t next_ = 0;  ///< the address that continues it
};

template <int N>
std::vector<std::uint32_t> expected_stream(const Project<N>& project) {
  ExpectedStream stream;
  for (int i : project.sample_outputs()) {
    const max7800x::TensorLayout layout = max7800x::output_layout(project.graph, project.plan, i);
    for (const OutputBlock& block : output_blocks(layout, project.device))
      stream.add(layout, block, project.sample.outputs[static_cast<std::size_t>(i)]);
  }
  return std::move(stream).finished();
}

template <int N>
std::string sample_output_file(const Project<N>& project) {
  return project.banner("what the data memories hold after an inference") +
         project.include_guard(
             "SAMPLEOUTPUT_H",
             "/* Records of address, mask, number of words, words; an address of 0 ends them. */\n\n" +
                 table(project.macro("SAMPLE_OUTPUT"), expected_stream(project), true));
}

}  // namespace incuse::c_source::detail
