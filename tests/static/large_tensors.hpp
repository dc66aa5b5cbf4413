// Tensors that fill the largest weight memory alone: more values than one constant evaluation reads.
#pragma once

#include <incuse/incuse.hpp>
#include <incuse/max7800x/devices/max78002.hpp>

#ifdef __GNUC__
#pragma GCC diagnostic ignored "-Woverlength-strings"
#endif

namespace large {

using namespace incuse;

inline constexpr int count = 512 * 512 * 9;  // 72 values, 32768 times

#define TWICE(text) text text
#define TIMES16(text) TWICE(TWICE(TWICE(TWICE(text))))
#define TIMES4096(text) TIMES16(TIMES16(TIMES16(text)))
#define BYTES72(first) first "\5\372\1\377" TIMES16("\0\3\376\7")
inline constexpr char values[] = TIMES4096(TWICE(TWICE(TWICE(BYTES72("\6\2\375\4")))));
inline constexpr char packed[] = TIMES4096(TWICE(TWICE(BYTES72("\6\2\175\144"))));  // two values in a byte
static_assert(sizeof values == count + 1 && sizeof packed == count / 2 + 1);

struct Net : Network<Input<512, 4, 4>, Conv2d<512, kernel<3>, pad<1>, bits<4>>> {};
struct Argument {
  static constexpr LayerParameters layers[] = {{.weight = Tensor(values, 512, 512, 3, 3)}};
};
struct Named {
  static constexpr LayerParameters layers[] = {{.weight = Tensor::of<values>(512, 512, 3, 3)}};
};
struct Packed {
  static constexpr LayerParameters layers[] = {{.weight = Tensor::packed<4, packed>(512, 512, 3, 3)}};
};

template <class Trained>
using Words = detail::StoredWords<Trained, 0>;

/// Value number i in the words of eight.
template <class Trained>
constexpr int read(int i) {
  return static_cast<signed char>(Words<Trained>::pointer()[i / 8] >> 8 * (i % 8) & 0xff);
}
constexpr int written(int i) { return static_cast<signed char>(values[i]); }
constexpr int unpacked(int i) {
  const int code = static_cast<unsigned char>(packed[i / 2]) >> 4 * (i % 2) & 15;
  return code - (code << 1 & 16);
}

/// True on both sides of every place where a reader may stop.
template <class Trained, int (*Value)(int)>
constexpr bool reads_all() {
  for (int place = 0; place < count; place += 1 << 18)
    for (int i = place < 80 ? 0 : place - 80; i < place + 80; ++i)
      if (read<Trained>(i) != Value(i)) return false;
  return read<Trained>(count - 1) == Value(count - 1) && Words<Trained>::pointer()[count / 8] == 0;
}

}  // namespace large
