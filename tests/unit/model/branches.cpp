// Branches as types: the same graphs as with names and from<>.
#include <doctest/doctest.h>
#include <incuse/model/network.hpp>

#include <utility>

namespace test_branches {

using namespace incuse;

namespace {

template <class Net>
constexpr bool reads(int layer, int first) {
  const Layer& own = graph_of<Net>()[layer];
  return own.sources.size == 1 && own.sources[0] == first;
}
template <class Net>
constexpr bool reads(int layer, int first, int second) {
  const Layer& own = graph_of<Net>()[layer];
  return own.sources.size == 2 && own.sources[0] == first && own.sources[1] == second;
}

template <class A, class B>
bool same_graphs() {
  const auto &a = graph_of<A>(), &b = graph_of<B>();
  if (a.size != b.size || a.size == 0) return false;
  for (int i = 0; i < a.size; ++i) {
    const Layer &x = a[i], &y = b[i];
    bool same = x.op == y.op && x.elementwise == y.elementwise && x.operands == y.operands && x.in == y.in &&
                x.out == y.out && x.sources.size == y.sources.size;
    for (int s = 0; same && s < x.sources.size; ++s) same = x.sources[s] == y.sources[s];
    if (!same) return false;
  }
  return true;
}

using In = Input<8, 10, 10>;
using Same = Conv2d<8, kernel<3>, pad<1>>;
using Narrow = Conv2d<8, kernel<1>>;

template <std::size_t>
using NarrowBranch = Branch<Narrow>;
template <class>
struct joined;
template <std::size_t... I>
struct joined<std::index_sequence<I...>> {
  using type = Concat<NarrowBranch<I>...>;
};
/// A concatenation of branches, twice, joined in their turn.
template <int First, int Second>
struct Nested : Network<In,
                        Concat<Branch<typename joined<std::make_index_sequence<First>>::type>,
                               Branch<typename joined<std::make_index_sequence<Second>>::type>>,
                        Narrow> {};

template <int First, int Second>
void check_ends() {
  constexpr const auto& graph = graph_of<Nested<First, Second>>();
  const Sources& read = graph[graph.size - 1].sources;
  CHECK(graph.size == First + Second + 1);
  CHECK(read.size == min_of(First + Second, max_operands));
  CHECK(read.size + read.dropped == First + Second);
  for (int i = 0; i < min_of(First, read.size); ++i) CHECK(read[i] == i);
}

}  // namespace

TEST_CASE("a residual adds the input to what its layers make of it") {
  struct Types : Network<In, Narrow, Residual<Same, Same>, Narrow> {};
  struct Names : Network<In, Conv2d<8, kernel<1>, as<"in">>, Same, Conv2d<8, kernel<3>, pad<1>, as<"out">>,
                         Add<from<"in", "out">>, Narrow> {};
  CHECK(same_graphs<Types, Names>());
  CHECK(reads<Types>(1, 0));
  CHECK(reads<Types>(3, 0, 2));
  CHECK(reads<Types>(4, 3));
}

TEST_CASE("a residual can be the first layer, stand in another one, and take options of its sum anywhere") {
  struct Net : Network<In, Residual<as<"sum">, Narrow, Residual<Same>, place<processors<0xff>>>> {};
  constexpr const auto& graph = graph_of<Net>();
  CHECK(graph.size == 4);
  CHECK(reads<Net>(0, network_input));
  CHECK(reads<Net>(1, 0));
  CHECK(reads<Net>(2, 0, 1));
  CHECK(reads<Net>(3, network_input, 2));
  CHECK(graph[3].name == Text("sum"));
  CHECK(graph[3].placement.processors == 0xff);
  CHECK(graph[2].name.empty());
}

TEST_CASE("sums of branches, one of them a copy") {
  struct Net : Network<In, Add<Branch<Identity<place<write_gap<1>>>>, Branch<Same, Same>, as<"sum">>> {};
  CHECK(graph_of<Net>().size == 4);
  CHECK(reads<Net>(0, network_input));
  CHECK(reads<Net>(1, network_input));
  CHECK(reads<Net>(3, 0, 2));
  CHECK(graph_of<Net>()[0].placement.write_gap == 1);
  CHECK(graph_of<Net>()[3].operands == 2);
}

TEST_CASE("combined branches can be fused") {
  struct Net : Network<In, Fused<MaxPool2d<2>, Sub<Branch<Same>, Branch<Narrow>, Branch<>>, Conv2d<4, kernel<1>>>> {};
  constexpr Layer layer = graph_of<Net>().last();
  CHECK(graph_of<Net>().size == 3);
  CHECK(layer.operands == 3);
  CHECK(layer.sources.size == 3);
  CHECK(layer.sources[2] == network_input);
  CHECK(layer.op == Operator::conv2d);
  CHECK(layer.out == Shape{4, 5, 5});
}

TEST_CASE("a concatenation is read by the next layer") {
  struct Types : Network<In, Narrow, Concat<Branch<Narrow>, Branch<Same>>, MaxPool2d<2>> {};
  struct Names : Network<In, Conv2d<8, kernel<1>, as<"squeeze">>, Conv2d<8, kernel<1>, as<"a">>,
                         Conv2d<8, kernel<3>, pad<1>, from<"squeeze">, as<"b">>, MaxPool2d<2, from<"a", "b">>> {};
  CHECK(same_graphs<Types, Names>());
  CHECK(graph_of<Types>()[3].in == Shape{16, 10, 10});
}

TEST_CASE("an empty branch is the tensor in front") {
  struct Net : Network<In, Narrow, Concat<Branch<>, Branch<Same>>, Identity<>> {};
  CHECK(reads<Net>(2, 0, 1));
  CHECK(graph_of<Net>()[2].in.channels == 16);
}

TEST_CASE("concatenations join") {
  struct Net : Network<In, Concat<Branch<>, Branch<Narrow, Concat<Branch<Same>, Branch<Narrow>>>>, Identity<>> {};
  constexpr Layer layer = graph_of<Net>().last();
  CHECK(layer.sources.size == 3);
  CHECK(layer.sources[0] == network_input);
  CHECK(layer.sources[1] == 1);
  CHECK(layer.sources[2] == 2);
  CHECK(layer.in.channels == 24);
}

TEST_CASE("branches read a concatenation as a whole") {
  struct Net : Network<In, Concat<Branch<Narrow>, Branch<Same>>, Concat<Branch<Narrow>, Branch<Same>>, Identity<>> {};
  CHECK(reads<Net>(2, 0, 1));
  CHECK(reads<Net>(3, 0, 1));
  CHECK(reads<Net>(4, 2, 3));
}

TEST_CASE("names reach into branches and out of them") {
  struct Net
      : Network<In, Conv2d<8, kernel<1>, as<"stem">>,
                Concat<Branch<Conv2d<8, kernel<1>, as<"inner">>>, Branch<Same, Conv2d<8, kernel<1>, from<"stem">>>>,
                Identity<>, Conv2d<4, kernel<1>, from<"inner">, output>, Narrow> {};
  CHECK(reads<Net>(3, 0));
  CHECK(reads<Net>(4, 1, 3));
  CHECK(reads<Net>(5, 1));
  CHECK(graph_of<Net>()[5].output);
  CHECK(graph_of<Net>()[6].output);
  CHECK_FALSE(graph_of<Net>()[4].output);
}

TEST_CASE("flatten inside a branch") {
  struct Net : Network<In, Concat<Branch<Flatten, Linear<4>>, Branch<Flatten, Linear<4>>>, Linear<2>> {};
  CHECK(graph_of<Net>()[0].flatten);
  CHECK(graph_of<Net>()[1].flatten);
  CHECK(graph_of<Net>()[2].in == Shape{8, 1, 1});
}

TEST_CASE("concatenations of concatenations: no end of a branch is lost without being counted") {
  check_ends<1, 1>();
  check_ends<2, 3>();
  check_ends<max_operands / 2, max_operands / 2>();
  check_ends<max_operands, 1>();
  check_ends<max_operands + 1, 2>();
  check_ends<2, max_operands + 1>();
  check_ends<max_operands + 2, max_operands + 3>();
}

}  // namespace test_branches
