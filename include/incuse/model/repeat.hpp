// Layers several times, for families of networks whose depth is a template parameter. Opt-in: incuse.hpp does not
// include this header.
#pragma once

#include <incuse/model/network.hpp>

namespace incuse {

/// The layers `Count` times, one behind the other; 0: not at all. No layer of its own. A layer with as<> is there once
/// only: names do not repeat.
template <int Count, class... Layers>
struct Repeat {
 private:
  static constexpr bool in_range = Count >= 0;
  static constexpr Text range = "0 times or more";
  static constexpr int times = in_range ? Count : 1;  // once for the errors

 public:
  static constexpr bool is_block = true;
  static constexpr bool is_valid = in_range && detail::are_valid_layers(detail::type_list<Layers...>{});
  static constexpr int layer_count = times * detail::layers_in(detail::type_list<Layers...>{});
  using checked_by = Repeat;

  static constexpr void report(const detail::Mistakes& mistake) {
    if (!in_range) mistake(language::rules::option_value, detail::refused_value<Repeat>.text());
  }
  template <class Lowering>
  static constexpr void append_to(Lowering& lowering) {
    for (int i = 0; i < times; ++i) (lowering.template add<Layers>(), ...);
  }
};

}  // namespace incuse
