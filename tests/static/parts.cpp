// The same network type on several chips, and the choice among them.
#include <incuse/incuse.hpp>
#include <incuse/k210/deployment.hpp>

using namespace incuse;

namespace {

/// 576 KiB of weights: more than the MAX78000 has.
struct Large : Network<Input<64, 8, 8>, Conv2d<512, kernel<3>, pad<1>, ReLU>, Conv2d<64, kernel<3>, pad<1>, ReLU>> {};
struct Small : Network<Input<3, 8, 8>, Conv2d<4, kernel<3>, pad<1>, ReLU>> {};
/// A layer that no part has.
struct Neither : Network<Input<3, 8, 8>, Conv2d<4, kernel<7>>> {};

static_assert(fits_which<Small, max78000, max78002, k210_kpu>.count() == 3);
static_assert(fits_which<Large, max78000, max78002>.count() == 1);
static_assert(fits_which<Large, max78000, max78002>.first() == Text("MAX78002"));
static_assert(fits_which<Neither, max78000, max78002, k210_kpu>.count() == 0);
static_assert(fits_which<Neither, max78000, max78002, k210_kpu>.first().empty());
static_assert(fits_which<Small>.count() == 0);

static_assert(&smallest_part<Small, max78000, max78002> == &max78000);
static_assert(&smallest_part<Large, max78000, max78002> == &max78002);
static_assert(&smallest_part<Neither, max78000, max78002> == &max78002);
// All of which the headers are included.
static_assert(&smallest_part<Small> == &ai84);
static_assert(&smallest_part<Large> == &max78002);
static_assert(&smallest_part<Neither> == &k210_kpu);
// Whatever their order.
static_assert(&smallest_part<Small, max78002, max78000> == &max78000);
static_assert(&smallest_part<Small, k210_kpu, max78002, ai84, max78000> == &ai84);
static_assert(&smallest_part<Large, k210_kpu, max78002, ai84, max78000> == &max78002);
static_assert(&smallest_part<Neither, k210_kpu, max78000, ai84> == &k210_kpu);
static_assert(&smallest_part<Neither, max78002, max78000> == &max78002);

}  // namespace
