// How findings write types: without the namespaces of this library, whichever they are, and with those of programs.
#include <incuse/incuse.hpp>

namespace incuse::another_room {
template <class>
struct Thing;
}  // namespace incuse::another_room
namespace program {
template <class>
struct Own;
}  // namespace program

namespace incuse::detail {

static_assert(spelled<pad<1>>.text() == Text("pad<1>"));
static_assert(spelled<option::kernel>.text() == Text("kernel"));
static_assert(spelled<another_room::Thing<int>>.text() == Text("Thing<int>"));
static_assert(spelled<program::Own<another_room::Thing<int>>>.text().size <= Text("program::Own<Thing<int> >").size);
static_assert(name_of_layer_type<another_room::Thing<pad<1>>>.text() == Text("Thing"));
static_assert(name_of_layer_type<program::Own<pad<1>>>.text() == Text("program::Own"));

}  // namespace incuse::detail
