// Event files of TensorBoard: numbers, histograms, pictures and curves of precision and recall, step by step. A file is
// a row of records, each with its length and checksums (TFRecord), of messages of TensorFlow's event.proto and
// summary.proto.
#pragma once

#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include <incuse/export/protobuf.hpp>
#include <incuse/export/zip.hpp>

namespace incuse::train {

namespace detail {

/// CRC-32C (Castagnoli), turned and shifted by a constant as records have it.
inline std::uint32_t masked_crc(std::string_view bytes) {
  const std::uint32_t crc = incuse::detail::reflected_crc<0x82f63b78>(bytes);
  return (crc >> 15 | crc << 17) + 0xa282ead8U;
}

/// A record of an event file.
inline std::string event_record(std::string_view event) {
  std::string length, record;
  incuse::detail::append_little(length, event.size(), 8);
  record = length;
  incuse::detail::append_little(record, masked_crc(length), 4);
  record += event;
  incuse::detail::append_little(record, masked_crc(event), 4);
  return record;
}

}  // namespace detail

/// A picture as TensorBoard shows it.
struct EncodedPicture {
  int width = 0, height = 0, channels = 1;  ///< 1: grey, 3: red, green, blue
  std::string png{};                        ///< the file
};

/// Writes one event file. Every call appends one event to it, and throws std::runtime_error where that is not possible.
class TensorBoardWriter {
 public:
  /// The thresholds of precision and recall, from 0 to 1.
  static constexpr int thresholds = 101;

  /// Begins a new file in a folder, which is made if need be; files of earlier trainings stay.
  explicit TensorBoardWriter(const std::string& folder) {
    std::filesystem::create_directories(folder);
    char host[256] = {};
    if (gethostname(host, sizeof host - 1) != 0) std::strcpy(host, "localhost");
    const std::string begin = folder + "/events.out.tfevents." + std::to_string(static_cast<long long>(now())) + '.' +
                              host + '.' + std::to_string(getpid());
    for (int i = 0; file_ == nullptr && i < 1000; ++i) {
      path_ = begin + '.' + std::to_string(i);
      file_ = std::fopen(path_.c_str(), "wbx");
      if (file_ == nullptr && errno != EEXIST) break;
    }
    if (file_ == nullptr) throw std::runtime_error(path_ + ": cannot be written: " + std::strerror(errno));
    write(Message().content(3, "brain.Event:2"));
  }
  ~TensorBoardWriter() { std::fclose(file_); }
  TensorBoardWriter(const TensorBoardWriter&) = delete;
  TensorBoardWriter& operator=(const TensorBoardWriter&) = delete;

  const std::string& path() const { return path_; }

  /// Tags with a slash are shown in groups.
  void add_scalar(const std::string& tag, long long step, double value) {
    add(Message().content(1, tag).real(2, static_cast<float>(value)), step);
  }

  /// How often numbers of each size occur; infinite ones and those that are none are left out.
  void add_histogram(const std::string& tag, long long step, const std::vector<float>& values) {
    double least = 0, most = 0, count = 0, sum = 0, squares = 0;
    for (const float value : values) {
      if (!std::isfinite(value)) continue;
      const auto own = static_cast<double>(value);
      least = count == 0 ? own : std::min(least, own);
      most = count == 0 ? own : std::max(most, own);
      ++count;
      sum += own;
      squares += own * own;
    }
    const double width = most > least ? (most - least) / parts : 1;
    double counts[parts] = {};
    for (const float value : values)
      if (std::isfinite(value))
        ++counts[static_cast<std::size_t>(std::clamp((static_cast<double>(value) - least) / width, 0.0, parts - 1.0))];
    Message limits, amounts;
    for (int i = 0; i < parts; ++i) {
      limits.packed(i + 1 == parts ? std::max(most, least + width * parts) : least + width * (i + 1));
      amounts.packed(counts[i]);
    }
    add(Message().content(1, tag).content(5, Message()
                                                 .real(1, least)
                                                 .real(2, most)
                                                 .real(3, count)
                                                 .real(4, sum)
                                                 .real(5, squares)
                                                 .content(6, limits)
                                                 .content(7, amounts)),
        step);
  }

  void add_picture(const std::string& tag, long long step, const EncodedPicture& picture) {
    const Message image = Message()
                              .number(1, picture.height)
                              .number(2, picture.width)
                              .number(3, picture.channels)
                              .content(4, picture.png);
    add(Message().content(1, tag).content(4, image), step);
  }

  /// A class against all others: for each sample its probability, and whether it is of the class.
  void add_precision_recall(const std::string& tag, long long step, const std::vector<float>& probabilities,
                            const std::vector<bool>& is) {
    double right[thresholds + 1] = {}, wrong[thresholds + 1] = {};
    for (std::size_t i = 0; i < std::min(probabilities.size(), is.size()); ++i) {
      const double place = static_cast<double>(probabilities[i]) * (thresholds - 1);
      const auto own = place > 0 ? std::min(static_cast<std::size_t>(place), std::size_t{thresholds} - 1) : 0;
      ++(is[i] ? right : wrong)[own];
    }
    for (int t = thresholds; t-- > 0;) {
      right[t] += right[t + 1];
      wrong[t] += wrong[t + 1];
    }
    // True and false positives, true and false negatives, precision, recall: a row each.
    Message values;
    const auto row = [&](const auto& value) {
      for (int t = 0; t < thresholds; ++t) values.packed(static_cast<float>(value(t)));
    };
    row([&](int t) { return right[t]; });
    row([&](int t) { return wrong[t]; });
    row([&](int t) { return wrong[0] - wrong[t]; });
    row([&](int t) { return right[0] - right[t]; });
    row([&](int t) { return right[t] + wrong[t] > 0 ? right[t] / (right[t] + wrong[t]) : 1.0; });
    row([&](int t) { return right[0] > 0 ? right[t] / right[0] : 0.0; });
    const Message shape = Message().content(2, Message().number(1, 6)).content(2, Message().number(1, thresholds));
    const Message plugin = Message().content(1, "pr_curves").content(2, Message().number(2, thresholds));
    add(Message()
            .content(1, tag)
            .content(8, Message().number(1, 1).content(2, shape).content(5, values))
            .content(9, Message().content(1, plugin)),
        step);
  }

 private:
  using Message = incuse::detail::ProtobufWriter;
  static constexpr int parts = 40;  ///< of a histogram

  static double now() {
    return std::chrono::duration<double>(std::chrono::system_clock::now().time_since_epoch()).count();
  }
  /// An event with one value.
  void add(const Message& value, long long step) {
    write(Message().number(2, step).content(5, Message().content(1, value)));
  }
  void write(const Message& rest) {
    const std::string record = detail::event_record(Message().real(1, now()).bytes() + rest.bytes());
    if (std::fwrite(record.data(), 1, record.size(), file_) != record.size() || std::fflush(file_) != 0)
      throw std::runtime_error(path_ + ": cannot be written: " + std::strerror(errno));
  }

  std::string path_{};
  std::FILE* file_ = nullptr;
};

}  // namespace incuse::train
