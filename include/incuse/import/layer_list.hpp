// What the readers of lists of layers in YAML share: the document, its errors with their places, numbers in limits.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <yaml-cpp/yaml.h>

#include <incuse/hosted/strings.hpp>
#include <incuse/import/file.hpp>
#include <incuse/import/nearest_word.hpp>
#include <incuse/import/yaml.hpp>

namespace incuse::detail {

class LayerListReader {
 protected:
  static constexpr std::size_t most_errors = 50;

  explicit LayerListReader(const std::string& file) : file_(printable(file)) {}

  /// Calls `read` with the document if it is a mapping with a sequence `layers` of at most `most` entries; `otherwise`
  /// says what any other one is.
  template <class Read>
  void parse(const std::string& text, std::size_t most, const char* otherwise, Read read) {
    if (const std::string reason = no_text(text); !reason.empty()) return refuse({}, reason);
    if (text.size() > most_yaml_bytes)
      return refuse({}, "it has " + std::to_string(text.size()) + " bytes, more than network types need");
    if (several_documents(text)) return refuse({}, "it has several documents");
    try {
      const YAML::Node document = YAML::Load(text);
      if (!document.IsMap() || !document["layers"] || !document["layers"].IsSequence()) return refuse({}, otherwise);
      const YAML::Node layers = document["layers"];
      if (layers.size() > most)
        return refuse(place_of(layers), "it has " + std::to_string(layers.size()) + " layers, more than networks have");
      read(document);
    } catch (const YAML::Exception& problem) {
      refuse(problem.mark.is_null() ? Place{} : Place{problem.mark.line + 1, problem.mark.column + 1},
             "this is not YAML: " + printable(problem.msg));
    }
  }

  void refuse(Place place, const std::string& reason) {
    errors_.push_back(
        file_ +
        (place.line > 0 ? ':' + std::to_string(place.line) + ':' + std::to_string(place.column) : std::string()) +
        ": " + reason);
  }

  /// Refuses keys of a mapping that are none of these.
  void expect_keys(const YAML::Node& node, const std::vector<std::string_view>& keys) {
    for (const auto& entry : node) {
      const std::string word = entry.first.IsScalar() ? entry.first.Scalar() : "";
      bool known = false;
      for (const std::string_view key : keys) known = known || key == word;
      if (!known)
        refuse(place_of(entry.first), "unknown key " + shown(entry.first) +
                                          nearest_word(word, keys, [](std::string_view key) { return key; }));
    }
  }

  int number(const YAML::Node& node, const char* key, int least, int most, int usual) {
    const YAML::Node value = node[key];
    if (!value) return usual;
    const auto given = yaml_number(value);
    if (given && *given >= least && *given <= most) return static_cast<int>(*given);
    refuse(place_of(value), "'" + std::string(key) + "' is a number from " + std::to_string(least) + " to " +
                                std::to_string(most) + ", not " + shown(value));
    return usual;
  }

  static std::string name_in(const YAML::Node& layer) {
    return layer["name"] && layer["name"].IsScalar() ? layer["name"].Scalar() : "";
  }

  std::string file_;
  std::vector<std::string> errors_{};
};

}  // namespace incuse::detail
