// A header of `incuse weights`, in front of a deployment of the type.
#include HEADER

using namespace incuse;

struct Net : Network<Input<2, 8, 8>, Conv2d<4, kernel<3>, pad<1>, ReLU, bias, as<"conv1">>,
                     Fused<MaxPool2d<2>, ConvTranspose2d<3, kernel<3>, pad<1>, ReLU, bias, as<"up">>>, Flatten,
                     Linear<5, wide, bias, as<"fc">>> {};

static_assert(Deployment<Net, max78000, digits::parameters>::is_valid);
