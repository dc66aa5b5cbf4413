// Names that other frameworks use for layers, options and activations: each says what it is called here, as one error.
// A trap stands for what was meant, so that no further error follows.
//
// A program that writes `using namespace incuse;` outside all namespaces and has a relu or a Conv2D of its own there
// has two of them in sight. It says `::relu`, keeps its own in a namespace, or defines INCUSE_NO_TRAPS in front of the
// first header of this library: then there are none. Names that programs give their own networks, such as Dense, are no
// traps.
#pragma once

#include <incuse/model/layers.hpp>

#ifndef INCUSE_NO_TRAPS

/// `name` is what somebody wrote, `meant` what it is called here.
#define INCUSE_TRAP(name, meant) \
  struct INCUSE_UNAVAILABLE("did you mean " #meant "?") name : meant {};

// Clang 14 does not know unavailable templates, nor does standard C++: there the error is one of the class, in the body
// of the macro itself, since every macro around it takes three lines.
#if defined(INCUSE_PORTABLE) || (defined(__clang__) && __clang_major__ < 19)
#define INCUSE_TRAP_LAYER(name, first, meant)                                                             \
  template <first Size, class... Arguments>                                                               \
  struct name : meant<Size, Arguments...> {                                                               \
    static_assert(sizeof...(Arguments) > 1'000'000, "did you mean " #meant "<> instead of " #name "<>?"); \
  };
#define INCUSE_TRAP_OPTION(name, meant)                                                               \
  template <int... Sizes>                                                                             \
  struct name : meant<Sizes...> {                                                                     \
    static_assert(sizeof...(Sizes) > 1'000'000, "did you mean " #meant "<> instead of " #name "<>?"); \
  };
#define INCUSE_TRAP_WORDS(kind, name, instead, words)                    \
  template <kind... Arguments>                                           \
  struct name : instead {                                                \
    static_assert(sizeof...(Arguments) > 1'000'000, #name "<>: " words); \
  };
#else
#define INCUSE_TRAP_LAYER(name, first, meant) \
  template <first Size, class... Arguments>   \
  struct INCUSE_UNAVAILABLE("did you mean " #meant "<>?") name : meant<Size, Arguments...> {};
#define INCUSE_TRAP_OPTION(name, meant) \
  template <int... Sizes>               \
  struct INCUSE_UNAVAILABLE("did you mean " #meant "<>?") name : meant<Sizes...> {};
/// For what has no counterpart: `words` say what to write, `instead` is what stands in the network then.
#define INCUSE_TRAP_WORDS(kind, name, instead, words) \
  template <kind... Arguments>                        \
  struct INCUSE_UNAVAILABLE(words) name : instead {};
#endif

namespace incuse {

INCUSE_TRAP(relu, ReLU)
INCUSE_TRAP(BatchNorm2D, BatchNorm2d)
INCUSE_TRAP(BatchNormalization, BatchNorm2d)

INCUSE_TRAP_OPTION(padding, pad)
INCUSE_TRAP_OPTION(kernel_size, kernel)
INCUSE_TRAP_OPTION(strides, stride)

INCUSE_TRAP_LAYER(Conv2D, int, Conv2d)
INCUSE_TRAP_LAYER(Conv1D, int, Conv1d)
INCUSE_TRAP_LAYER(ConvTranspose2D, int, ConvTranspose2d)
INCUSE_TRAP_LAYER(Conv2DTranspose, int, ConvTranspose2d)
INCUSE_TRAP_LAYER(MaxPool2D, Window, MaxPool2d)
INCUSE_TRAP_LAYER(MaxPooling2D, Window, MaxPool2d)
INCUSE_TRAP_LAYER(AvgPool2D, Window, AvgPool2d)
INCUSE_TRAP_LAYER(AveragePooling2D, Window, AvgPool2d)

INCUSE_TRAP_WORDS(auto, groups, output,
                  "not on this part; DepthwiseConv2d<> has a group for every channel, branches compute others")
INCUSE_TRAP_WORDS(auto, Dropout, Identity<>, "leave it out: only training needs it")

}  // namespace incuse

#undef INCUSE_TRAP
#undef INCUSE_TRAP_LAYER
#undef INCUSE_TRAP_OPTION
#undef INCUSE_TRAP_WORDS

#endif
