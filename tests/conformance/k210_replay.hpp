// The words and tables of a reference case, given to the virtual KPU as a driver would.
#pragma once

#include <cstdint>
#include <string>

#include "k210_unit.hpp"

namespace conformance::k210 {

/// What differs from the reference: AI RAM before and after, and the output. Empty if nothing does.
std::string replay(const Unit& unit, std::uint32_t crc_before, std::uint32_t crc_after);

}  // namespace conformance::k210
