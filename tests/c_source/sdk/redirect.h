/* Sends the exported C's accesses to a virtual chip. */
#ifndef STUB_REDIRECT_H
#define STUB_REDIRECT_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

void chip_write(uint32_t address, uint32_t value);
void chip_write_byte(uint32_t address, uint8_t value);
uint32_t chip_read(uint32_t address);

#ifdef __cplusplus
}
#endif

#define CNN_WRITE(address, value) chip_write(address, value)
#define CNN_WRITE_BYTE(address, value) chip_write_byte(address, value)
#define CNN_READ(address) chip_read(address)

#endif
