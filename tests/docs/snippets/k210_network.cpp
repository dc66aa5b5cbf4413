#include <incuse/incuse.hpp>
#include <incuse/k210/deployment.hpp>
#include <incuse/model/software.hpp>

using namespace incuse;

#include SNIPPET

int main() {}
