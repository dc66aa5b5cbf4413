// A file with one JSON object for each epoch, for programs that draw or compare trainings.
#pragma once

#include <cstdio>
#include <sstream>
#include <string>
#include <vector>

#include <incuse/import/file.hpp>
#include <incuse/train/checkpoint_file.hpp>
#include <incuse/train/trainer.hpp>

namespace incuse::train {

/// {"epoch": 1, "quantised": false, "rate": …, "training": {"loss": …, "accuracy": …}, "validation": {…}, "seconds": …,
/// "best": true}; epochs count from 1.
inline std::string json_of(const EpochReport& report) {
  char text[400];
  std::snprintf(text, sizeof text,
                "{\"epoch\": %d, \"quantised\": %s, \"rate\": %g, \"training\": {\"loss\": %.6f, \"accuracy\": %.6f}, "
                "\"validation\": {\"loss\": %.6f, \"accuracy\": %.6f}, \"seconds\": %.3f, \"best\": %s}",
                report.epoch + 1, report.quantised ? "true" : "false", report.rate, report.training.loss,
                report.training.accuracy, report.validation.loss, report.validation.accuracy, report.seconds,
                report.best ? "true" : "false");
  return text;
}

/// The epochs of a file of TrainingLog, up to the first line that is none of its own; none if there is no file.
inline std::vector<EpochReport> read_log(const std::string& path) {
  std::string text, ignored;
  std::vector<EpochReport> reports;
  if (!read_file(path, text, ignored)) return reports;
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line);) {
    EpochReport report;
    char quantised[6] = {}, best[6] = {};
    const int read =
        std::sscanf(line.c_str(),
                    "{\"epoch\": %d, \"quantised\": %5[a-z], \"rate\": %lf, \"training\": {\"loss\": %lf, "
                    "\"accuracy\": %lf}, \"validation\": {\"loss\": %lf, \"accuracy\": %lf}, \"seconds\": "
                    "%lf, \"best\": %5[a-z]}",
                    &report.epoch, quantised, &report.rate, &report.training.loss, &report.training.accuracy,
                    &report.validation.loss, &report.validation.accuracy, &report.seconds, best);
    if (read != 9) break;
    --report.epoch;
    report.quantised = quantised[0] == 't';
    report.best = best[0] == 't';
    reports.push_back(report);
  }
  return reports;
}

/// Writes the file anew with every epoch.
class TrainingLog {
 public:
  /// `path` keeps the epochs before `first_epoch`, which a training that goes on begins with.
  TrainingLog(std::string path, int first_epoch) : path_(std::move(path)) {
    for (const EpochReport& report : read_log(path_))
      if (report.epoch < first_epoch) reports_.push_back(report);
  }

  /// Throws std::runtime_error if the file cannot be written.
  void add(const EpochReport& report) {
    reports_.push_back(report);
    std::string text;
    for (const EpochReport& own : reports_) text += json_of(own) + '\n';
    write_file_at_once(path_, text);
  }
  const std::vector<EpochReport>& reports() const { return reports_; }

 private:
  std::string path_;
  std::vector<EpochReport> reports_{};
};

}  // namespace incuse::train
