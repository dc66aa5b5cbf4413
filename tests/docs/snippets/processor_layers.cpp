#include <incuse/incuse.hpp>
#include <incuse/k210/deployment.hpp>
#include <incuse/model/activations.hpp>
#include <incuse/model/software.hpp>

using namespace incuse;

#include SNIPPET

static_assert(fits<Gated, k210_kpu>);

int main() {}
