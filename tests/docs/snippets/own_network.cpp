// docs/howto.md: a network and its weights, deployed and run on a virtual chip.
#include SNIPPET
