#include <incuse/incuse.hpp>

using namespace incuse;

#include SNIPPET

static_assert(fits<Gestures, max78000>);

int main() {}
