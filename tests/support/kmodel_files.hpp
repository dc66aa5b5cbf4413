// Small kmodels for tests, made by hand.
#pragma once

#include <cstdint>
#include <cstring>
#include <string>
#include <vector>

namespace kmodel_files {

/// Bytes of a file, number by number.
class FileBytes {
 public:
  FileBytes& u32(std::initializer_list<std::uint32_t> numbers) {
    for (std::uint32_t number : numbers)
      for (int i = 0; i < 4; ++i) bytes_ += static_cast<char>(number >> 8 * i);
    return *this;
  }
  FileBytes& f32(std::initializer_list<float> numbers) {
    for (float number : numbers) {
      std::uint32_t bits = 0;
      std::memcpy(&bits, &number, sizeof bits);
      u32({bits});
    }
    return *this;
  }
  /// Overwrites the number at a byte.
  FileBytes& put(std::size_t at, std::uint32_t number) {
    for (std::size_t i = 0; i < 4; ++i) bytes_[at + i] = static_cast<char>(number >> 8 * i);
    return *this;
  }
  const std::string& text() const { return bytes_; }

 private:
  std::string bytes_{};
};

/// Version 3: one fully connected layer, 2 inputs at 0, 1 output at 8, ReLU. Its body begins at byte 44.
inline FileBytes fully_connected() {
  FileBytes file;
  file.u32({3, 1, 0, 1, 0, 16, 1}).u32({8, 4}).u32({18, 36});
  return file.u32({1, 0, 8, 2, 1, 1}).f32({2.0f, -1.0f}).f32({0.5f});
}

/// Version 4: codes to floats. Two codes at 0, two floats at 4. The body begins at byte 96.
inline FileBytes dequantize() {
  FileBytes file;
  file.u32({0x4B4D444C, 4, 0, 1, 0, 16, 1, 1, 1, 0xcccccccc});
  file.u32({1, 1, 0, 2}).u32({1, 1, 1, 2}).u32({1, 0, 4, 8}).u32({0x03, 40});
  return file.u32({1, 1, 0, 2}).u32({1, 0, 4, 8}).u32({10}).f32({4.0f});
}

}  // namespace kmodel_files
