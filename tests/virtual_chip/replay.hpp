// Replays the tables of a reference case into a virtual chip, as the vendor's program would.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include <incuse/max7800x/virtual_chip.hpp>

#include <conformance/reference_case.hpp>

namespace conformance {

/// The chip whose cases are replayed: a test program is built for each.
#ifndef INCUSE_GOLDEN_CHIP
#define INCUSE_GOLDEN_CHIP max78000
#endif
#ifndef INCUSE_GOLDEN_TABLES
#define INCUSE_GOLDEN_TABLES "max7800x"
#endif
inline constexpr const incuse::max7800x::Device& golden_device = incuse::INCUSE_GOLDEN_CHIP;

/// The folder with its tables.
inline const std::string golden_tables = INCUSE_GOLDEN_DIR "/" INCUSE_GOLDEN_TABLES;

/// With room for frames of several hundred rows.
using Chip = incuse::max7800x::VirtualChip<incuse::INCUSE_GOLDEN_CHIP, 64 << 20>;

/// The one chip of a test program; it is too large for a stack.
Chip& fresh_chip();

/// What is done otherwise than the vendor's program does it.
enum class Remedy {
  none,
  keep_last_layer,  ///< registers that have a value are not cleared
  load_input,       ///< the input is loaded, which the tables leave out
};

/// Carries out everything up to the end of the inference; the interrupt is left pending.
void replay(Chip& chip, const ReferenceCase& reference, Remedy remedy = Remedy::none);
/// The interrupt handler's accesses.
void replay_interrupt(Chip& chip, const ReferenceCase& reference);

/// Compares the data memories with the case's expected output. Empty: no difference.
std::string difference_in_expected(Chip& chip, const ReferenceCase& reference);

}  // namespace conformance
