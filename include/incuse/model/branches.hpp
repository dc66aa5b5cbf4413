// Branches as types: parts of a network that read the same tensor. They are lowered to layers with sources, like names
// and from<>.
#pragma once

#include <incuse/model/layers.hpp>

namespace incuse {

INCUSE_RULE_WORDS(language, no_branch, error, "Concat takes branches", "write Concat<Branch<layers>, Branch<layers>>",
                  "branches.hpp")
INCUSE_RULE_WORDS(language, no_layer, error, "this is no layer",
                  "put options and branches between the <> of their layer", "layers.hpp")

namespace detail {

template <class Type>
concept describes_layer = requires(LayerDraft& draft) {
  Type::describe(draft);
};
template <class Type>
concept appends_layers = requires {
  Type::is_block;
};
template <class Type>
concept layer_type = requires {
  Type::is_valid;
}
&&(describes_layer<Type> || appends_layers<Type>);

/// Number of hardware layers that a type stands for, its branches included.
template <class Layer>
constexpr int layers_in();
template <class... Layers>
constexpr int layers_in(type_list<Layers...>) {
  return (0 + ... + layers_in<Layers>());
}
template <class Layer>
constexpr int layers_in() {
  if constexpr (requires { Layer::layer_count; })
    return Layer::layer_count;
  else
    return 1 + layers_in(branches_of<Layer>{});
}

template <class... Layers>
constexpr bool are_valid_layers(type_list<Layers...>) {
  if constexpr ((true && ... && layer_type<Layers>))
    return (true && ... && Layers::is_valid);
  else
    return false;
}

}  // namespace detail

/// A sequence of layers, for Concat, Add and the like. All branches read the output of the layer in front of the Concat
/// or Add. An empty branch is that tensor itself.
template <class... Layers>
struct Branch {
  static constexpr bool is_valid = detail::are_valid_layers(detail::type_list<Layers...>{});
  static constexpr int layer_count = (0 + ... + detail::layers_in<Layers>());
  using layers = detail::type_list<Layers...>;
};

namespace detail {

template <class... Layers>
struct is_branch<Branch<Layers...>> : std::true_type {};

template <class Layers>
struct branch_of;
template <class... Layers>
struct branch_of<type_list<Layers...>> {
  using type = Branch<Layers...>;
};

/// A concatenation that the next layer reads as one tensor.
template <class Layer, class Branches, class Options>
struct Concatenation;
template <class Layer, class... Branches>
struct Concatenation<Layer, type_list<Branches...>, type_list<>> {
 private:
  static constexpr bool branches_only = sizeof...(Branches) > 0 && (true && ... && is_branch<Branches>::value);

 public:
  static constexpr bool is_block = true;
  static constexpr bool is_valid = [] {
    if constexpr (branches_only)
      return (true && ... && Branches::is_valid);
    else
      return false;
  }();
  static constexpr int layer_count = (0 + ... + layers_in<Branches>());
  using checked_by = Concatenation;

  static constexpr void report(const Mistakes& mistake) {
    if (!branches_only) mistake(language::rules::no_branch, spelled<Layer>.text());
  }
  template <class Lowering>
  static constexpr void append_to(Lowering& lowering) {
    if constexpr (branches_only) lowering.sources = lowering.ends_of(type_list<Branches...>{});
  }
};
/// A concatenation with options: an Identity behind it writes the joined tensor to memory.
template <class Layer, class... Branches, class First, class... Options>
struct Concatenation<Layer, type_list<Branches...>, type_list<First, Options...>>
    : Concatenation<Layer, type_list<Branches...>, type_list<>> {
 private:
  using Copy = Identity<First, Options...>;
  using Joins = Concatenation<Layer, type_list<Branches...>, type_list<>>;

 public:
  static constexpr bool is_valid = Joins::is_valid && Copy::is_valid;
  using checked_by = Concatenation;
  static constexpr int layer_count = Joins::layer_count + 1;

  template <class Lowering>
  static constexpr void append_to(Lowering& lowering) {
    Joins::append_to(lowering);
    lowering.template add<Copy>();
  }
};

}  // namespace detail

/// Joins the outputs of the branches: channel after channel if all have the same height and width, else one image after
/// the other, as further pixels. The next layer reads them as one tensor; there is no layer of its own. With options,
/// as in Concat<Branch<…>, Branch<…>, on_cpu>, there is one: an Identity that writes the joined tensor to memory.
template <class... Arguments>
struct Concat : detail::Concatenation<Concat<Arguments...>, detail::filtered<detail::is_no_option, Arguments...>,
                                      detail::filtered<detail::is_option, Arguments...>> {};

/// x + layers(x): the same as Add<Branch<>, Branch<layers>, options>. Options may stand anywhere and belong to the sum,
/// which is a layer of its own. Where a chip needs a copy of x beside the result, the deployment adds one. If the
/// author places all layers by hand, the copy must be written out: Add<Branch<Identity<place<…>>>, Branch<layers>>.
template <class... LayersAndOptions>
struct Residual
    : detail::Combination<
          Residual<LayersAndOptions...>, Elementwise::add,
          detail::type_list<
              Branch<>, typename detail::branch_of<detail::filtered<detail::is_no_option, LayersAndOptions...>>::type>,
          detail::filtered<detail::is_option, LayersAndOptions...>> {};

/// Makes the Linear layer that follows read all C x H x W values of its input. No layer of its own in the hardware.
struct Flatten {
  static constexpr bool is_block = true;
  static constexpr bool is_valid = true;
  static constexpr int layer_count = 0;

  template <class Lowering>
  static constexpr void append_to(Lowering& lowering) {
    lowering.expect_no_flatten();
    lowering.flatten_pending = true;
  }
};

}  // namespace incuse
