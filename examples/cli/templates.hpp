// Files of new projects. `@WORD@` in them is replaced. CMake writes what defines them, from the folder templates.
#pragma once

#include <span>

namespace cli {

struct Template {
  const char* folder;  ///< common, or a family
  const char* file;
  const char* text;
};
extern const std::span<const Template> templates;

}  // namespace cli
