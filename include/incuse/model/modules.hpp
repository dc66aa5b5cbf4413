// The vendor's predefined modules under their own names (manual, "List of Predefined Modules"): each is a layer, or a
// pooling layer fused with one. They take the options of the layer, and pool_size<> and pool_stride<> for the pooling,
// both 2 unless given.
#pragma once

#include <incuse/model/layers.hpp>

namespace incuse {

namespace detail {

template <class Type>
struct is_pool_size : std::bool_constant<is_kind<Type, option::pool_size>()> {};
template <class Type>
struct is_pool_stride : std::bool_constant<is_kind<Type, option::pool_stride>()> {};
template <class Type>
struct is_for_layer : std::bool_constant<!is_pool_size<Type>::value && !is_pool_stride<Type>::value> {};

template <class Sizes>
inline constexpr Window module_window{2};
template <int Size, class... Others>
inline constexpr Window module_window<type_list<pool_size<Size>, Others...>>{Size};
template <int Height, int Width, class... Others>
inline constexpr Window module_window<type_list<pool_size<Height, Width>, Others...>>{Height, Width};

/// pool_size<> given once more, as an option that no pooling layer takes.
struct another_pool_size {};

/// The options of the pooling layer: pool_stride<N> becomes stride<N>; default stride<2>.
template <class Strides>
struct pool_options;
template <>
struct pool_options<type_list<>> {
  using type = type_list<stride<2>>;
};
template <int... Sizes, class... Others>
struct pool_options<type_list<pool_stride<Sizes...>, Others...>> {
  using type = decltype(type_list<stride<Sizes...>>{} + typename pool_options<type_list<Others...>>::type{});
};
template <int... Sizes>
struct pool_options<type_list<pool_stride<Sizes...>>> {
  using type = type_list<stride<Sizes...>>;
};

template <template <Window, class...> class Pool, template <int, class...> class Layer, int Out, class... Options>
struct PooledModule {
 private:
  using sizes = filtered<is_pool_size, Options...>;
  using further_sizes =
      std::conditional_t<(count_kind<option::pool_size, Options...>() > 1), type_list<another_pool_size>, type_list<>>;

  template <class... PoolOptions, class... LayerOptions>
  static Fused<Pool<module_window<sizes>, PoolOptions...>, Layer<Out, LayerOptions...>> fused(
      type_list<PoolOptions...>, type_list<LayerOptions...>);

 public:
  using type = decltype(fused(typename pool_options<filtered<is_pool_stride, Options...>>::type{} + further_sizes{},
                              filtered<is_for_layer, Options...>{}));
};
template <template <Window, class...> class Pool, template <int, class...> class Layer, int Out, class... Options>
using pooled = typename PooledModule<Pool, Layer, Out, Options...>::type;

}  // namespace detail

// Conv2d. FusedMaxPoolConv2dReLU<16, kernel<3>, pool_size<3>> is Fused<MaxPool2d<3, stride<2>>, Conv2d<16, ReLU,
// kernel<3>>>.
template <int OutChannels, class... Options>
using FusedConv2dReLU = Conv2d<OutChannels, ReLU, Options...>;
template <int OutChannels, class... Options>
using FusedConv2dAbs = Conv2d<OutChannels, Abs, Options...>;
template <int OutChannels, class... Options>
using FusedMaxPoolConv2d = detail::pooled<MaxPool2d, Conv2d, OutChannels, Options...>;
template <int OutChannels, class... Options>
using FusedMaxPoolConv2dReLU = detail::pooled<MaxPool2d, Conv2d, OutChannels, ReLU, Options...>;
template <int OutChannels, class... Options>
using FusedMaxPoolConv2dAbs = detail::pooled<MaxPool2d, Conv2d, OutChannels, Abs, Options...>;
template <int OutChannels, class... Options>
using FusedAvgPoolConv2d = detail::pooled<AvgPool2d, Conv2d, OutChannels, Options...>;
template <int OutChannels, class... Options>
using FusedAvgPoolConv2dReLU = detail::pooled<AvgPool2d, Conv2d, OutChannels, ReLU, Options...>;
template <int OutChannels, class... Options>
using FusedAvgPoolConv2dAbs = detail::pooled<AvgPool2d, Conv2d, OutChannels, Abs, Options...>;

// ConvTranspose2d.
template <int OutChannels, class... Options>
using FusedConvTranspose2dReLU = ConvTranspose2d<OutChannels, ReLU, Options...>;
template <int OutChannels, class... Options>
using FusedConvTranspose2dAbs = ConvTranspose2d<OutChannels, Abs, Options...>;
template <int OutChannels, class... Options>
using FusedMaxPoolConvTranspose2d = detail::pooled<MaxPool2d, ConvTranspose2d, OutChannels, Options...>;
template <int OutChannels, class... Options>
using FusedMaxPoolConvTranspose2dReLU = detail::pooled<MaxPool2d, ConvTranspose2d, OutChannels, ReLU, Options...>;
template <int OutChannels, class... Options>
using FusedMaxPoolConvTranspose2dAbs = detail::pooled<MaxPool2d, ConvTranspose2d, OutChannels, Abs, Options...>;
template <int OutChannels, class... Options>
using FusedAvgPoolConvTranspose2d = detail::pooled<AvgPool2d, ConvTranspose2d, OutChannels, Options...>;
template <int OutChannels, class... Options>
using FusedAvgPoolConvTranspose2dReLU = detail::pooled<AvgPool2d, ConvTranspose2d, OutChannels, ReLU, Options...>;
template <int OutChannels, class... Options>
using FusedAvgPoolConvTranspose2dAbs = detail::pooled<AvgPool2d, ConvTranspose2d, OutChannels, Abs, Options...>;

// Linear, without pooling.
template <int OutFeatures, class... Options>
using FusedLinearReLU = Linear<OutFeatures, ReLU, Options...>;
template <int OutFeatures, class... Options>
using FusedLinearAbs = Linear<OutFeatures, Abs, Options...>;

// Conv1d, with one-dimensional pooling.
template <int OutChannels, class... Options>
using FusedConv1dReLU = Conv1d<OutChannels, ReLU, Options...>;
template <int OutChannels, class... Options>
using FusedConv1dAbs = Conv1d<OutChannels, Abs, Options...>;
template <int OutChannels, class... Options>
using FusedMaxPoolConv1d = detail::pooled<MaxPool1d, Conv1d, OutChannels, Options...>;
template <int OutChannels, class... Options>
using FusedMaxPoolConv1dReLU = detail::pooled<MaxPool1d, Conv1d, OutChannels, ReLU, Options...>;
template <int OutChannels, class... Options>
using FusedMaxPoolConv1dAbs = detail::pooled<MaxPool1d, Conv1d, OutChannels, Abs, Options...>;
template <int OutChannels, class... Options>
using FusedAvgPoolConv1d = detail::pooled<AvgPool1d, Conv1d, OutChannels, Options...>;
template <int OutChannels, class... Options>
using FusedAvgPoolConv1dReLU = detail::pooled<AvgPool1d, Conv1d, OutChannels, ReLU, Options...>;
template <int OutChannels, class... Options>
using FusedAvgPoolConv1dAbs = detail::pooled<AvgPool1d, Conv1d, OutChannels, Abs, Options...>;

// Element-wise layers.
template <class... Arguments>
using Or = BitwiseOr<Arguments...>;
template <class... Arguments>
using Xor = BitwiseXor<Arguments...>;

}  // namespace incuse
