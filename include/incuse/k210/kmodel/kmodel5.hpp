// Kmodels of version 5 (nncase 1.x) as values that point into what was read: what concerns the KPU, and what the
// functions are called that the processor runs. These are a program for a stack machine, which is listed and not run.
// Source: kmodel sheet (k210-kmodel), section 3.
#pragma once

#include <cstddef>
#include <cstdint>

#include <incuse/k210/registers/layer_words.hpp>

namespace incuse::k210 {

/// Memories of version 5, by their numbers in the file.
enum class Kmodel5Memory : std::uint8_t { input, output, constants, main, shared, kpu = 64 };

/// Where a tensor or a table lies. `start` counts bytes of its memory.
struct Kmodel5Range {
  Kmodel5Memory memory = Kmodel5Memory::input;
  std::uint8_t type = 0;     ///< of the elements: 4 unsigned bytes, 7 unsigned words of 64 bits, 9 float32
  std::uint16_t module = 0;  ///< whose memory it is, if it is shared
  std::uint32_t start = 0;
  std::uint32_t bytes = 0;
};

/// An input or output of the model.
struct Kmodel5Tensor {
  static constexpr int most_sizes = 8;

  Kmodel5Range range{};
  int rank = 0;  ///< number of sizes
  std::uint32_t sizes[most_sizes]{};
};

/// A layer of the KPU. Address fields of its words are 0: a driver fills them in from the ranges.
struct Kmodel5Layer {
  int function = 0;  ///< of its module
  LayerWords words{};
  KpuLayer layer{};
  std::uint32_t batches = 0;
  Kmodel5Range weights{}, batch_norm{}, activation{};
  Kmodel5Range main_output{};  ///< in main memory; no bytes: the output stays in AI RAM
};

/// A function that the processor calls, by name as the last release of the compiler numbers them.
struct Kmodel5Step {
  static constexpr int most_sizes = 8;

  int function = 0;  ///< of the module whose program it is a part of
  int number = 0;
  const char* name = "";
  int type = -1;                  ///< of the elements, as in `Kmodel5Range`; -1: the function says none
  int made_type = -1;             ///< of what it writes, where it is another one
  int operation = -1;             ///< of `Binary`, numbered like Pairing
  int rank = -1;                  ///< sizes of what it reads; -1: the function says none
  long long sizes[most_sizes]{};  ///< -1: not known before it runs
  int called_module = -1;         ///< of `Call`: a function of another module
  int called_function = -1;
};

/// A part of the model for one kind of processor.
struct Kmodel5Module {
  char kind[17]{};  ///< "k210": layers of the KPU; "stackvm": a program for the processor
  int functions = 0;
  std::uint32_t constant_bytes = 0;  ///< of weights and tables, and of constants
  std::uint32_t text_bytes = 0;      ///< of instructions
  std::uint32_t main_bytes = 0;      ///< of main memory that it works in
  std::uint32_t ram_bytes = 0;       ///< of AI RAM
};

/// A model of version 5: points into tables that the reader keeps.
struct Kmodel5 {
  std::size_t file_bytes = 0;
  const Kmodel5Module* modules = nullptr;
  int module_count = 0;
  const Kmodel5Layer* layers = nullptr;  ///< of the KPU, in the file's order
  int layer_count = 0;
  const Kmodel5Tensor* inputs = nullptr;
  int input_count = 0;
  const Kmodel5Tensor* outputs = nullptr;
  int output_count = 0;
  int transfers = 0;                   ///< between main memory and AI RAM, by the processor
  const Kmodel5Step* steps = nullptr;  ///< what the processor does, in the program's order
  int step_count = 0;
  bool steps_known = true;  ///< false: the program is numbered otherwise than by the last release of the compiler

  /// Bytes of main memory that all modules work in.
  constexpr long long main_bytes() const {
    long long bytes = 0;
    for (int i = 0; i < module_count; ++i) bytes += modules[i].main_bytes;
    return bytes;
  }
};

}  // namespace incuse::k210
