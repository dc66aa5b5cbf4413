// main.c: a program that runs one sample and checks the answer. See max7800x_c_source.hpp.
#pragma once

#include <cstddef>
#include <string>

#include <incuse/export/max7800x_c/project.hpp>
#include <incuse/max7800x/tables/registers.hpp>

namespace incuse::c_source::detail {

inline constexpr const char* program_includes = R"(
#include <stdint.h>
#include <stdio.h>

#include "mxc.h"

#include "@prefix@cnn.h"
#include "@prefix@sampledata.h"
#include "@prefix@sampleoutput.h"

@inputs@static const uint32_t sample_output[] = @PREFIX@SAMPLE_OUTPUT;
static uint32_t unloaded[@PREFIX@CNN_UNLOADED_WORDS];

)";

inline constexpr const char* memory_loading_text = R"(
static void copy_words(uint32_t address, const uint32_t *words, uint32_t count)
{
  for (; count > 0; count--) {
    CNN_WRITE(address, *words);
    words++;
    address += 4;
  }
}

static void load_input(void)
{
@copies@}

)";

inline constexpr const char* fifo_loading_text = R"(
/* A word for every FIFO in turn, whenever it has room. */
static void load_input(void)
{
  uint32_t i;
  for (i = 0; i < @words@; i++) {
@ports@  }
}

)";

inline constexpr const char* fifo_port_text = R"(
    while ((CNN_READ(@status@) & @full@) != 0) {}
    CNN_WRITE(@data@, input_@number@[i]);
)";

inline constexpr const char* checking_text = R"(
static int check_output(void)
{
  const uint32_t *next = sample_output;
  while (*next != 0) {
    uint32_t address = *next++;
    const uint32_t mask = *next++;
    uint32_t left = *next++;
    for (; left > 0; left--) {
      if ((CNN_READ(address) & mask) != *next) {
        printf("Data mismatch at address 0x%08lx: expected 0x%08lx, read 0x%08lx\n", (unsigned long)address,
               (unsigned long)*next, (unsigned long)(CNN_READ(address) & mask));
        return CNN_FAIL;
      }
      next++;
      address += 4;
    }
  }
  return CNN_OK;
}

/* Interrupts stay masked between the test and the sleep, so none is missed; a masked one ends the sleep too. */
static void wait_for_cnn(void)
{
  __disable_irq();
  while (@prefix@cnn_time == 0) {
    MXC_LP_EnterSleepMode();
    __enable_irq();
    __disable_irq();
  }
  __enable_irq();
}

)";

inline constexpr const char* class_report_text = R"(
static int32_t values[@PREFIX@CNN_NUM_OUTPUTS];
static int16_t shares[@PREFIX@CNN_NUM_OUTPUTS];

static void softmax_layer(void)
{
  int i;
  for (i = 0; i < @PREFIX@CNN_NUM_OUTPUTS; i++) values[i] = (int32_t)unloaded[i];
@softmax@  printf("Classification results:\n");
  for (i = 0; i < @PREFIX@CNN_NUM_OUTPUTS; i++) {
    const long permille = (1000l * shares[i] + 0x4000l) >> 15;
    printf("[%7ld] -> Class %d: %ld.%ld%%\n", (long)values[i], i, permille / 10, permille % 10);
  }
}

)";

inline constexpr const char* divider_text = R"(
static void set_clock_divider(uint32_t divider)
{
  MXC_GCR->pclkdiv = (MXC_GCR->pclkdiv & ~(uint32_t)MXC_F_GCR_PCLKDIV_CNNCLKDIV) | divider;
}

)";

inline constexpr const char* steps_text = R"(
  /* The accelerator stops after every layer. */
  for (step = 0; passed && step < @steps@; step++) {
    passed = @prefix@cnn_continue() == CNN_OK;
    if (passed) wait_for_cnn();
  }
)";

inline constexpr const char* exit_text = R"(
  passed = passed && @prefix@cnn_exit_taken() == @number@; /* the early exit of this sample; -1: none */
)";

inline constexpr const char* main_text = R"(
int main(void)
{
  int passed@counter@;

  MXC_ICC_Enable(MXC_ICC0);
  MXC_SYS_Clock_Select(MXC_SYS_CLOCK_IPO);
@pll_on@  SystemCoreClockUpdate();

  printf("\n*** CNN Inference Test @title@ ***\n");

  passed = @prefix@cnn_enable(@source@, @divider@) == CNN_OK;
  passed = passed && @prefix@cnn_init() == CNN_OK;
  passed = passed && @prefix@cnn_load_weights() == CNN_OK;
  passed = passed && @prefix@cnn_verify_weights() == CNN_OK;
  passed = passed && @prefix@cnn_load_bias() == CNN_OK;
  passed = passed && @prefix@cnn_configure() == CNN_OK;
@start@  if (passed) wait_for_cnn();
@steps@@slower@@exit@  passed = passed && check_output() == CNN_OK;
  passed = passed && @prefix@cnn_unload(unloaded) == CNN_OK;
  printf("\n*** %s ***\n\n", passed ? "PASS" : "FAIL");
#ifdef CNN_INFERENCE_TIMER
  printf("Approximate inference time: %lu us\n\n", (unsigned long)@prefix@cnn_time);
#endif
@report@  (void)@prefix@cnn_disable();
@pll_off@  return passed ? 0 : 1;
}
)";

/// The clock that the program gives the accelerator: the PLL or the peripheral clock, divided. Layers that are computed
/// in stages (pipeline) run at the undivided clock, others at 50 MHz at most: a quarter of the PLL, half of the
/// peripheral clock. Weights are loaded at a quarter of the PLL, unless the option full_speed asks for all of it.
/// Source: run-time page, sections 2 and 3.
struct ProgramClock {
  bool pll;
  int loading_divider;  ///< while weights are loaded
  int running_divider;  ///< while an inference runs

  static ProgramClock of(const max7800x::Device& device, const max7800x::Options& options) {
    using max7800x::Feature;
    const bool pll = options.asks_for(Feature::pll) || options.asks_for(Feature::full_speed);
    const bool slow = device.has(Feature::pipeline) && options.no_pipeline;
    const int running = !slow ? 1 : pll ? 4 : 2;
    return {pll, pll && !options.asks_for(Feature::full_speed) ? 4 : running, running};
  }
  bool changes() const { return loading_divider != running_divider; }
  std::string source() const { return pll ? "MXC_S_GCR_PCLKDIV_CNNCLKSEL_IPLL" : "MXC_S_GCR_PCLKDIV_CNNCLKSEL_PCLK"; }
  static std::string divider(int value) { return "MXC_S_GCR_PCLKDIV_CNNCLKDIV_DIV" + std::to_string(value); }
};

template <int N>
class ProgramWriter {
 public:
  explicit ProgramWriter(const Project<N>& project) : project_(project) {}

  std::string write() const {
    return project_.banner("runs one sample and checks the answer") +
           project_.text(program_includes, {{"inputs", inputs()}}) +
           (project_.options.uses_fifo() ? fifo_loading() : memory_loading()) + project_.text(checking_text) +
           (project_.classifies() ? class_report() : "") + (clock_.changes() ? project_.text(divider_text) : "") +
           main_function();
  }

 private:
  std::string inputs() const {
    std::string text;
    for (std::size_t i = 0; i < project_.input.size(); ++i)
      text += filled("static const uint32_t input_@number@[] = @macro@;\n",
                     {{"number", i}, {"macro", project_.macro(project_.input_name(i))}});
    return text;
  }

  std::string memory_loading() const {
    std::string copies;
    for (std::size_t i = 0; i < project_.input.size(); ++i)
      copies += filled(
          "  copy_words(@address@, input_@number@, @words@);\n",
          {{"address", hex(project_.input[i].address)}, {"number", i}, {"words", project_.input[i].words.size()}});
    return project_.text(memory_loading_text, {{"copies", copies}});
  }

  std::string fifo_loading() const {
    std::string ports;
    std::size_t number = 0;
    for (int g = 0; g < max7800x::groups; ++g) {
      if (max7800x::group_part(project_.layout.processors, g) == 0 || number == project_.input.size()) continue;
      const max7800x::FifoPort port = max7800x::fifo_port(project_.device, project_.options, g);
      ports += project_.text(
          fifo_port_text,
          {{"status", hex(port.status)}, {"full", hex(port.full)}, {"data", hex(port.data)}, {"number", number++}});
    }
    const std::size_t words = project_.input.empty() ? 0 : project_.input[0].words.size();
    return project_.text(fifo_loading_text, {{"words", words}, {"ports", ports}});
  }

  std::string class_report() const {
    const int shift = 8 - project_.last().weight_bits;
    const std::string call =
        shift == 0 ? project_.text("  softmax_q17p14_q15(values, @PREFIX@CNN_NUM_OUTPUTS, shares);\n")
                   : project_.text("  softmax_shift_q17p14_q15(values, @PREFIX@CNN_NUM_OUTPUTS, @shift@, shares);\n",
                                   {{"shift", shift}});
    return project_.text(class_report_text, {{"softmax", call}});
  }

  /// The input is in the data memories when an inference starts, or follows through the FIFOs.
  std::string main_function() const {
    const std::string start = divider(clock_.running_divider) + "  passed = passed && @prefix@cnn_start() == CNN_OK;\n";
    const std::string load = "  load_input();\n";
    const int steps =
        max7800x::further_steps(project_.plan, project_.device, project_.options, project_.graph.size - 1);
    const bool may_exit = !exit_layers(project_.graph).empty();
    return project_.text(
        main_text, {{"title", project_.title},
                    {"pll_on", clock_.pll ? "  MXC_GCR->ipll_ctrl |= MXC_F_GCR_IPLL_CTRL_EN; /* the PLL on */\n" : ""},
                    {"source", clock_.source()},
                    {"divider", ProgramClock::divider(clock_.loading_divider)},
                    {"start", project_.text(project_.options.uses_fifo() ? start + load : load + start)},
                    {"counter", steps == 0 ? "" : ", step"},
                    {"steps", steps == 0 ? "" : project_.text(steps_text, {{"steps", steps}})},
                    {"exit", may_exit ? project_.text(exit_text, {{"number", project_.sample_exit()}}) : ""},
                    {"slower", divider(clock_.loading_divider)},
                    {"report", project_.classifies() ? "  softmax_layer();\n" : ""},
                    {"pll_off", clock_.pll ? "  MXC_GCR->ipll_ctrl &= ~(uint32_t)MXC_F_GCR_IPLL_CTRL_EN;\n" : ""}});
  }

  /// The statement that changes the divider of the clock; nothing if it stays the same.
  std::string divider(int value) const {
    return clock_.changes() ? "  set_clock_divider(" + ProgramClock::divider(value) + ");\n" : "";
  }

  const Project<N>& project_;
  ProgramClock clock_ = ProgramClock::of(project_.device, project_.options);
};

}  // namespace incuse::c_source::detail
