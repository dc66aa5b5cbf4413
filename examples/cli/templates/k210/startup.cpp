// What a RISC-V core does before main under QEMU: stack, global pointer, registers of real numbers, memory. And the two
// functions that compilers call even in programs without a library.
#include <cstddef>
#include <cstdint>

extern "C" {

// From the linker script.
extern std::uint32_t bss_begin[], bss_end[];
using Constructor = void (*)();
extern Constructor constructors_begin[], constructors_end[];

int main();

[[noreturn, gnu::used]] void start_program() {
  for (std::uint32_t* word = bss_begin; word != bss_end;) *word++ = 0;
  for (Constructor* construct = constructors_begin; construct != constructors_end;) (*construct++)();
  main();
  while (true) {
  }
}

[[gnu::naked, noreturn, gnu::section(".entry")]] void entry() {
  asm volatile(
      ".option push\n.option norelax\n"
      "la gp, __global_pointer$\n"
      ".option pop\n"
      "la sp, stack_end\n"
      "li t0, 0x6000\n"  // mstatus.FS: registers of real numbers are off after reset
      ".option arch, +zicsr\n"
      "csrs mstatus, t0\n"
      "j start_program");
}

/// Else the compiler would recognise the loops and call the functions that they are in.
#define NOT_BY_CALLING_ITSELF [[gnu::optimize("no-tree-loop-distribute-patterns")]]

NOT_BY_CALLING_ITSELF void* memcpy(void* to, const void* from, std::size_t count) {
  for (std::size_t i = 0; i < count; ++i) static_cast<char*>(to)[i] = static_cast<const char*>(from)[i];
  return to;
}

NOT_BY_CALLING_ITSELF void* memset(void* to, int byte, std::size_t count) {
  for (std::size_t i = 0; i < count; ++i) static_cast<char*>(to)[i] = static_cast<char>(byte);
  return to;
}

}  // extern "C"
