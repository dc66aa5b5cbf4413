// Reader of idx files; the library's, for these examples.
#pragma once

#include <incuse/train/data/idx.hpp>

namespace fashion {

using incuse::train::IdxArray;
using incuse::train::read_idx;

}  // namespace fashion
