#include "application.hpp"

#include "board.hpp"

namespace application {

// The network that came with the project tells strokes of a picture of 16x16 pixels apart. Yours has classes of its own:
// put their names here.
static constexpr const char* names[] = {"horizontal", "vertical", "rising", "falling"};
template <class Net>
static constexpr bool has_strokes = requires { Net::tells_strokes; };
static constexpr bool tells_strokes = has_strokes<network::Net>;

// Fill this: read the camera or the microphone. A picture's pixel p, 0 to 255, is p - 128 here. Until then it draws a
// falling stroke, once; to a network of yours that is nothing in particular.
bool take_input(Input (&input)[input_values]) {
  static int taken = 0;
  for (int i = 0; i < input_values; ++i) input[i] = i / 16 == i % 16 ? 40 : 0;
  return taken++ < 1;
}

static void print_number(int number) {
  char digits[12]{};
  int at = 11;
  do digits[--at] = static_cast<char>('0' + number % 10);
  while ((number /= 10) > 0);
  board::print(digits + at);
}

bool use(const Answer (&values)[answers]) {
  int best = 0;
  for (int i = 1; i < outputs; ++i)
    if (values[i] > values[best]) best = i;
  if (tells_strokes) {
    board::print("The stroke is ");
    board::print(names[best % 4]);
  } else {
    board::print("The strongest output is number ");
    print_number(best);
  }
  board::print("\n");
  return !tells_strokes || best == 3;
}

}  // namespace application
