// C++ headers that the program writes.
#pragma once

#include <string>

#include <incuse/model/parameters.hpp>

namespace cli {

/// Text from outside that can stand in a comment.
std::string comment_text(const std::string& text);

/// A header: `origin` ("made by `incuse import` from net.yaml") begins its comment, `body` stands in the namespace
/// `name`. Compilers that warn of the long literals of `parameters` are told not to.
std::string header_text(const std::string& origin, const std::string& name, const std::string& body,
                        incuse::Parameters parameters);

}  // namespace cli
