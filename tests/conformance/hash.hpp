// A hash of what is made of a reference case, to compare two versions of the library.
#pragma once

#include <cstdint>
#include <sstream>
#include <string>
#include <type_traits>
#include <vector>

namespace conformance {

/// FNV-1a of everything that is added.
class Hash {
 public:
  void add(const std::string& text) {
    for (char c : text) add_byte(static_cast<unsigned char>(c));
    add_byte(0xff);
  }
  template <class Value>
  void add(const std::vector<Value>& values) {
    for (const Value value : values) add(exact_text(value));
    add("end");
  }
  std::string text() const {
    std::ostringstream out;
    out << std::hex << value_;
    return out.str();
  }

 private:
  template <class Value>
  static std::string exact_text(Value value) {
    if constexpr (!std::is_floating_point_v<Value>) return std::to_string(value);
    std::ostringstream out;
    out << std::hexfloat << value;
    return out.str();
  }
  void add_byte(unsigned char byte) { value_ = (value_ ^ byte) * 0x100'0000'01b3u; }
  std::uint64_t value_ = 0xcbf2'9ce4'8422'2325u;
};

/// The hash of one text or of one list.
template <class Content>
std::string hash_of(const Content& content) {
  Hash hash;
  hash.add(content);
  return hash.text();
}

}  // namespace conformance
