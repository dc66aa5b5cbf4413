// How samples are changed at random, every time that training reads them. augmented.hpp changes them.
#pragma once

namespace incuse::train {

struct Augmentation {
  bool flip = false;  ///< mirror every second sample, left to right
  int shift = 0;      ///< move by up to so many pixels, down or up, and right or left
  int crop = 0;       ///< stretch a part that is smaller by up to so many rows and columns
  double noise = 0;   ///< deviation of normal noise that is added to every value; 128 is 1.0
  double gain = 0;    ///< multiply by 1 - gain … 1 + gain; below 1
  int fill = -128;    ///< value of pixels that a shift brings in from outside

  bool changes() const { return flip || shift > 0 || crop > 0 || noise > 0 || gain > 0; }
};

}  // namespace incuse::train
