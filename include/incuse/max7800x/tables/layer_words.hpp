// The words of all registers of a layer, for every group in use.
#pragma once

#include <incuse/core/compiler.hpp>
#include <incuse/max7800x/tables/register_words.hpp>

namespace incuse::max7800x {

/// The register words of one layer in one group.
struct GroupWords {
  Word words[layer_registers];
  unsigned left_out = 0;  ///< registers that the layer does not have, one bit each

  constexpr const Word& operator[](LayerRegister r) const { return words[static_cast<int>(r)]; }
  constexpr Word& operator[](LayerRegister r) { return words[static_cast<int>(r)]; }
  constexpr void leave_out(LayerRegister r) { left_out |= 1u << static_cast<int>(r); }
  constexpr bool has(LayerRegister r) const { return (left_out >> static_cast<int>(r) & 1u) == 0; }
};

namespace detail {

template <int... Index>
constexpr GroupWords empty_words(const Device& device, Indices<Index...>) {
  return {{(static_cast<void>(Index), Word(device))...}};
}

/// Words that are the same in all groups; `set_group_words` completes those that differ.
template <int N>
constexpr GroupWords shared_words(const RegisterInput<N>& in) {
  GroupWords words = empty_words(in.device, IndicesBelow<layer_registers>{});
  registers::All::for_each([&](auto row, LayerRegister r) {
    using Own = WordOf<decltype(row)>;
    if (!in.device.has(r)) return words.leave_out(r);
    constexpr bool has_values = requires(Word word) { Own::set(in, word); }
    || requires(Word word) { Own::set_in(in, 0, word); };
    static_assert(sizeof(Own) > 0 && has_values, "a register without a word");
    if constexpr (requires { Own::exists(in); })
      if (!Own::exists(in)) words.leave_out(r);
    if constexpr (requires { Own::set(in, words[r]); }) Own::set(in, words[r]);
  });
  return words;
}

/// Words that differ between groups.
template <int N>
constexpr void set_group_words(const RegisterInput<N>& in, int group, GroupWords& words) {
  registers::All::for_each([&](auto row, LayerRegister r) {
    using Own = WordOf<decltype(row)>;
    if constexpr (requires { Own::set_in(in, group, words[r]); })
      if (in.device.has(r)) Own::set_in(in, group, words[r]);
  });
}

/// Calls `action(group)` for every group in use, lowest first.
template <int N, class Action>
constexpr void for_each_group(const Plan<N>& plan, Action&& action) {
  for (int g = 0; g < groups; ++g)
    if (plan.uses_group(g)) action(g);
}

}  // namespace detail

/// Calls `action(layer, group, GroupWords)` for every layer and group in use. Most words are the same in all groups, so
/// they are computed once for all of them.
template <int N, class Action>
constexpr void for_each_layer_words(const Graph<N>& graph, const Plan<N>& plan, const Device& device,
                                    const Options& options, Action&& action) {
  for (int i = 0; i < graph.size; ++i) {
    const Layer hardware = registered_layer(graph, i, device.column_rows);
    const bool local = plan.vendor_stream && detail::writes_locally(plan[i], plan.groups, !hardware.weighted());
    const detail::RegisterInput<N> in{graph, plan,     device, options,
                                      i,     hardware, local,  stream_counts(graph, plan, device, options, i)};
    const GroupWords shared = detail::shared_words(in);
    detail::for_each_group(plan, [&](int g) {
      GroupWords words = shared;
      detail::set_group_words(in, g, words);
      action(i, g, words);
    });
  }
}

}  // namespace incuse::max7800x
