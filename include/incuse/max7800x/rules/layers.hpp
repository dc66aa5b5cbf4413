// Rules about single layers, looked at before anything is placed: the tables of all subjects. See rules.hpp.
#pragma once

#include <incuse/max7800x/rules/arithmetic.hpp>
#include <incuse/max7800x/rules/early_exit.hpp>
#include <incuse/max7800x/rules/elementwise.hpp>
#include <incuse/max7800x/rules/operators.hpp>
#include <incuse/max7800x/rules/output.hpp>
#include <incuse/max7800x/rules/passes.hpp>
#include <incuse/max7800x/rules/passthrough.hpp>
#include <incuse/max7800x/rules/pooling.hpp>
#include <incuse/max7800x/rules/rolling_buffer.hpp>
#include <incuse/max7800x/rules/sizes.hpp>
#include <incuse/max7800x/rules/sources.hpp>
#include <incuse/max7800x/rules/streaming.hpp>
#include <incuse/max7800x/rules/views.hpp>

namespace incuse::max7800x {

namespace detail {

inline constexpr auto joined_layer_rules =
    joined(source_rules, buffer_rules, view_rules, operator_rules, pooling_rules, elementwise_rules, pass_rules,
           passthrough_rules, size_rules, arithmetic_rules, streaming_rules, output_rules, exit_rules);

}  // namespace detail

/// Applied to every layer. The findings about a layer have the order of these rules.
inline constexpr const auto& layer_rules = detail::joined_layer_rules.items;

}  // namespace incuse::max7800x
