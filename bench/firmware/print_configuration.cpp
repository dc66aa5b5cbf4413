// Prints the writes that configure the network of the header included on the command line: "ADDRESS VALUE" a line.
#include <cstdio>

int main() {
  for (const auto& write : net::Chip::image.configure) std::printf("0x%08x 0x%08x\n", write.address, write.value);
}
