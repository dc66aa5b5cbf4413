/* The registers that power the accelerator, as memory. */
#ifndef STUB_GCFR_REGS_H
#define STUB_GCFR_REGS_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct {
  volatile uint32_t reg0, reg1, reg2, reg3;
} mxc_gcfr_regs_t;
extern mxc_gcfr_regs_t stub_gcfr;
#define MXC_GCFR (&stub_gcfr)

#ifdef __cplusplus
}
#endif

#endif
