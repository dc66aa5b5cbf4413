/* The same work as generated C does it: every register by a statement of its own (in plain_configure.c, written by the
   benchmark), weights word by word. */
#include <stdint.h>

extern const uint32_t *const weight_table;

void plain_load_weights(void) {
  const uint32_t *next = weight_table;
  uint32_t address;
  while ((address = *next++) != 0) {
    volatile uint32_t *to = (volatile uint32_t *)(address - 0x50000000u + BASE);
    uint32_t left = *next++;
    *(volatile uint8_t *)((uintptr_t)to | 1) = 1;
    while (left-- > 0) *to++ = *next++;
  }
}
