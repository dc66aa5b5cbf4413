// cnn.h: what a program calls. See max7800x_c_source.hpp.
#pragma once

#include <string>

#include <incuse/export/max7800x_c/project.hpp>

namespace incuse::c_source::detail {

inline constexpr const char* interface_text = R"(
#include <stdint.h>

#include "mxc.h"

#ifdef __cplusplus
extern "C" {
#endif

#ifndef CNN_OK
#define CNN_FAIL 0
#define CNN_OK 1
#endif

/* Accesses to the accelerator. A header of your own can redirect them, to a simulator for instance:
   -DCNN_ACCESS_HEADER='"access.h"' has to define these three macros. */
#if defined(CNN_ACCESS_HEADER)
#include CNN_ACCESS_HEADER
#elif !defined(CNN_WRITE)
#define CNN_WRITE(address, value) (*(volatile uint32_t *)(address) = (value))
#define CNN_WRITE_BYTE(address, value) (*(volatile uint8_t *)(address) = (value))
#define CNN_READ(address) (*(volatile const uint32_t *)(address))
#endif

/* Values of the last layer's output, and 32-bit words that are unloaded: those of all outputs. */
#define @PREFIX@CNN_NUM_OUTPUTS @values@
#define @PREFIX@CNN_UNLOADED_WORDS @words@

/* 0 while an inference runs; then its time in microseconds, or 1 where no timer measures it:
   CNN_INFERENCE_TIMER, MXC_TMR0 for instance, says which. */
extern volatile uint32_t @prefix@cnn_time;

/* All functions return CNN_OK, or CNN_FAIL if the accelerator does not answer as it should. */

/* Power, clock and interrupt. The arguments are MXC_S_GCR_PCLKDIV_CNNCLKSEL_... and ..._CNNCLKDIV_... */
int @prefix@cnn_enable(uint32_t clock_source, uint32_t clock_divider);

/* A pin that raises the supply voltage. */
int @prefix@cnn_boost_enable(mxc_gpio_regs_t *port, uint32_t pin);

int @prefix@cnn_boost_disable(mxc_gpio_regs_t *port, uint32_t pin);

/* In this order, once: init, load_weights, load_bias, configure. */
int @prefix@cnn_init(void);

int @prefix@cnn_load_weights(void);

/* Whether the weight memories hold the weights. */
int @prefix@cnn_verify_weights(void);

int @prefix@cnn_load_bias(void);

int @prefix@cnn_configure(void);

@clearing@/* Starts an inference@input@. */
int @prefix@cnn_start(void);

/* Stops a running inference, and lets it go on. */
int @prefix@cnn_stop(void);

int @prefix@cnn_continue(void);

/* Copies the outputs: @unloaded@, one output behind the other. */
int @prefix@cnn_unload(uint32_t *out_buf);

@exits@int @prefix@cnn_disable(void);

/* The accelerator's interrupt. */
void @prefix@CNN_ISR(void);

@softmax@#ifdef __cplusplus
}
#endif

)";

inline constexpr const char* clearing_interface = R"(
/* Forgets what earlier inferences have left in the rolling buffer. */
int @prefix@cnn_clear_buffer(void);

)";

inline constexpr const char* exits_interface = R"(
/* Number of the early exit that the inference has taken, from 0; -1: none. What lies behind it in the network is not of
   this inference then. */
int @prefix@cnn_exit_taken(void);

/* Copies what the layers of an early exit deliver: bytes. CNN_FAIL if there is no such exit. */
int @prefix@cnn_unload_exit(int number, uint32_t *out_buf);

)";

inline constexpr const char* softmax_interface = R"(
/* Softmax to the base 2, in integers: 32-bit values in units of 2^-14, results in units of 2^-15. The second one
   shifts the values left first: for last layers with weights of less than 8 bits. */
void softmax_q17p14_q15(const int32_t *vec_in, const uint16_t dim_vec, int16_t *p_out);
void softmax_shift_q17p14_q15(int32_t *vec_in, const uint16_t dim_vec, uint8_t in_shift, int16_t *p_out);

)";

/// 32-bit words that are unloaded.
template <int N>
int unloaded_words(const Graph<N>& graph) {
  int bytes = 0;
  for (int i : output_layers(graph)) bytes += graph[i].out.elements() * (graph[i].wide ? 4 : 1);
  return ceil_div(bytes, 4);
}

template <int N>
std::string interface_file(const Project<N>& project) {
  const std::string text =
      project.text(interface_text, {{"values", project.last().out.elements()},
                                    {"words", unloaded_words(project.graph)},
                                    {"clearing", project.graph.buffer.exists() ? project.text(clearing_interface) : ""},
                                    {"input", project.options.uses_fifo() ? "; the input follows through the FIFOs"
                                                                          : ", with the input in the data memories"},
                                    {"unloaded", max7800x::unloads_bytes(project.graph)
                                                     ? "bytes in C x H x W order"
                                                     : "32-bit words, up to four channels of each pixel side by side"},
                                    {"exits", exit_layers(project.graph).empty() ? "" : project.text(exits_interface)},
                                    {"softmax", project.classifies() ? project.text(softmax_interface) : ""}});
  return project.banner("what a program calls") + project.include_guard("CNN_H", text);
}

}  // namespace incuse::c_source::detail
