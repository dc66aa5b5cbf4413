// Names that other frameworks use for layers and activations: each says what it is called here, as one error. A trap
// stands for what was meant, so that no further error follows. Words that a program may use for something of its own
// (Dense, padding) are none.
#pragma once

#include <incuse/model/layers.hpp>

// Clang 14 does not know unavailable templates: there the error is one of the class.
#if defined(__clang__) && __clang_major__ < 19
#define INCUSE_UNAVAILABLE(words)
#define INCUSE_TRAPPED(words) static_assert(sizeof...(Arguments) > 1'000'000, words);
#else
#define INCUSE_UNAVAILABLE(words) __attribute__((unavailable(words)))
#define INCUSE_TRAPPED(words)
#endif

/// `name` is what somebody wrote, `meant` what it is called here.
#define INCUSE_TRAP(name, meant) \
  struct __attribute__((unavailable("did you mean " #meant "?"))) name : meant {};
#define INCUSE_TRAP_LAYER(name, first, meant)                                                \
  template <first Size, class... Arguments>                                                  \
  struct INCUSE_UNAVAILABLE("did you mean " #meant "<>?") name : meant<Size, Arguments...> { \
    INCUSE_TRAPPED("did you mean " #meant "<> instead of " #name "?")                        \
  };

namespace incuse {

INCUSE_TRAP(relu, ReLU)
INCUSE_TRAP(BatchNorm2D, BatchNorm2d)
INCUSE_TRAP(BatchNormalization, BatchNorm2d)

INCUSE_TRAP_LAYER(Conv2D, int, Conv2d)
INCUSE_TRAP_LAYER(Conv1D, int, Conv1d)
INCUSE_TRAP_LAYER(ConvTranspose2D, int, ConvTranspose2d)
INCUSE_TRAP_LAYER(Conv2DTranspose, int, ConvTranspose2d)
INCUSE_TRAP_LAYER(MaxPool2D, Window, MaxPool2d)
INCUSE_TRAP_LAYER(MaxPooling2D, Window, MaxPool2d)
INCUSE_TRAP_LAYER(AvgPool2D, Window, AvgPool2d)
INCUSE_TRAP_LAYER(AveragePooling2D, Window, AvgPool2d)

}  // namespace incuse

#undef INCUSE_UNAVAILABLE
#undef INCUSE_TRAPPED
#undef INCUSE_TRAP
#undef INCUSE_TRAP_LAYER
