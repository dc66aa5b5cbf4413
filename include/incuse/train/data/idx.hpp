// Data sets in idx files, the format of MNIST and its relatives, compressed with gzip or not. Programs that include
// this header link zlib.
#pragma once

#include <cstddef>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include <zlib.h>

#include <incuse/train/dataset.hpp>

namespace incuse::train {

/// An array of unsigned bytes, or the reason why there is none.
struct IdxArray {
  std::vector<std::size_t> shape{};
  std::vector<unsigned char> values{};
  std::string error{};
};

/// An idx file is: 0, 0, type (8: unsigned byte), number of dimensions, each size as 4 bytes with the highest first,
/// data. `dimensions` is the number that is expected.
inline IdxArray read_idx(const std::string& path, std::size_t dimensions) {
  const auto refused = [&](const char* reason) {
    IdxArray refusal;
    refusal.error = path + ": " + reason;
    return refusal;
  };
  gzFile_s* const file = gzopen(path.c_str(), "rb");
  if (file == nullptr) return refused("cannot be opened");
  std::vector<unsigned char> bytes;
  unsigned char block[1 << 16];
  int count = 0;
  while ((count = gzread(file, block, sizeof block)) > 0) bytes.insert(bytes.end(), block, block + count);
  if (gzclose_r(file) != Z_OK || count < 0) return refused("is damaged");

  const std::size_t header = 4 + 4 * dimensions;
  if (bytes.size() < header || bytes[0] != 0 || bytes[1] != 0 || bytes[2] != 8 || bytes[3] != dimensions)
    return refused("is not an idx file of unsigned bytes with the expected dimensions");
  IdxArray array;
  std::size_t elements = 1;
  for (std::size_t at = 4; at < header; at += 4) {
    const std::size_t size = std::size_t{bytes[at]} << 24 | std::size_t{bytes[at + 1]} << 16 |
                             std::size_t{bytes[at + 2]} << 8 | bytes[at + 3];
    if (size == 0 || size > (bytes.size() - header) / elements) return refused("is shorter than its header says");
    array.shape.push_back(size);
    elements *= size;
  }
  if (elements != bytes.size() - header) return refused("is longer than its header says");
  array.values.assign(bytes.begin() + static_cast<std::ptrdiff_t>(header), bytes.end());
  return array;
}

/// Grey pictures and their labels. The first `limit` of them; 0: all.
class IdxDataset : public Dataset {
 public:
  /// Throws std::runtime_error if the files cannot be read, or do not belong together.
  IdxDataset(const std::string& pictures, const std::string& labels, std::size_t limit = 0)
      : pictures_(read_idx(pictures, 3)), labels_(read_idx(labels, 1)) {
    for (const IdxArray* array : {&pictures_, &labels_})
      if (!array->error.empty()) throw std::runtime_error(array->error);
    if (pictures_.shape[0] != labels_.shape[0])
      throw std::runtime_error(labels + ": there is not one label for each picture of " + pictures);
    size_ = limit == 0 ? pictures_.shape[0] : std::min(limit, pictures_.shape[0]);
  }

  std::size_t size() const override { return size_; }
  Shape shape() const override {
    return {1, static_cast<int>(pictures_.shape[1]), static_cast<int>(pictures_.shape[2])};
  }
  int label(std::size_t index) const override { return labels_.values[index]; }
  void read(std::size_t index, std::int8_t* values) const override {
    const std::size_t each = pictures_.shape[1] * pictures_.shape[2];
    for (std::size_t i = 0; i < each; ++i) values[i] = network_value(pictures_.values[index * each + i]);
  }

 private:
  IdxArray pictures_{}, labels_{};
  std::size_t size_ = 0;
};

}  // namespace incuse::train
