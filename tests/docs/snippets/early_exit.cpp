#include <incuse/incuse.hpp>

using namespace incuse;

#include SNIPPET

static_assert(fits<Net, max78002> && !fits<Net, max78000>);

int main() {}
