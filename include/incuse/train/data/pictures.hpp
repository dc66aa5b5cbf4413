// Data sets in folders of pictures, one folder for each class. Programs that include this header need stb_image, and
// one of their files defines STB_IMAGE_IMPLEMENTATION before it includes <stb/stb_image.h>.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

#include <stb/stb_image.h>

#include <incuse/train/data/class_folders.hpp>
#include <incuse/train/dataset.hpp>

namespace incuse::train {

namespace detail {

/// Rows or columns of a picture: from the first to behind the last.
struct PictureRange {
  int first, end;
};

/// What a row or column of a network's input covers.
inline PictureRange covered(int index, int size, int picture_size) {
  const auto at = [&](int i) { return static_cast<int>(1LL * i * picture_size / size); };
  return {at(index), std::max(at(index) + 1, at(index + 1))};
}

/// Mean of a part of a picture with so many channels, of its first one.
inline int mean_of(const unsigned char* pixels, PictureRange rows, PictureRange columns, int width, int channels) {
  long long sum = 0;
  for (int y = rows.first; y < rows.end; ++y)
    for (int x = columns.first; x < columns.end; ++x)
      sum += pixels[(static_cast<std::ptrdiff_t>(y) * width + x) * channels];
  const long long count = 1LL * (rows.end - rows.first) * (columns.end - columns.first);
  return static_cast<int>((sum + count / 2) / count);
}

inline void expect_picture_shape(const std::string& folder, Shape input) {
  if (input.channels != 1 && input.channels != 3)
    throw std::runtime_error(folder + ": pictures are for networks that read 1 or 3 channels");
}

}  // namespace detail

/// Reads a picture as a network of 1 (grey) or 3 channels does: scaled to its size, each pixel the mean of those that
/// it covers. Throws std::runtime_error.
inline void read_picture(const std::string& path, Shape shape, std::int8_t* values) {
  int width = 0, height = 0, channels = 0;
  const std::unique_ptr<unsigned char, void (*)(void*)> pixels(
      stbi_load(path.c_str(), &width, &height, &channels, shape.channels), stbi_image_free);
  if (pixels == nullptr) throw std::runtime_error(path + ": this is no picture that can be read");
  for (int c = 0; c < shape.channels; ++c)
    for (int y = 0; y < shape.height; ++y)
      for (int x = 0; x < shape.width; ++x)
        *values++ = network_value(detail::mean_of(pixels.get() + c, detail::covered(y, shape.height, height),
                                                  detail::covered(x, shape.width, width), width, shape.channels));
}

/// Pictures of <folder>/<class>/*.png, .jpg, .jpeg, .bmp, .ppm and .pgm, classes by ascending name.
class PictureFolder : public Dataset {
 public:
  /// `input`: the shape that the network reads, of 1 or 3 channels. Throws std::runtime_error if there are no pictures.
  PictureFolder(const std::string& folder, Shape input)
      : shape_(input), files_(folder, {".png", ".jpg", ".jpeg", ".bmp", ".ppm", ".pgm"}) {
    detail::expect_picture_shape(folder, input);
    if (files_.size() == 0)
      throw std::runtime_error(folder + ": there are no folders with pictures, one for each class");
  }

  std::size_t size() const override { return files_.size(); }
  Shape shape() const override { return shape_; }
  int label(std::size_t index) const override { return files_.label(index); }
  std::vector<std::string> classes() const override { return files_.classes(); }
  const std::string& file(std::size_t index) const { return files_.file(index); }
  void read(std::size_t index, std::int8_t* values) const override { read_picture(file(index), shape_, values); }

 private:
  Shape shape_{};
  ClassFolders files_;
};

}  // namespace incuse::train
