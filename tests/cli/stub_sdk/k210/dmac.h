/* Stands for the vendor's header of DMA. */
#pragma once
#include <stddef.h>
typedef enum { DMAC_CHANNEL5 = 5 } dmac_channel_number_t;
typedef enum { DMAC_ADDR_INCREMENT, DMAC_ADDR_NOCHANGE } dmac_address_increment_t;
typedef enum { DMAC_MSIZE_8 = 2 } dmac_burst_trans_length_t;
typedef enum { DMAC_TRANS_WIDTH_64 = 3 } dmac_transfer_width_t;
void dmac_init(void);
void dmac_wait_done(dmac_channel_number_t channel);
void dmac_set_single_mode(dmac_channel_number_t channel, const void* from, void* to, dmac_address_increment_t from_step,
                          dmac_address_increment_t to_step, dmac_burst_trans_length_t burst,
                          dmac_transfer_width_t width, size_t count);
