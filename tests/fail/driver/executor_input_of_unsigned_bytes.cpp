// expect: the network reads signed bytes, -128 to 127: give it signed char or a wider signed integer type
// errors: 1
#include <incuse/host/run.hpp>

using namespace incuse;

void program(host::Executor<1>& executor, const unsigned char* picture) { executor.set_input(picture); }
