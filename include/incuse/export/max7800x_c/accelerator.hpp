// cnn.c: power, registers, weights, biases and start. See max7800x_c_source.hpp.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <string>
#include <vector>

#include <incuse/export/max7800x_c/project.hpp>
#include <incuse/export/max7800x_c/unloading.hpp>
#include <incuse/max7800x/registers/register_names.hpp>
#include <incuse/max7800x/tables/registers.hpp>

namespace incuse::c_source::detail {

inline constexpr const char* accelerator_includes = R"(
#include <stddef.h>
#include <stdint.h>

#include "mxc.h"
#include "gcfr_regs.h"

#include "@prefix@cnn.h"
#include "@prefix@weights.h"

volatile uint32_t @prefix@cnn_time;

)";

inline constexpr const char* interrupt_text = R"(
void @prefix@CNN_ISR(void)
{
@accesses@#ifdef __riscv
  NVIC_ClearPendingIRQ(CNN_IRQn);
  NVIC_ClearPendingEVENT(CNN_IRQn);
#endif
#ifdef CNN_INFERENCE_TIMER
  @prefix@cnn_time = (uint32_t)MXC_TMR_SW_Stop(CNN_INFERENCE_TIMER);
  if (@prefix@cnn_time == 0) @prefix@cnn_time = 1;
#else
  @prefix@cnn_time = 1;
#endif
}

)";

inline constexpr const char* pll_text = R"(
  if (clock_source == MXC_S_GCR_PCLKDIV_CNNCLKSEL_IPLL)
    while ((MXC_GCR->ipll_ctrl & MXC_F_GCR_IPLL_CTRL_RDY) == 0) {}
)";

inline constexpr const char* power_text = R"(
int @prefix@cnn_enable(uint32_t clock_source, uint32_t clock_divider)
{
  MXC_GCFR->reg3 = 0xf; /* all groups in reset */
  MXC_GCFR->reg1 = @used@; /* memories on */
  MXC_GCFR->reg0 = @used@; /* power on */
@wait@  MXC_GCFR->reg2 = @unused@; /* others isolated */
  MXC_GCFR->reg3 = 0x0;
@pll@
  MXC_GCR->pclkdiv = (MXC_GCR->pclkdiv &
                      ~(uint32_t)(MXC_F_GCR_PCLKDIV_CNNCLKDIV | MXC_F_GCR_PCLKDIV_CNNCLKSEL)) |
                     clock_divider | clock_source;
  MXC_SYS_ClockEnable(MXC_SYS_PERIPH_CLOCK_CNN);

#ifdef __riscv
  __enable_irq();
  NVIC_EnableIRQ(CNN_IRQn);
  NVIC_EnableEVENT(CNN_IRQn);
#else
  MXC_NVIC_SetVector(CNN_IRQn, @prefix@CNN_ISR);
#endif
  return CNN_OK;
}

int @prefix@cnn_disable(void)
{
  MXC_SYS_ClockDisable(MXC_SYS_PERIPH_CLOCK_CNN);
  MXC_GCFR->reg3 = 0xf; /* reset */
  MXC_GCFR->reg2 |= 0xf; /* isolate */
  MXC_GCFR->reg0 = 0x0; /* power off */
  MXC_GCFR->reg1 = 0x0; /* memories off */
  MXC_GCFR->reg3 = 0x0;
  return CNN_OK;
}

int @prefix@cnn_boost_enable(mxc_gpio_regs_t *port, uint32_t pin)
{
  mxc_gpio_cfg_t output;
  output.port = port;
  output.mask = pin;
  output.pad = MXC_GPIO_PAD_NONE;
  output.func = MXC_GPIO_FUNC_OUT;
  MXC_GPIO_Config(&output);
  MXC_GPIO_OutSet(port, pin);
  return CNN_OK;
}

int @prefix@cnn_boost_disable(mxc_gpio_regs_t *port, uint32_t pin)
{
  MXC_GPIO_OutClr(port, pin);
  return CNN_OK;
}

)";

inline constexpr const char* weight_loading_text = R"(
/* Records of address, number of words, words; an address of 0 ends them. */
static const uint32_t kernels[] = @PREFIX@KERNELS;

int @prefix@cnn_load_weights(void)
{
  const uint32_t *next = kernels;
  while (*next != 0) {
    uint32_t address = *next++;
    uint32_t left = *next++;
@start@    for (; left > 0; left--) {
      CNN_WRITE(address, *next);
      next++;
      address += 4;
    }
  }
  return CNN_OK;
}

)";

inline constexpr const char* start_of_packed_words = R"(
    CNN_WRITE_BYTE(address | 1u, 1); /* the packed words start here */
)";

inline constexpr const char* plain_verification_text = R"(
int @prefix@cnn_verify_weights(void)
{
  const uint32_t *next = kernels;
  while (*next != 0) {
    uint32_t address = *next++;
    uint32_t left = *next++;
    for (; left > 0; left--) {
      if (CNN_READ(address) != *next) return CNN_FAIL;
      next++;
      address += 4;
    }
  }
  return CNN_OK;
}

)";

inline constexpr const char* express_verification_text = R"(
/* Byte `i` of packed words, and four of them. */
static uint32_t packed_byte(const uint32_t *words, uint32_t i)
{
  return words[i / 4] >> (8 * (3 - i % 4)) & 0xffu;
}

static uint32_t packed_word(const uint32_t *words, uint32_t i)
{
  return packed_byte(words, i) << 24 | packed_byte(words, i + 1) << 16 | packed_byte(words, i + 2) << 8 |
         packed_byte(words, i + 3);
}

int @prefix@cnn_verify_weights(void)
{
  const uint32_t *next = kernels;
  while (*next != 0) {
    /* Kernels of 9 bytes, 16 bytes apart. */
    uint32_t address = (*next & ~@span@) | (*next & @span@) << 2;
    const uint32_t words = next[1];
    uint32_t byte;
    next += 2;
    for (byte = 0; byte + 9 <= 4 * words; byte += 9) {
      if (CNN_READ(address) != packed_byte(next, byte)) return CNN_FAIL;
      if (CNN_READ(address + 4) != packed_word(next, byte + 1)) return CNN_FAIL;
      if (CNN_READ(address + 8) != packed_word(next, byte + 5)) return CNN_FAIL;
      if (CNN_READ(address + 12) != 0) return CNN_FAIL;
      address += 16;
    }
    next += words;
  }
  return CNN_OK;
}

)";

inline constexpr const char* start_text = R"(
  @prefix@cnn_time = 0;

@prepare@
#ifdef CNN_INFERENCE_TIMER
  MXC_TMR_SW_Start(CNN_INFERENCE_TIMER);
#endif

  /* The leading group sets the others going. */
@go@)";

template <int N>
class AcceleratorWriter {
 public:
  explicit AcceleratorWriter(const Project<N>& project) : project_(project) {}

  std::string write() const {
    const bool keeps = project_.graph.buffer.exists();
    return project_.banner("the accelerator") + project_.text(accelerator_includes) + interrupt() + power() + init() +
           weight_loading() + bias_loading() + (keeps ? buffer_clearing() : "") + configuration(keeps) + start() +
           pause() + unloading_function(project_);
  }

 private:
  static std::string access(const max7800x::RegisterWrite& write) {
    using max7800x::Access;
    const std::string address = hex(write.address), value = hex(write.value);
    const std::string differs = "((CNN_READ(" + address + ") & " + hex(write.mask) + ") != " + value + ")";
    switch (write.access) {
      case Access::set_bits:
        return "CNN_WRITE(" + address + ", CNN_READ(" + address + ") | " + value + ");";
      case Access::keep_bits:
        return "CNN_WRITE(" + address + ", CNN_READ(" + address + ") & " + value + ");";
      case Access::wait:
        return "while " + differs + " {}";
      case Access::check:
        return "if " + differs + " return CNN_FAIL;";
      default:
        return "CNN_WRITE(" + address + ", " + value + ");";
    }
  }

  /// Statements for the accesses that `emit(sink)` yields, with a comment where another layer or group begins.
  template <class Emit>
  std::string statements(Emit&& emit) const {
    std::string text;
    int layer = -1, group = -1;
    emit([&](const max7800x::RegisterWrite& write) {
      const max7800x::RegisterAt at = max7800x::register_at(project_.device, write.address);
      if (at.layer >= 0 && (at.layer != layer || at.group != group)) {
        layer = at.layer;
        group = at.group;
        text += "\n  /* Layer " + std::to_string(layer) + project_.layer_name(layer) + ", group " +
                std::to_string(group) + " */\n";
      }
      text += "  " + access(write);
      if (at.description != nullptr && write.access != max7800x::Access::check)
        text += " /* " + string_of(at.description->name) + " */";
      text += '\n';
    });
    return text;
  }

  std::string interrupt() const {
    const auto emit = [&](auto&& sink) {
      max7800x::emit_interrupt(project_.graph, project_.plan, project_.device, project_.options, sink);
    };
    return project_.text(interrupt_text, {{"accesses", statements(emit)}});
  }

  std::string power() const {
    char used[8], unused[8];
    std::snprintf(used, sizeof used, "0x%x", project_.plan.groups);
    std::snprintf(unused, sizeof unused, "0x%x", ~project_.plan.groups & 0xf);
    const int milliseconds = project_.device.power_up_milliseconds;
    const std::string wait = milliseconds == 0 ? ""
                                               : "  MXC_Delay(MXC_DELAY_MSEC(" + std::to_string(milliseconds) +
                                                     ")); /* for the load switches */\n";
    const std::string pll = project_.device.has(max7800x::Feature::pll) ? pll_text : "";
    return project_.text(power_text, {{"used", used}, {"unused", unused}, {"wait", wait}, {"pll", pll}});
  }

  std::string init() const {
    return project_.function("cnn_init", statements([&](auto&& sink) {
                               max7800x::emit_init(project_.graph, project_.plan, project_.device, project_.options,
                                                   sink);
                             }));
  }

  std::string configuration(bool clears_buffer) const {
    const std::string registers = statements([&](auto&& sink) {
      max7800x::emit_configure(project_.graph, project_.plan, project_.device, project_.options, sink);
    });
    return project_.function("cnn_configure",
                             registers + (clears_buffer ? project_.text("  (void)@prefix@cnn_clear_buffer();\n") : ""));
  }

  std::string weight_loading() const {
    const bool express = project_.options.express_weights;
    return project_.text(weight_loading_text, {{"start", express ? project_.text(start_of_packed_words) : ""}}) +
           (express ? project_.text(express_verification_text, {{"span", hex(project_.device.express_span - 1)}})
                    : project_.text(plain_verification_text));
  }

  std::string bias_loading() const {
    std::string arrays, loops;
    for (int g = 0; g < max7800x::groups; ++g) {
      if (project_.plan.bias_fill[g] == 0) continue;
      arrays += project_.text("static const uint8_t bias_@group@[] = @PREFIX@BIAS_@group@;\n", {{"group", g}});
      loops += project_.text(
          "  for (i = 0; i < sizeof bias_@group@; i++)\n"
          "    CNN_WRITE(@address@ + 4 * (uint32_t)i, (uint32_t)bias_@group@[i]);\n",
          {{"group", g}, {"address", hex(project_.device.bias.address(g))}});
    }
    if (!arrays.empty()) arrays += '\n';
    return arrays + project_.function("cnn_load_bias", loops.empty() ? "" : "  size_t i;\n" + loops);
  }

  std::string buffer_clearing() const {
    struct Loops {
      std::string text{};
      void region(std::uint32_t address, int words) {
        text += filled("  for (i = 0; i < @words@; i++) CNN_WRITE(@address@ + 4 * i, 0);\n",
                       {{"words", words}, {"address", hex(address)}});
      }
      void word(std::uint32_t) {}
    } loops;
    max7800x::emit_cleared_buffer(project_.graph, project_.plan, project_.device, loops);
    return project_.function("cnn_clear_buffer", "  uint32_t i;\n\n" + loops.text);
  }

  std::string start() const {
    std::vector<max7800x::RegisterWrite> accesses;
    max7800x::emit_start(project_.graph, project_.plan, project_.device, project_.options,
                         [&](const max7800x::RegisterWrite& write) { accesses.push_back(write); });
    std::size_t last_write = accesses.size();
    while (accesses[--last_write].access != max7800x::Access::write) {
    }
    const auto part = [&](std::size_t from, std::size_t to) {
      return statements([&](auto&& sink) {
        for (std::size_t i = from; i < to; ++i) sink(accesses[i]);
      });
    };
    return project_.function("cnn_start", project_.text(start_text, {{"prepare", part(0, last_write)},
                                                                     {"go", part(last_write, accesses.size())}}));
  }

  std::string pause() const {
    const auto one = [&](const max7800x::RegisterWrite& write) {
      return statements([&](auto&& sink) { sink(write); });
    };
    return project_.function("cnn_stop", one(max7800x::stop_write(project_.plan, project_.device))) +
           project_.function("cnn_continue", project_.text("  @prefix@cnn_time = 0;\n") +
                                                 one(max7800x::continue_write(project_.plan, project_.device)));
  }

  const Project<N>& project_;
};

}  // namespace incuse::c_source::detail
