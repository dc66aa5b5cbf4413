#include "stub.hpp"

using Kind = incuse::max7800x::BusAccess::Kind;

extern "C" {

void chip_write(std::uint32_t address, std::uint32_t value) {
  stub::accesses.push_back({Kind::write, address, value});
  stub::chip.write(address, value);
}
void chip_write_byte(std::uint32_t address, std::uint8_t value) {
  stub::accesses.push_back({Kind::write_byte, address, value});
  stub::chip.write_byte(address, value);
}
std::uint32_t chip_read(std::uint32_t address) {
  const std::uint32_t value = stub::chip.read(address);
  stub::accesses.push_back({Kind::read, address, value});
  return value;
}

/// The PLL is ready as soon as it is on.
mxc_gcr_regs_t* stub_gcr() {
  static mxc_gcr_regs_t registers;
#ifdef STUB_MAX78002
  const std::uint32_t on = registers.ipll_ctrl & MXC_F_GCR_IPLL_CTRL_EN;
  registers.ipll_ctrl = on != 0 ? on | MXC_F_GCR_IPLL_CTRL_RDY : 0;
#endif
  return &registers;
}
#ifdef STUB_MAX78002
int MXC_Delay(std::uint32_t microseconds) {
  stub::delays.push_back(microseconds);
  return 0;
}
#endif
mxc_gcfr_regs_t stub_gcfr;
void MXC_SYS_ClockEnable(mxc_sys_periph_clock_t) {
  stub::clock_on = true;
  stub::loading_clock = MXC_GCR->pclkdiv;
}
void MXC_SYS_ClockDisable(mxc_sys_periph_clock_t) { stub::clock_on = false; }
int MXC_SYS_Clock_Select(mxc_sys_system_clock_t) { return 0; }
void SystemCoreClockUpdate(void) {}
void MXC_ICC_Enable(mxc_icc_regs_t*) {}
void MXC_NVIC_SetVector(IRQn_Type, void (*handler)(void)) { stub::interrupt_handler = handler; }
int MXC_GPIO_Config(const mxc_gpio_cfg_t*) { return 0; }
void MXC_GPIO_OutSet(mxc_gpio_regs_t*, std::uint32_t) {}
void MXC_GPIO_OutClr(mxc_gpio_regs_t*, std::uint32_t) {}
void MXC_TMR_SW_Start(mxc_tmr_regs_t*) {}
int MXC_TMR_SW_Stop(mxc_tmr_regs_t*) { return 1; }
void MXC_LP_EnterSleepMode(void) {
  stub::running_clock = MXC_GCR->pclkdiv;
  stub::chip.pass_time(20);
}
void __disable_irq(void) {}
void __enable_irq(void) {
  if (stub::chip.interrupt_pending()) stub::interrupt_handler();
}

}  // extern "C"
