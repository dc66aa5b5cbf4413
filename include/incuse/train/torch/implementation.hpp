// All that needs libtorch. One file of a program includes this: CMake's target incuse::train has it.
#pragma once

// The order counts: see there.
#include <incuse/train/torch/tensor.hpp>

#include <incuse/train/torch/trainer.hpp>
