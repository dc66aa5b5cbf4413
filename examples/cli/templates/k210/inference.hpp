// What an inference takes and gives: asked of the network, so network.hpp can be exchanged.
#pragma once

#include <cstdint>
#include <type_traits>

#include "network.hpp"

namespace inference {

inline constexpr const auto& image = network::Chip::image;
template <incuse::k210::Element Element, class Code>
using ValueOf = std::conditional_t<Element == incuse::k210::Element::real, float, Code>;

/// Real numbers, or signed bytes for codes.
using Input = ValueOf<image.input.element, signed char>;
using Answer = ValueOf<image.last_output().element, std::int8_t>;

inline constexpr int input_values = image.input.layout.shape.elements();
inline constexpr int outputs = image.last_output().layout.shape.elements();
/// Codes come in units of 8; what is behind those of the network means nothing.
inline constexpr int answers = std::is_same_v<Answer, float> ? outputs : (outputs + 7) / 8 * 8;

}  // namespace inference
