// Reader of idx files, the format of MNIST and its relatives, compressed with gzip or not.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include <zlib.h>

namespace fashion {

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
  const gzFile file = gzopen(path.c_str(), "rb");
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

}  // namespace fashion
