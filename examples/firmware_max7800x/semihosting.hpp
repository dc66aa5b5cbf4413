// Text and the end of the program for a firmware under a debugger or QEMU, by semihosting: the program stops at a
// breakpoint and the debugger does what the registers ask for. The same operations exist on Arm and RISC-V.
#pragma once

#include <cstdint>

namespace semihosting {

/// Operations; the numbers are Arm's.
enum class Operation : std::uint32_t { write_text = 0x04, exit = 0x18 };

inline std::uint32_t call(Operation operation, std::uintptr_t argument) {
#if defined(__ARM_ARCH)
  register std::uintptr_t result asm("r0") = static_cast<std::uintptr_t>(operation);
  register std::uintptr_t parameter asm("r1") = argument;
  asm volatile("bkpt 0xab" : "+r"(result) : "r"(parameter) : "memory");
#elif defined(__riscv)
  // The two instructions around the breakpoint tell it from an ordinary one; none of the three may be compressed.
  register std::uintptr_t result asm("a0") = static_cast<std::uintptr_t>(operation);
  register std::uintptr_t parameter asm("a1") = argument;
  asm volatile(
      ".option push\n.option norvc\n.balign 16\n"
      "slli x0, x0, 0x1f\nebreak\nsrai x0, x0, 7\n"
      ".option pop\n"
      : "+r"(result)
      : "r"(parameter)
      : "memory");
#endif
  return static_cast<std::uint32_t>(result);
}

inline void print(const char* text) { call(Operation::write_text, reinterpret_cast<std::uintptr_t>(text)); }

/// Ends the program: QEMU's exit code is 0 after a success, else 1.
[[noreturn]] inline void exit(bool success) {
  constexpr std::uintptr_t application_exit = 0x2'0026, run_time_error = 0x2'0023;
  const std::uintptr_t reason = success ? application_exit : run_time_error;
  // On 64-bit processors the argument is the address of the reason and of the program's own code.
  const std::uintptr_t block[2] = {reason, success ? 0u : 1u};
  call(Operation::exit, sizeof(void*) == 8 ? reinterpret_cast<std::uintptr_t>(block) : reason);
  while (true) {
  }
}

}  // namespace semihosting
