// Options that take one of some words: their help lists them in place of a type, text|svg, and the shell completes them
// from there.
#pragma once

#include <initializer_list>
#include <string>
#include <vector>

#include <CLI/CLI.hpp>

namespace cli {

/// The option's help lists the words; what else is written is for its reader to refuse.
template <class Words>
CLI::Option* listing(CLI::Option* option, const Words& words) {
  return option->type_name(CLI::detail::join(words, "|"));
}

/// The same, and anything else is refused.
template <class Words>
CLI::Option* one_of(CLI::Option* option, const Words& words) {
  return listing(option->check(CLI::IsMember(words).description("")), words);
}
template <class Word>
CLI::Option* one_of(CLI::Option* option, std::initializer_list<Word> words) {
  return one_of(option, std::vector<Word>(words));
}

}  // namespace cli
