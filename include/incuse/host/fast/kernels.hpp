// The kernels of all levels that the compiler has, and the choice between them at run time.
#pragma once

#include <cstdint>

#include <incuse/host/fast/layout.hpp>
#include <incuse/host/fast/operands.hpp>
#include <incuse/host/fast/piece.hpp>
#include <incuse/host/fast/portable.hpp>

#if defined(__x86_64__)
#include <incuse/host/fast/amx.hpp>
#include <incuse/host/fast/avx2.hpp>
#include <incuse/host/fast/avx512_vnni.hpp>
#include <incuse/host/fast/avx_vnni.hpp>
#elif defined(__aarch64__)
#include <incuse/host/fast/neon_dot.hpp>
#endif

namespace incuse::host::fast {

/// To be called on a thread before and after it runs pieces with tiles.
inline void begin_tiles() {
#if defined(__x86_64__)
  amx::configure();
#endif
}
inline void end_tiles() {
#if defined(__x86_64__)
  amx::release();
#endif
}

/// Prepares the operands of a layer that reads elements in the form `form` of a level: see `prepare` in operands.hpp.
inline void prepare(Level level, const Form& form, const Preparation& job) {
  if (form == wide_form) return prepare<std::int32_t>(job);
#if defined(__x86_64__)
  if (form == plain_form) return avx2::plain::prepare(job);
  if (level == Level::avx2) return avx2::prepare(job);
  if (level == Level::avx_vnni) return avx_vnni::prepare(job);
  if (level == Level::avx512_vnni || level == Level::amx) return avx512_vnni::prepare(job);
#elif defined(__aarch64__)
  if (level == Level::neon_dot) return neon_dot::prepare(job);
#endif
  static_cast<void>(level);
  prepare<std::int16_t>(job);
}

namespace detail {

/// Layers that read 32-bit values: outputs are elements of the level's, or have 32 bits too.
inline void convolve_wide(int out_bytes, const Convolution& job) {
  constexpr int word = wide_form.word;
  if (out_bytes == 1) return portable::convolve<word, std::int32_t, std::uint8_t>(job);
  if (out_bytes == 2) return portable::convolve<word, std::int32_t, std::int16_t>(job);
  portable::convolve<word, std::int32_t, std::int32_t>(job);
}

}  // namespace detail

/// Runs a piece whose weights are packed in a form for a level.
inline void convolve(Level level, const Form& form, int out_bytes, const Convolution& job) {
  if (form == wide_form) return detail::convolve_wide(out_bytes, job);
#if defined(__x86_64__)
  if (form == plain_form) return avx2::plain::convolve(job);
  if (level == Level::avx2) return avx2::convolve(job);
  if (level == Level::avx_vnni) return avx_vnni::convolve(job);
  if (job.piece.tiles) return amx::convolve(job);
  if (level == Level::avx512_vnni || level == Level::amx) return avx512_vnni::convolve(job);
#elif defined(__aarch64__)
  if (level == Level::neon_dot) return neon_dot::convolve(job);
#endif
  static_cast<void>(level);
  constexpr int word = form_of(Level::portable).word;
  if (job.finish.wide) return portable::convolve<word, std::int16_t, std::int32_t>(job);
  portable::convolve<word, std::int16_t, std::int16_t>(job);
}

}  // namespace incuse::host::fast
