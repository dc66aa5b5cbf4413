// A reference case of one layer: a .kpu file. Its format is described in the README beside the cases.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include <incuse/k210/tables/layer_arguments.hpp>

namespace conformance::k210 {

struct Unit {
  incuse::k210::KpuLayer layer{};
  incuse::k210::KpuAddresses addresses{};
  incuse::k210::LayerWords words{};
  std::vector<std::uint8_t> input{};
  std::vector<std::uint16_t> weights{};
  std::vector<std::uint8_t> weight_bytes{};       ///< as they lie in memory
  std::vector<std::uint64_t> batch_norm_words{};  ///< as they lie in memory
  std::vector<incuse::k210::BatchNorm> batch_norm{};
  std::vector<std::uint8_t> activation_bytes{};  ///< as they lie in memory
  incuse::k210::ActivationTable activation{};
  std::vector<long long> accumulators{};  ///< may be empty
  std::vector<std::uint8_t> activated{};
  std::vector<std::uint8_t> output{};
};

/// Throws DamagedCase if the file is not what it should be.
Unit read_unit(const std::string& path);
/// What our own encoding of the decoded tables gets wrong; empty if it gives the file's bytes.
std::string compare_tables(const Unit& unit);

}  // namespace conformance::k210
