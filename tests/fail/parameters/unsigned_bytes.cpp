// expect: parameters are signed bytes, -128 to 127: give an array of signed char, std::int8_t or char, or a string literal; unsigned char is for pixels
// errors: 4
// lines-clang: 26
#include <cstdint>

#include <incuse/incuse.hpp>

using namespace incuse;

constexpr unsigned char bytes[] = {1, 2, 3, 200};
constexpr int numbers[] = {1, 2, 3, 4};
constexpr std::uint16_t halves[] = {1, 2, 3, 4};
constexpr signed char rows[2][2] = {{1, 2}, {3, 4}};

struct Net : Network<Input<4, 4, 4>, Conv2d<1, kernel<1>>> {};

template <const auto& Values>
struct Trained {
  static constexpr LayerParameters layers[] = {{.weight = {Values, 1, 4, 1, 1}}};
};

constexpr auto& of_bytes = Deployment<Net, max78000, Trained<bytes>>::image;
constexpr auto& of_numbers = Deployment<Net, max78000, Trained<numbers>>::image;
constexpr Tensor of_halves = Tensor::of<halves>(1, 4, 1, 1);
constexpr Tensor of_rows(rows, 1, 4, 1, 1);
