// Reads XML as far as tests of pages and pictures need it: whether it is well formed, and its elements.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace incuse::tests {

struct XmlElement {
  std::string name{};
  std::map<std::string, std::string> attributes{};
  int depth = 0;
};

/// Elements in their order, and what is wrong with the text; empty: it is well formed.
class Xml {
 public:
  explicit Xml(std::string_view text) : text_(text) {
    while (at_ < text_.size() && error.empty()) step();
    if (error.empty() && !open_.empty()) error = "<" + open_.back() + "> is not closed";
    if (error.empty() && roots_ != 1) error = "there is not one root";
  }

  std::vector<XmlElement> elements{};
  std::string error{};

 private:
  void step() {
    if (text_[at_] != '<') return read_text();
    if (text_.compare(at_, 5, "<?xml") == 0) return skip_to("?>");
    if (text_.compare(at_, 4, "<!--") == 0) return skip_to("-->");
    if (text_.compare(at_, 10, "<!DOCTYPE ") == 0) return skip_to(">");
    if (text_.compare(at_, 2, "</") == 0) return close();
    open();
  }
  void skip_to(std::string_view end) {
    const std::size_t found = text_.find(end, at_);
    if (found == std::string_view::npos) return fail("nothing ends here");
    at_ = found + end.size();
  }
  void fail(const std::string& reason) {
    error = reason + " at byte " + std::to_string(at_) + ": " + std::string(text_.substr(at_, 40));
  }
  static bool is_name(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == ':';
  }
  std::string read_name() {
    const std::size_t begin = at_;
    while (at_ < text_.size() && is_name(text_[at_])) ++at_;
    return std::string(text_.substr(begin, at_ - begin));
  }
  void skip_blanks() {
    while (at_ < text_.size() && (text_[at_] == ' ' || text_[at_] == '\n')) ++at_;
  }
  bool takes(std::string_view word) {
    if (text_.compare(at_, word.size(), word) != 0) return false;
    at_ += word.size();
    return true;
  }
  void read_text() {
    while (at_ < text_.size() && text_[at_] != '<' && error.empty()) read_character();
  }
  /// One character of content: an entity, or a byte that needs none.
  void read_character() {
    if (text_[at_] == '&') {
      for (std::string_view entity : {"&amp;", "&lt;", "&gt;", "&quot;"})
        if (takes(entity)) return;
      return fail("an unknown entity");
    }
    const auto byte = static_cast<unsigned char>(text_[at_]);
    if (byte < ' ' && byte != '\n') return fail("a control character");
    ++at_;
  }
  void open() {
    ++at_;
    XmlElement element{read_name(), {}, static_cast<int>(open_.size())};
    if (element.name.empty()) return fail("a < without a name");
    for (skip_blanks(); at_ < text_.size() && is_name(text_[at_]); skip_blanks()) read_attribute(element);
    if (!error.empty()) return;
    if (open_.empty()) ++roots_;
    elements.push_back(element);
    if (takes("/>")) return;
    if (!takes(">")) return fail("an element that does not end");
    open_.push_back(element.name);
  }
  void read_attribute(XmlElement& element) {
    const std::string name = read_name();
    if (!takes("=\"")) return fail("an attribute without a value");
    const std::size_t begin = at_;
    while (at_ < text_.size() && text_[at_] != '"' && error.empty()) {
      if (text_[at_] == '<') return fail("a < in an attribute");
      read_character();
    }
    if (!element.attributes.emplace(name, text_.substr(begin, at_ - begin)).second) return fail("an attribute twice");
    if (!takes("\"")) return fail("an attribute that does not end");
  }
  void close() {
    at_ += 2;
    const std::string name = read_name();
    if (!takes(">")) return fail("a closing tag that does not end");
    if (open_.empty() || open_.back() != name) return fail("</" + name + "> closes something else");
    open_.pop_back();
  }

  std::string_view text_;
  std::size_t at_ = 0;
  int roots_ = 0;
  std::vector<std::string> open_{};
};

}  // namespace incuse::tests
