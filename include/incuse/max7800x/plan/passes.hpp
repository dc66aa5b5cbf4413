// How channels are split among the processors. Spec: max7800x-memory, section 1.
#pragma once

#include <incuse/core/bits.hpp>
#include <incuse/max7800x/device.hpp>

namespace incuse::max7800x {

/// Channels beyond 64 are handled in passes. All but the last pass have `channels` channels.
struct Passes {
  int count = 1;
  int channels = 0;  ///< per pass: the processors that a tensor occupies
};

/// Splits channels into passes of at most `most` processors.
constexpr Passes passes_of(int channels, int most = all_processors) {
  Passes p;
  p.count = max_of(1, ceil_div(channels, most));
  p.channels = ceil_div(channels, p.count);
  if (channels > most) p.channels = min_of(round_up(p.channels, 4), most);
  return p;
}

}  // namespace incuse::max7800x
