// What the program has to know of the part that it is for. `PART`, defined on the command line, is the name of the
// part's value in the library, such as max78002.
#pragma once

#include <incuse/max7800x/board.hpp>
#include <incuse/max7800x/devices.hpp>

namespace firmware {

/// What surrounds the accelerator of a part: the board that switches it on, and the clock that this board gives it.
template <const incuse::max7800x::Device& Part>
struct Surroundings;

template <>
struct Surroundings<incuse::max78000> {
  using Board = incuse::max7800x::Max78000Board;
  static constexpr int megahertz = 50;
};

template <>
struct Surroundings<incuse::max78002> {
  using Board = incuse::max7800x::Max78002Board;
  static constexpr int megahertz = 60;
};

/// The surroundings of the part that this program is built for.
using Here = Surroundings<incuse::PART>;

}  // namespace firmware
