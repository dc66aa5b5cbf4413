// C++ source of networks and of their parameters: the parts of a header for a deployment.
#pragma once

#include <incuse/export/cpp_network.hpp>
#include <incuse/export/cpp_parameters.hpp>
#include <incuse/export/cpp_words.hpp>
