// Event files of TensorBoard, read back with libprotobuf and a checksum of its own.
#include <algorithm>
#include <cmath>
#include <cstdint>
#include <fstream>
#include <iterator>
#include <memory>
#include <sstream>
#include <string>
#include <vector>

#include <doctest/doctest.h>

#include <google/protobuf/descriptor.h>
#include <google/protobuf/descriptor.pb.h>
#include <google/protobuf/dynamic_message.h>
#include <google/protobuf/message.h>
#include <google/protobuf/text_format.h>

#include <incuse/train/tensorboard.hpp>

#include <support/temporary_folder.hpp>

namespace test_events {

using namespace incuse;

namespace {

namespace protobuf = google::protobuf;

/// The parts of TensorFlow's event.proto, summary.proto and tensor.proto, and of TensorBoard's plugins, that are
/// written.
constexpr const char* schema = R"(
name: "events.proto" syntax: "proto3"
message_type { name: "Event"
  field { name: "wall_time" number: 1 type: TYPE_DOUBLE label: LABEL_OPTIONAL }
  field { name: "step" number: 2 type: TYPE_INT64 label: LABEL_OPTIONAL }
  field { name: "file_version" number: 3 type: TYPE_STRING label: LABEL_OPTIONAL }
  field { name: "summary" number: 5 type: TYPE_MESSAGE type_name: ".Summary" label: LABEL_OPTIONAL } }
message_type { name: "Summary"
  field { name: "value" number: 1 type: TYPE_MESSAGE type_name: ".Value" label: LABEL_REPEATED } }
message_type { name: "Value"
  field { name: "tag" number: 1 type: TYPE_STRING label: LABEL_OPTIONAL }
  field { name: "simple_value" number: 2 type: TYPE_FLOAT label: LABEL_OPTIONAL }
  field { name: "image" number: 4 type: TYPE_MESSAGE type_name: ".Image" label: LABEL_OPTIONAL }
  field { name: "histo" number: 5 type: TYPE_MESSAGE type_name: ".Histogram" label: LABEL_OPTIONAL }
  field { name: "tensor" number: 8 type: TYPE_MESSAGE type_name: ".Tensor" label: LABEL_OPTIONAL }
  field { name: "metadata" number: 9 type: TYPE_MESSAGE type_name: ".Metadata" label: LABEL_OPTIONAL } }
message_type { name: "Image"
  field { name: "height" number: 1 type: TYPE_INT32 label: LABEL_OPTIONAL }
  field { name: "width" number: 2 type: TYPE_INT32 label: LABEL_OPTIONAL }
  field { name: "colorspace" number: 3 type: TYPE_INT32 label: LABEL_OPTIONAL }
  field { name: "encoded_image_string" number: 4 type: TYPE_BYTES label: LABEL_OPTIONAL } }
message_type { name: "Histogram"
  field { name: "min" number: 1 type: TYPE_DOUBLE label: LABEL_OPTIONAL }
  field { name: "max" number: 2 type: TYPE_DOUBLE label: LABEL_OPTIONAL }
  field { name: "num" number: 3 type: TYPE_DOUBLE label: LABEL_OPTIONAL }
  field { name: "sum" number: 4 type: TYPE_DOUBLE label: LABEL_OPTIONAL }
  field { name: "sum_squares" number: 5 type: TYPE_DOUBLE label: LABEL_OPTIONAL }
  field { name: "bucket_limit" number: 6 type: TYPE_DOUBLE label: LABEL_REPEATED }
  field { name: "bucket" number: 7 type: TYPE_DOUBLE label: LABEL_REPEATED } }
message_type { name: "Tensor"
  field { name: "dtype" number: 1 type: TYPE_INT32 label: LABEL_OPTIONAL }
  field { name: "tensor_shape" number: 2 type: TYPE_MESSAGE type_name: ".Shape" label: LABEL_OPTIONAL }
  field { name: "float_val" number: 5 type: TYPE_FLOAT label: LABEL_REPEATED } }
message_type { name: "Shape"
  field { name: "dim" number: 2 type: TYPE_MESSAGE type_name: ".Dim" label: LABEL_REPEATED } }
message_type { name: "Dim" field { name: "size" number: 1 type: TYPE_INT64 label: LABEL_OPTIONAL } }
message_type { name: "Metadata"
  field { name: "plugin_data" number: 1 type: TYPE_MESSAGE type_name: ".Plugin" label: LABEL_OPTIONAL } }
message_type { name: "Plugin"
  field { name: "plugin_name" number: 1 type: TYPE_STRING label: LABEL_OPTIONAL }
  field { name: "content" number: 2 type: TYPE_MESSAGE type_name: ".Curve" label: LABEL_OPTIONAL } }
message_type { name: "Curve" field { name: "num_thresholds" number: 2 type: TYPE_UINT32 label: LABEL_OPTIONAL } }
)";

/// CRC-32C, bit by bit.
std::uint32_t checksum(const std::string& bytes) {
  std::uint32_t crc = 0xffffffff;
  for (const char byte : bytes) {
    crc ^= static_cast<unsigned char>(byte);
    for (int bit = 0; bit < 8; ++bit) crc = (crc & 1) != 0 ? crc >> 1 ^ 0x82f63b78U : crc >> 1;
  }
  return ~crc;
}
std::uint64_t little(const std::string& bytes, std::size_t at, int count) {
  std::uint64_t value = 0;
  for (int i = count; i-- > 0;)
    value = value << 8 | static_cast<unsigned char>(bytes[at + static_cast<std::size_t>(i)]);
  return value;
}
bool has_checksum(const std::string& bytes, std::uint64_t stored) {
  const auto rotated = static_cast<std::uint32_t>(stored) - 0xa282ead8U;
  return (rotated >> 17 | rotated << 15) == checksum(bytes);
}

/// The events of a file as libprotobuf reads them.
class Events {
 public:
  explicit Events(const std::string& path) {
    protobuf::FileDescriptorProto description;
    REQUIRE(protobuf::TextFormat::ParseFromString(schema, &description));
    const protobuf::FileDescriptor* file = pool_.BuildFile(description);
    REQUIRE(file != nullptr);
    const protobuf::Message* prototype = factory_.GetPrototype(file->FindMessageTypeByName("Event"));
    std::ifstream stream(path, std::ios::binary);
    const std::string bytes{std::istreambuf_iterator<char>(stream), {}};
    for (std::size_t at = 0; at < bytes.size();) {
      REQUIRE(at + 12 <= bytes.size());
      const auto length = static_cast<std::size_t>(little(bytes, at, 8));
      CHECK(has_checksum(bytes.substr(at, 8), little(bytes, at + 8, 4)));
      REQUIRE(at + 16 + length <= bytes.size());
      const std::string event = bytes.substr(at + 12, length);
      CHECK(has_checksum(event, little(bytes, at + 12 + length, 4)));
      all_.emplace_back(prototype->New());
      REQUIRE(all_.back()->ParseFromString(event));
      at += 16 + length;
    }
  }

  std::size_t size() const { return all_.size(); }
  /// An event as text, without what the schema does not know; that is nothing.
  std::string text(std::size_t i) const {
    CHECK(all_[i]->GetReflection()->GetUnknownFields(*all_[i]).empty());
    std::string text;
    protobuf::TextFormat::Printer printer;
    printer.SetSingleLineMode(true);
    printer.PrintToString(*all_[i], &text);
    return text;
  }
  /// All numbers behind "NAME: " in an event.
  std::vector<double> numbers(std::size_t i, const std::string& name) const {
    std::istringstream words(text(i));
    std::vector<double> found;
    for (std::string word; words >> word;)
      if (word == name + ":" && words >> word) found.push_back(std::stod(word));
    return found;
  }

 private:
  protobuf::DescriptorPool pool_{};
  protobuf::DynamicMessageFactory factory_{};
  std::vector<std::unique_ptr<protobuf::Message>> all_{};
};

bool has(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }

}  // namespace

TEST_CASE("events: the checksum is CRC-32C") {
  CHECK(checksum("123456789") == 0xe3069283);
  CHECK(incuse::detail::reflected_crc<0x82f63b78>("123456789") == 0xe3069283);
  CHECK(incuse::detail::crc32("123456789") == 0xcbf43926);
}

TEST_CASE("events: another reader finds what was written") {
  const test::TemporaryFolder folder;
  const std::string where = (folder.path() / "a" / "b").string();
  std::string path;
  {
    train::TensorBoardWriter writer(where);
    path = writer.path();
    writer.add_scalar("loss/training", 3, 0.625);
    writer.add_histogram("weights/conv", 1LL << 40, {-1, 0, 0.5F, 3, INFINITY});
    writer.add_picture("worst/0", 0, {4, 2, 3, std::string("\x89PNG\0x", 6)});
    writer.add_precision_recall("precision/cat", 7, {0.9F, 0.8F, 0.3F, 1.0F}, {true, false, true, true});
    writer.add_histogram("nothing", 0, {});
    CHECK(train::TensorBoardWriter(where).path() != path);  // a second file in the same second
  }
  CHECK(has(path, "events.out.tfevents."));
  const Events events(path);
  REQUIRE(events.size() == 6);
  CHECK(has(events.text(0), "file_version: \"brain.Event:2\""));
  CHECK(events.numbers(0, "wall_time").at(0) > 1.5e9);

  CHECK(has(events.text(1), "step: 3 summary { value { tag: \"loss/training\" simple_value: 0.625 } }"));

  CHECK(has(events.text(2), "step: 1099511627776"));
  CHECK(has(events.text(2), "min: -1 max: 3 num: 4 sum: 2.5 sum_squares: 10.25"));
  const std::vector<double> limits = events.numbers(2, "bucket_limit"), buckets = events.numbers(2, "bucket");
  REQUIRE(limits.size() == buckets.size());
  CHECK(limits.back() == 3);
  CHECK(std::is_sorted(limits.begin(), limits.end()));
  double count = 0, below = 0;
  for (std::size_t i = 0; i < limits.size(); ++i) {
    count += buckets[i];
    if (limits[i] <= 0.25) below += buckets[i];
  }
  CHECK(count == 4);
  CHECK(below == 2);

  CHECK(has(events.text(3), "image { height: 2 width: 4 colorspace: 3 encoded_image_string: \"\\211PNG\\000x\" }"));

  CHECK(has(events.text(4), "plugin_name: \"pr_curves\" content { num_thresholds: 101 }"));
  CHECK(has(events.text(4), "dtype: 1 tensor_shape { dim { size: 6 } dim { size: 101 } }"));
  const std::vector<double> values = events.numbers(4, "float_val");
  REQUIRE(values.size() == 606);
  const auto column = [&](std::size_t t) {
    std::vector<double> all;
    for (std::size_t row = 0; row < 6; ++row) all.push_back(values[101 * row + t]);
    return all;
  };
  CHECK(column(0) == std::vector<double>{3, 1, 0, 0, 0.75, 1});
  CHECK(column(50) == std::vector<double>{2, 1, 0, 1, values[101 * 4 + 50], values[101 * 5 + 50]});
  CHECK(values[101 * 4 + 50] == doctest::Approx(2 / 3.0));
  CHECK(values[101 * 5 + 50] == doctest::Approx(2 / 3.0));
  CHECK(column(100) == std::vector<double>{1, 0, 1, 2, 1, values[605]});
  CHECK(values[605] == doctest::Approx(1 / 3.0));
  CHECK(events.numbers(5, "num").empty());  // 0 is not printed
}

TEST_CASE("events: a folder that cannot be made is refused in words") {
  const test::TemporaryFolder folder;
  std::ofstream(folder.path() / "file") << "x";
  CHECK_THROWS_AS(train::TensorBoardWriter((folder.path() / "file").string()), std::exception);
}

}  // namespace test_events
