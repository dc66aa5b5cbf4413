// clang-format off
#include <examples/k210_detector/strokes.hpp>

using demo::strokes::Net;
using demo::strokes::parameters;
#include SNIPPET
// clang-format on

static_assert(std::is_same_v<Chip, demo::strokes::Chip>);

int main() { return Chip::report.steps > 0 ? 0 : 1; }
