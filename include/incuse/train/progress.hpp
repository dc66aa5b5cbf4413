// What people see while training goes on.
#pragma once

#include <cstdio>
#include <string>

#include <incuse/train/trainer.hpp>

namespace incuse::train {

/// A line that is redrawn with each batch, and one that stays for each epoch. Without a stream nothing is printed.
class ProgressPrinter {
 public:
  /// `live`: redraw; false where the stream is a file. `counts`: print the share of right answers, of which targets and
  /// boxes have none.
  explicit ProgressPrinter(std::FILE* stream, bool live = true, bool counts = true)
      : stream_(stream), live_(live), counts_(counts) {}

  void print(const BatchReport& report) {
    if (stream_ == nullptr || !live_) return;
    constexpr int width = 24;
    const int filled = report.batch * width / report.batches;
    if (report.batch < report.batches && filled == filled_) return;
    filled_ = filled;
    const std::string bar =
        std::string(static_cast<std::size_t>(filled), '#') + std::string(static_cast<std::size_t>(width - filled), '.');
    std::fprintf(stream_, "\repoch %d of %d [%s] %s, rate %.2g, %.0f s left  ", report.epoch + 1, report.epochs,
                 bar.c_str(), score(report.loss, report.accuracy).c_str(), report.rate, report.seconds_left);
    std::fflush(stream_);
  }
  void print(const EpochReport& report) {
    if (stream_ == nullptr) return;
    std::fprintf(stream_, "%sepoch %d: %s; validation: %s; %.1f s%s%s%s\n", live_ ? "\r" : "", report.epoch + 1,
                 score(report.training.loss, report.training.accuracy).c_str(),
                 score(report.validation.loss, report.validation.accuracy).c_str(), report.seconds,
                 report.quantised ? ", as on the chip" : "", report.best ? ", best so far" : "", live_ ? "\033[K" : "");
    std::fflush(stream_);
  }
  Observers observers() {
    return {[this](const BatchReport& report) {
              print(report);
              return true;
            },
            [this](const EpochReport& report) {
              print(report);
              return true;
            }};
  }

 private:
  std::string score(double loss, double accuracy) const {
    char text[64];
    std::snprintf(text, sizeof text, counts_ ? "loss %.4f, %.2f %% right" : "loss %.4f", loss, 100 * accuracy);
    return text;
  }

  std::FILE* stream_;
  bool live_, counts_;
  int filled_ = -1;
};

}  // namespace incuse::train
