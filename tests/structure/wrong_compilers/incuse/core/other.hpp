// __builtin_ctz is told of in a comment only.
inline const char* text() { return "__attribute__((aligned(4)))"; }
inline int ones(unsigned bits) { return __builtin_popcount(bits); }
struct __attribute__((packed)) Packed {};
[[gnu::noinline]] void kept();
inline void wait() { asm volatile("wfi"); }
inline const char* source() {
  return R"(
float zero(void) { return __builtin_fabsf(0); }
)";
}
inline int last() { return __builtin_ffs(1); }
