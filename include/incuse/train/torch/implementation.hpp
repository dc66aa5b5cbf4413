// All that needs libtorch. One file of a program includes this: CMake's target incuse::train has it.
#pragma once

#include <incuse/train/torch/trainer.hpp>
