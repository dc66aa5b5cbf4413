// The first header of all: a compiler in an older C++ mode gets one error about that instead of hundreds about the
// code. The same for a program that includes a single header and then one of these, which define the same things. The
// #include of a header that does not exist ends the compilation.
#pragma once

#if __cplusplus < 202002L
#error "Incuse is written in C++20: compile with -std=c++20"
#include <Incuse is written in C++20: compile with -std=c++20>
#endif

#ifndef INCUSE_INSIDE_SINGLE_HEADER
#ifdef INCUSE_SINGLE_HEADER
#error "a header of include/incuse behind a single header of Incuse: include either the single headers or these"
#include <single headers of Incuse or those of its folder, not both>
#endif
#define INCUSE_SEPARATE_HEADERS
#endif
