// Two networks by turns: a small one watches whether there is anything to see, and only then a larger one is loaded
// that says what. Each is a type of its own, and the driver of one cannot be used for the other. two_networks
// PICTURE.svg draws what was seen.
#include <algorithm>
#include <string>

#include <examples/on_virtual_chip.hpp>
#include <examples/pictures.hpp>

namespace {

using namespace incuse;

constexpr int side = 16;

/// Is there a bright stroke anywhere? One value.
struct Watch : Network<Input<1, side, side>, Fused<MaxPool2d<4>, Conv2d<4, kernel<1>, ReLU, as<"brightest">>>,
                       Fused<MaxPool2d<4>, Conv2d<1, kernel<1>, wide, as<"sum">>>> {};
struct watch_parameters {
  static constexpr LayerParameters layers[] = {
      {.name = "brightest", .weight = {"\100\100\100\100", 4, 1, 1, 1}},
      {.name = "sum", .weight = {"\40\40\40\40", 1, 4, 1, 1}},
  };
};

/// Which way does it go? Detectors of four directions, of which the strongest answers count.
struct Direction : Network<Input<1, side, side>, Conv2d<4, kernel<3>, pad<1>, ReLU, as<"strokes">>,
                           Fused<MaxPool2d<4>, Conv2d<4, kernel<1>, ReLU, as<"strongest">>>,
                           Fused<AvgPool2d<4>, Conv2d<4, kernel<1>, wide, as<"means">>>> {};
struct direction_parameters {
  static constexpr char identity[] =
      "\100\0\0\0"
      "\0\100\0\0"
      "\0\0\100\0"
      "\0\0\0\100";
  static constexpr LayerParameters layers[] = {
      {.name = "strokes",  // 2 along the stroke, -1 beside it
       .weight = {"\377\377\377\2\2\2\377\377\377"
                  "\377\2\377\377\2\377\377\2\377"
                  "\377\377\2\377\2\377\2\377\377"
                  "\2\377\377\377\2\377\377\377\2",
                  4, 1, 3, 3},
       .output_shift = 5},
      {.name = "strongest", .weight = {identity, 4, 4, 1, 1}, .output_shift = 1},
      {.name = "means", .weight = {identity, 4, 4, 1, 1}},
  };
};

using WatchChip = Deployment<Watch, max78000, watch_parameters>;
using DirectionChip = Deployment<Direction, max78000, direction_parameters>;

constexpr const char* names[] = {"horizontal", "vertical", "rising", "falling"};

/// A stroke of a direction; -1: nothing but noise.
std::vector<signed char> picture_of(int direction) {
  std::vector<signed char> picture;
  for (int y = 0; y < side; ++y)
    for (int x = 0; x < side; ++x) {
      const bool on[] = {y == side / 2, x == side / 2, x + y == side - 1, x == y};
      picture.push_back(static_cast<signed char>(direction >= 0 && on[direction] ? 40 : (x * 7 + y * 3) % 5));
    }
  return picture;
}

max7800x::VirtualChip<max78000> chip;

/// What is seen: a direction, or -1.
int look(const std::vector<signed char>& picture, bool& good) {
  const std::vector<int> bright = examples::infer<WatchChip>(chip, picture);
  good = examples::agree(bright, examples::expected<Watch, watch_parameters>(picture)) && good;
  if (bright[0] < 1000) return -1;
  const std::vector<int> answers = examples::infer<DirectionChip>(chip, picture);
  good = examples::agree(answers, examples::expected<Direction, direction_parameters>(picture)) && good;
  return static_cast<int>(std::max_element(answers.begin(), answers.end()) - answers.begin());
}

}  // namespace

int main(int argc, char** argv) {
  examples::PictureRow pictures;
  bool good = true;
  for (const int direction : {-1, 3, -1, 0, 1, 2}) {
    const int seen = look(picture_of(direction), good);
    std::printf("%s\n", seen < 0 ? "nothing: the second network stays unloaded" : names[seen]);
    pictures.add_map(seen < 0 ? "nothing" : names[seen], picture_of(direction), side, side);
    good = good && seen == direction;
  }
  std::printf("watching takes %d cycles, looking %d more.\n", static_cast<int>(WatchChip::report.cycles),
              static_cast<int>(DirectionChip::report.cycles));
  if (!pictures.save(argc, argv)) return 2;
  return good && chip.report().ok() ? 0 : 1;
}
