// The first difference between a reference table and our own, in words; empty if there is none.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include <incuse/max7800x/devices.hpp>

#include "reference_case.hpp"
#include "stages.hpp"

namespace conformance {

std::string hexadecimal(std::uint32_t value);

std::string difference_in_writes(const incuse::max7800x::Device& device, const std::vector<ReferenceWrite>& expected,
                                 const std::vector<ReferenceWrite>& actual);
/// Weight streams: the difference is named by processor and column.
std::string difference_in_weights(const Subject& subject, const std::vector<std::uint32_t>& expected,
                                  const std::vector<std::uint32_t>& actual);
/// Memory streams (address, mask, count, words ...).
std::string difference_in_memory(const std::vector<std::uint32_t>& expected, const std::vector<std::uint32_t>& actual);
std::string difference_in_bytes(const std::vector<std::uint8_t>& expected, const std::vector<std::uint8_t>& actual);
std::string difference_in_words(const std::vector<std::uint32_t>& expected, const std::vector<std::uint32_t>& actual);
std::string difference_in_counts(const std::vector<ReferenceCounts>& expected,
                                 const std::vector<ReferenceCounts>& actual, const std::vector<std::string>& columns);

}  // namespace conformance
