// Replays the tables of a deployment onto the bus, as a driver does.
#pragma once

#include <cstdint>

#include <incuse/incuse.hpp>

inline void write_word(std::uint32_t address, std::uint32_t value) {
  *reinterpret_cast<volatile std::uint32_t*>(std::uintptr_t{address}) = value;
}

template <class Write, int Count>
void replay(const Write (&writes)[Count]) {
  for (const Write& write : writes) write_word(write.address, write.value);
}

/// Records of address, number of words, words; an address of 0 ends them.
inline void load_weights(const std::uint32_t* record) {
  while (*record != 0) {
    std::uint32_t address = *record++;
    for (std::uint32_t left = *record++; left != 0; --left, address += 4) write_word(address, *record++);
  }
}

template <class Chip>
void load_and_start() {
  replay(Chip::image.init);
  load_weights(Chip::image.weights);
  replay(Chip::image.configure);
  replay(Chip::image.start);
}
