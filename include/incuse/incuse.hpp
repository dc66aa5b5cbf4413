// Incuse: a CNN as a C++ type, checked, planned and turned into tables for a small accelerator at compile time.
// This header is fit for firmware: no heap, no exceptions, no streams.
#pragma once

#include <incuse/max7800x/deployment.hpp>
#include <incuse/model/stages.hpp>
#include <incuse/version.hpp>
