#include <cstdint>
#include <vector>

#include <examples/k210_detector/strokes.hpp>

using namespace incuse;
using demo::strokes::Chip;

#include SNIPPET

int main() { return file.size() > 100 && file[0] == 3 ? 0 : 1; }
