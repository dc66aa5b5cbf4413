// Data sets of sounds, one folder for each word. Programs that include this header link libsndfile and libsamplerate.
// Source: max7800x-training, section 10.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <stdexcept>
#include <string>
#include <vector>

#include <samplerate.h>
#include <sndfile.h>

#include <incuse/train/data/class_folders.hpp>
#include <incuse/train/dataset.hpp>

namespace incuse::train {

/// A sound of one channel, -1 … 1.
struct Sound {
  std::vector<float> values{};
  int rate = 0;  ///< values per second
};

/// Reads a file that libsndfile knows, channels mixed. Throws std::runtime_error.
inline Sound read_sound(const std::string& path) {
  SF_INFO facts{};
  SNDFILE* const file = sf_open(path.c_str(), SFM_READ, &facts);
  constexpr sf_count_t most_values = sf_count_t{1} << 26;
  if (file == nullptr) throw std::runtime_error(path + ": " + sf_strerror(nullptr));
  std::vector<float> all;
  sf_count_t read = -1;
  if (facts.channels > 0 && facts.frames <= most_values / facts.channels) {
    all.resize(static_cast<std::size_t>(facts.frames * facts.channels));
    read = sf_readf_float(file, all.data(), facts.frames);
  }
  sf_close(file);
  if (read < 0) throw std::runtime_error(path + ": this sound is too long");
  Sound sound{std::vector<float>(static_cast<std::size_t>(read)), facts.samplerate};
  const auto channels = static_cast<std::size_t>(facts.channels);
  for (std::size_t i = 0; i < sound.values.size(); ++i) {
    for (std::size_t c = 0; c < channels; ++c) sound.values[i] += all[i * channels + c];
    sound.values[i] /= static_cast<float>(channels);
  }
  return sound;
}

/// The same sound with `rate` values per second.
inline Sound resampled(const Sound& sound, int rate) {
  if (sound.rate == rate || sound.values.empty()) return {sound.values, rate};
  const double ratio = 1.0 * rate / sound.rate;
  Sound result{std::vector<float>(static_cast<std::size_t>(static_cast<double>(sound.values.size()) * ratio) + 1),
               rate};
  SRC_DATA work{};
  work.data_in = sound.values.data();
  work.input_frames = static_cast<long>(sound.values.size());
  work.data_out = result.values.data();
  work.output_frames = static_cast<long>(result.values.size());
  work.src_ratio = ratio;
  if (const int problem = src_simple(&work, SRC_SINC_MEDIUM_QUALITY, 1); problem != 0)
    throw std::runtime_error(src_strerror(problem));
  result.values.resize(static_cast<std::size_t>(work.output_frames_gen));
  return result;
}

/// Folds a sound into the channels of a one-dimensional network, as the reference does: value c * channels + r of the
/// sound is column c of channel r. What is missing at the end is silence; what is too long is cut.
inline void fold_sound(const std::vector<float>& values, Shape shape, std::int8_t* out) {
  const std::size_t channels = static_cast<std::size_t>(shape.channels),
                    columns = static_cast<std::size_t>(shape.height) * static_cast<std::size_t>(shape.width);
  for (std::size_t r = 0; r < channels; ++r)
    for (std::size_t c = 0; c < columns; ++c) {
      const std::size_t at = c * channels + r;
      const double value = at < values.size() ? static_cast<double>(values[at]) : 0;
      const double brightness = std::nearbyint((value + 1) * 128);
      *out++ = static_cast<std::int8_t>(std::clamp(brightness, 0.0, 255.0) - 128);
    }
}

/// Sounds of <folder>/<word>/*.wav, .flac, .ogg and .aiff, words by ascending name. With 16,384 values, a second, for
/// 128 channels of 128 this is the vendor's format for keywords.
class SoundFolder : public Dataset {
 public:
  /// `rate`: values per second that the network reads. Throws std::runtime_error if there are no sounds.
  SoundFolder(const std::string& folder, Shape input, int rate = 16000)
      : shape_(input), rate_(rate), files_(folder, {".wav", ".flac", ".ogg", ".aiff"}) {
    if (files_.size() == 0) throw std::runtime_error(folder + ": there are no folders with sounds, one for each word");
  }

  std::size_t size() const override { return files_.size(); }
  Shape shape() const override { return shape_; }
  int label(std::size_t index) const override { return files_.label(index); }
  std::vector<std::string> classes() const override { return files_.classes(); }
  const std::string& file(std::size_t index) const { return files_.file(index); }
  void read(std::size_t index, std::int8_t* values) const override {
    fold_sound(resampled(read_sound(file(index)), rate_).values, shape_, values);
  }

 private:
  Shape shape_{};
  int rate_ = 0;
  ClassFolders files_;
};

}  // namespace incuse::train
