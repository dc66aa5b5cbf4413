#include <examples/k210_detector/strokes.hpp>

using demo::strokes::Chip;
// clang-format off
#include SNIPPET
// clang-format on

int main() {}
