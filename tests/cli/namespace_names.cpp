// Reads words, and prints those that may name the namespace of an imported header.
#include <cstdio>

#include <incuse/export/cpp_words.hpp>

int main() {
  char word[256];
  while (std::scanf("%255s", word) == 1)
    if (incuse::cpp::is_namespace_name(word)) std::puts(word);
  return 0;
}
