constexpr int ones(unsigned bits) { return __builtin_popcount(bits); }
