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

/// The place of a tensor or table in version 5.
inline void range5(FileBytes& file, std::uint32_t memory, std::uint32_t type, std::uint32_t start,
                   std::uint32_t bytes) {
  file.u32({memory | type << 8, start, bytes});
}

/// Version 5: a module of the K210 with one function, which loads a map of 2x4x4 into AI RAM and runs a 1x1 layer with
/// 3 output channels. `words` are those of the layer. The layer's record begins at byte 460.
inline FileBytes one_layer5(const std::uint64_t (&words)[12]) {
  const auto name = [](FileBytes& file, const char* text) {
    std::uint32_t letters[4]{};
    std::memcpy(letters, text, std::strlen(text));
    file.u32({letters[0], letters[1], letters[2], letters[3]});
  };
  constexpr std::uint32_t weights = 8, batch_norm = 24, activation = 144, constants = weights + batch_norm + activation;
  FileBytes file;
  file.u32({0x4B4D444C, 5, 32, 0, 256, 1, 0, 0});
  name(file, "k210");
  file.u32({1, 48, 48 + 16 + 96 + 32 + constants + 32 + 196, 2, 0, 2, 1, 0});
  file.u32({3, 1000, 64, 1 << 21});
  file.u32({32, 96, 32, 48, 1, 1, 0, 196});
  range5(file, 0, 4, 0, 32);
  file.u32({3, 2, 4, 4});
  range5(file, 1, 4, 0, 48);
  file.u32({3, 3, 4, 4}).u32({0, 0});
  name(file, ".rdata");
  file.u32({0, 0, constants, 0});
  for (std::uint32_t i = 0; i < constants / 4; ++i) file.u32({i});
  name(file, ".text");
  file.u32({0, 0, 196, 0});
  file.u32({0, 0, 0, 0, 0, 0, 0, 1, 2, 4, 4});
  file.u32({2});
  range5(file, 2, 4, 0, weights);
  range5(file, 2, 7, weights, batch_norm);
  range5(file, 2, 4, weights + batch_norm, activation);
  range5(file, 0, 0, 0, 0);
  file.u32({1});
  for (std::uint64_t word : words) file.u32({static_cast<std::uint32_t>(word), static_cast<std::uint32_t>(word >> 32)});
  return file;
}

/// A version 5 whose one function is a program for the processor; `text` is made of whole words.
inline FileBytes one_program5(const std::string& text) {
  const auto bytes = static_cast<std::uint32_t>(text.size());
  FileBytes file;
  file.u32({0x4B4D444C, 5, 32, 0, 256, 1, 0, 0});
  file.u32({0x63617473, 0x6d766b, 0, 0});  // "stackvm"
  file.u32({1, 48, 48 + 32 + 32 + bytes, 0, 0, 1, 1, 0});
  file.u32({32, 32, 0, 0, 0, 0, 0, bytes});
  file.u32({0x7865742e, 't', 0, 0}).u32({0, 0, bytes, 0});  // ".text"
  for (std::size_t i = 0; i + 4 <= text.size(); i += 4) {
    std::uint32_t word = 0;
    std::memcpy(&word, text.data() + i, 4);
    file.u32({word});
  }
  return file;
}

}  // namespace kmodel_files
