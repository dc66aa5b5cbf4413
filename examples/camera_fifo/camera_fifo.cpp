// A detector behind a camera: pixels go into the accelerator's FIFOs while they arrive, and the first layer streams, so
// that no picture is ever stored whole. The network says how bright each field of 4x4 pixels is, in red. camera_fifo
// PICTURE.svg draws what the camera sees, in red, and the answers.
#include <algorithm>

#include <examples/on_virtual_chip.hpp>
#include <examples/pictures.hpp>

namespace {

using namespace incuse;

constexpr int side = 32, fields = side / 4;

struct Detector : Network<Input<3, side, side>, Conv2d<4, kernel<3>, pad<1>, ReLU, streaming, as<"red">>,
                          Fused<MaxPool2d<4>, Conv2d<1, kernel<1>, as<"fields">>>> {};

/// Red less green and blue, averaged over 3x3 pixels.
struct Red {
  char values[4 * 3 * 9]{};
  constexpr Red() {
    for (int out = 0; out < 4; ++out)
      for (int c = 0; c < 3; ++c)
        for (int i = 0; i < 9; ++i) values[(3 * out + c) * 9 + i] = c == 0 ? 14 : -7;
  }
};
struct parameters {
  static constexpr Red red{};
  static constexpr LayerParameters layers[] = {
      {.name = "red", .weight = {red.values, 4, 3, 3, 3}},
      {.name = "fields", .weight = {"\40\40\40\40", 1, 4, 1, 1}},
  };
};
using Chip = Deployment<Detector, max78000, parameters, max7800x::fifo_input>;

/// A camera that sees a red ball. It is asked for each value as it is needed: element = (channel * rows + y) * columns
/// + x. On a board this function waits for the camera's next pixels.
struct Camera {
  int ball_x = 0, ball_y = 0;

  signed char value(int element) const {
    const int channel = element / (side * side), y = element / side % side, x = element % side;
    const bool in_ball = (x - ball_x) * (x - ball_x) + (y - ball_y) * (y - ball_y) <= 9;
    if (in_ball) return channel == 0 ? 100 : -60;
    return static_cast<signed char>((x * 5 + y * 3) % 17 - 40);
  }
};

max7800x::VirtualChip<max78000> chip;

}  // namespace

int main(int argc, char** argv) {
  examples::PictureRow pictures;
  bool good = true;
  auto ready =
      max7800x::accelerator<Chip>(chip, max7800x::NoBoard{}).enable().init().load_weights().load_bias().configure();
  auto see = [&](auto state, const Camera& camera) {
    auto done = std::move(state).start().push_input([&](int element) { return camera.value(element); }).wait();
    int values[fields * fields];
    done.unload(values);
    const auto best = static_cast<int>(std::max_element(std::begin(values), std::end(values)) - std::begin(values));
    std::printf("The ball at %d, %d is seen in field %d, %d.\n", camera.ball_x, camera.ball_y, best % fields,
                best / fields);
    good = good && best % fields == camera.ball_x / 4 && best / fields == camera.ball_y / 4;
    std::vector<signed char> whole;
    for (int i = 0; i < 3 * side * side; ++i) whole.push_back(camera.value(i));
    good = examples::agree({std::begin(values), std::end(values)}, examples::expected<Detector, parameters>(whole)) &&
           good;
    pictures.add_map("seen", whole, side, side);
    pictures.add_map("answered", values, fields, fields);
    return done;
  };
  auto done = see(std::move(ready), {5, 6});
  for (const Camera& camera : {Camera{14, 22}, Camera{26, 9}}) done = see(std::move(done), camera);
  [[maybe_unused]] const auto off = std::move(done).disable();
  if (!pictures.save(argc, argv)) return 2;
  return good && chip.report().ok() ? 0 : 1;
}
