// Networks as sequences of Boost.Hana, for programs that generate networks: a network's layers as a tuple of types, and
// a network from such a tuple. Opt-in: nothing else includes this header, so nobody else needs Boost.
#pragma once

#include <boost/hana/tuple.hpp>
#include <boost/hana/type.hpp>
#include <boost/hana/unpack.hpp>

#include <incuse/model/network.hpp>

namespace incuse {

namespace detail {

/// The Network that a struct is derived from, as `struct FashionNet : Network<…> {}` is.
template <class Input, class... Layers>
constexpr boost::hana::tuple<boost::hana::type<Layers>...> layers_of_base(const Network<Input, Layers...>*);
template <class Input, class... Layers>
constexpr boost::hana::type<Input> input_of_base(const Network<Input, Layers...>*);

}  // namespace detail

/// The input of a network type, as a `hana::type`: `layers_of` leaves it out.
template <class Net>
inline constexpr auto input_of = decltype(detail::input_of_base(static_cast<const Net*>(nullptr))){};

/// The layers of a network type, outermost ones only, as a `hana::tuple` of `hana::type`s. Branches stay inside the
/// layer that has them: Residual<Conv2d<…>, Conv2d<…>> is one element.
///
///     constexpr auto narrow = hana::filter(layers_of<Net>, [](auto layer) { return layer != hana::type_c<Wide>; });
template <class Net>
inline constexpr auto layers_of = decltype(detail::layers_of_base(static_cast<const Net*>(nullptr))){};

/// The network type that begins with `input` and goes on with `layers`, as a `hana::type`. `layers` is any sequence of
/// `hana::type`s that can be unpacked: what `filter`, `transform`, `concat` and their like make. Elements that are no
/// layers are the compile errors that `Network` gives for them.
///
///     using Net = typename decltype(network_of(hana::type_c<Input<3, 32, 32>>, layers))::type;
template <class Input, class Layers>
constexpr auto network_of(boost::hana::basic_type<Input>, const Layers& layers) {
  return boost::hana::unpack(layers, []<class... Layer>(boost::hana::basic_type<Layer>...) {
    return boost::hana::type_c<Network<Input, Layer...>>;
  });
}

}  // namespace incuse
