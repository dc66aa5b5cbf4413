/* Stands for the vendor's header of clocks and DMA requests. */
#pragma once
typedef enum { SYSCTL_CLOCK_AI } sysctl_clock_t;
typedef enum { SYSCTL_DMA_CHANNEL_0, SYSCTL_DMA_CHANNEL_5 = 5 } sysctl_dma_channel_t;
typedef enum { SYSCTL_DMA_SELECT_AI_RX_REQ } sysctl_dma_select_t;
int sysctl_clock_enable(sysctl_clock_t clock);
int sysctl_dma_select(sysctl_dma_channel_t channel, sysctl_dma_select_t select);
