// expect-clang: \[input_once\] the first layer finds the network's input in memory once: several of its sources cannot be that
// expect-clang14: facts::layer<0>.*facts::name<'t', 'w', 'i', 'c', 'e'>.*facts::needs<2>.*facts::has<1>.*facts::on<.*max78000>
// expect-gcc: layer 0 \(twice\): the first layer finds the network.+s input in memory once: several of its sources cannot be that: needs 2, MAX78000 has 1; leave the placement to the planner
// expect-clang19: layer 0 \(twice\): needs 2, MAX78000 has 1
// errors: 1
#include <support/refused.hpp>

using namespace incuse;

struct Net : Network<Input<4, 8, 8>, Add<from<"input", "input">, as<"twice">,
                                         place<processors<0xf>, output_processors<0xf>, out_offset<0x2000>>>> {};

constexpr auto& image = Refused<Net>::image;
