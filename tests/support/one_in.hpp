// Long lists of cases: every n-th of them, where the environment says INCUSE_ONE_IN=<n>. tests/CMakeLists.txt sets it.
#pragma once

#include <cstdlib>

namespace incuse::test {

/// True for cases that this run leaves out.
inline bool left_out(long number) {
  static const long one_in = [] {
    const char* said = std::getenv("INCUSE_ONE_IN");
    return said != nullptr ? std::atol(said) : 1;
  }();
  return one_in > 1 && number % one_in != 0;
}

}  // namespace incuse::test
