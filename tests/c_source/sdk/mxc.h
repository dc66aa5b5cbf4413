/* What the exported C uses of the vendor's SDK, as far as tests need it: declarations with the same names, and memory
   in place of the registers. */
#ifndef STUB_MXC_H
#define STUB_MXC_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct {
  volatile uint32_t pclkdiv;
#ifdef STUB_MAX78002
  volatile uint32_t ipll_ctrl;
#endif
} mxc_gcr_regs_t;
mxc_gcr_regs_t *stub_gcr(void);
#define MXC_GCR stub_gcr()
#define MXC_F_GCR_PCLKDIV_CNNCLKDIV (7u << 14)
#define MXC_S_GCR_PCLKDIV_CNNCLKSEL_PCLK 0u
#define MXC_S_GCR_PCLKDIV_CNNCLKDIV_DIV2 (0u << 14)
#define MXC_S_GCR_PCLKDIV_CNNCLKDIV_DIV4 (1u << 14)
#define MXC_S_GCR_PCLKDIV_CNNCLKDIV_DIV1 (4u << 14)

/* What only the MAX78002 has: a PLL, and load switches that take time. */
#ifdef STUB_MAX78002
#define MXC_F_GCR_PCLKDIV_CNNCLKSEL (3u << 17)
#define MXC_S_GCR_PCLKDIV_CNNCLKSEL_IPLL (3u << 17)
#define MXC_F_GCR_IPLL_CTRL_EN (1u << 0)
#define MXC_F_GCR_IPLL_CTRL_RDY (1u << 1)
#define MXC_DELAY_MSEC(milliseconds) ((uint32_t)(milliseconds)*1000u)
int MXC_Delay(uint32_t microseconds);
#else
#define MXC_F_GCR_PCLKDIV_CNNCLKSEL (1u << 17)
#endif

typedef enum { MXC_SYS_PERIPH_CLOCK_CNN = 25 } mxc_sys_periph_clock_t;
typedef enum { MXC_SYS_CLOCK_IPO } mxc_sys_system_clock_t;
typedef struct mxc_icc_regs_t mxc_icc_regs_t;
#define MXC_ICC0 ((mxc_icc_regs_t *)0)
typedef struct mxc_tmr_regs_t mxc_tmr_regs_t;
#define MXC_TMR0 ((mxc_tmr_regs_t *)0)

typedef struct mxc_gpio_regs_t mxc_gpio_regs_t;
typedef enum { MXC_GPIO_FUNC_IN, MXC_GPIO_FUNC_OUT } mxc_gpio_func_t;
typedef enum { MXC_GPIO_PAD_NONE } mxc_gpio_pad_t;
typedef struct {
  mxc_gpio_regs_t *port;
  uint32_t mask;
  mxc_gpio_func_t func;
  mxc_gpio_pad_t pad;
} mxc_gpio_cfg_t;

typedef enum { CNN_IRQn = 117 } IRQn_Type;

void MXC_SYS_ClockEnable(mxc_sys_periph_clock_t clock);
void MXC_SYS_ClockDisable(mxc_sys_periph_clock_t clock);
int MXC_SYS_Clock_Select(mxc_sys_system_clock_t clock);
void SystemCoreClockUpdate(void);
void MXC_ICC_Enable(mxc_icc_regs_t *cache);
void MXC_NVIC_SetVector(IRQn_Type interrupt, void (*handler)(void));
int MXC_GPIO_Config(const mxc_gpio_cfg_t *configuration);
void MXC_GPIO_OutSet(mxc_gpio_regs_t *port, uint32_t mask);
void MXC_GPIO_OutClr(mxc_gpio_regs_t *port, uint32_t mask);
void MXC_TMR_SW_Start(mxc_tmr_regs_t *timer);
int MXC_TMR_SW_Stop(mxc_tmr_regs_t *timer);
void MXC_LP_EnterSleepMode(void);
void __disable_irq(void);
void __enable_irq(void);
void NVIC_EnableIRQ(IRQn_Type interrupt);
void NVIC_EnableEVENT(IRQn_Type interrupt);
void NVIC_ClearPendingIRQ(IRQn_Type interrupt);
void NVIC_ClearPendingEVENT(IRQn_Type interrupt);

#ifdef __cplusplus
}
#endif

#endif
