// The first header of all: an older C++ gets one error about that instead of hundreds about the code. A header that
// does not exist ends the compilation.
#pragma once

#if __cplusplus < 202002L
#error "Incuse is written in C++20: compile with -std=c++20"
#include <Incuse is written in C++20: compile with -std=c++20>
#endif
