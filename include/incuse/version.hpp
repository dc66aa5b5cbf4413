// The version of Incuse in the sense of semantic versioning. The build, the installed package and the single header
// read it here; it is written nowhere else.
#pragma once

#include <incuse/core/language.hpp>

#define INCUSE_VERSION_MAJOR 0
#define INCUSE_VERSION_MINOR 1
#define INCUSE_VERSION_PATCH 0
