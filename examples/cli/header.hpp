// C++ headers that the program writes.
#pragma once

#include <string>

namespace cli {

/// Text from outside that can stand in a comment.
std::string comment_text(const std::string& text);

/// A header: `origin` ("made by `incuse import` from net.yaml") begins its comment, `body` stands in the namespace
/// `name`.
std::string header_text(const std::string& origin, const std::string& name, const std::string& body);

/// The same with parameters in real numbers, for the K210.
std::string real_header_text(const std::string& origin, const std::string& name, const std::string& body);

}  // namespace cli
