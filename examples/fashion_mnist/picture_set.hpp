// Pictures of Fashion-MNIST with their labels, from its idx files.
#pragma once

#include <cstddef>
#include <string>

#include "fashion_net.hpp"
#include "idx.hpp"

namespace fashion {

inline constexpr int side = 28;
inline constexpr int pixels = side * side;

/// Pictures of 28 x 28 pixels, or the reason why there are none.
struct PictureSet {
  IdxArray pictures{}, labels{};
  std::string error{};

  bool ok() const { return error.empty(); }
  int size() const { return static_cast<int>(labels.values.size()); }
  /// A class, 0 to 9.
  int label(int i) const { return labels.values[static_cast<std::size_t>(i)]; }
  const unsigned char* picture(int i) const { return pictures.values.data() + static_cast<std::size_t>(i) * pixels; }
  /// The picture as the network reads it.
  template <class Value>
  void copy_to(Value* values, int i) const {
    for (int n = 0; n < pixels; ++n) values[n] = static_cast<Value>(network_value(picture(i)[n]));
  }
};

/// Both files may be compressed with gzip.
inline PictureSet read_pictures(const std::string& pictures_path, const std::string& labels_path) {
  PictureSet set{read_idx(pictures_path, 3), read_idx(labels_path, 1)};
  const IdxArray &pictures = set.pictures, &labels = set.labels;
  if (!pictures.error.empty())
    set.error = pictures.error;
  else if (!labels.error.empty())
    set.error = labels.error;
  else if (pictures.shape[1] != side || pictures.shape[2] != side)
    set.error = pictures_path + ": the pictures are not 28 x 28 pixels";
  else if (pictures.shape[0] != labels.shape[0])
    set.error = labels_path + ": there are not as many labels as pictures";
  for (unsigned char label : labels.values)
    if (set.ok() && label >= classes) set.error = labels_path + ": a label is not one of the ten classes";
  return set;
}

}  // namespace fashion
