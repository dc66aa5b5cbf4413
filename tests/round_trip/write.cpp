// Writes the networks of networks.hpp as C++ source: what compare.cpp includes.
//
//     round_trip_write HEADER
#include <cstdio>
#include <fstream>
#include <string>

#include <incuse/export/cpp_source.hpp>

#include "networks.hpp"

using namespace incuse;

int main(int argc, char** argv) {
  if (argc != 2) return 2;
  std::vector<cpp::FunctionName> functions = cpp::library_functions();
  functions.push_back({activations::leaky_relu<1, 10>, "LeakyReLU<1, 10>"});
  functions.push_back({test::written::halved, "Activate<test::written::halved>"});
  std::string text = "#pragma once\n\nnamespace incuse::test::again {\n\n";
  bool ok = true;
  const auto add = [&](const char* name, const auto& graph) {
    const cpp::NetworkSource source = cpp::network_struct(name, graph, functions);
    for (const std::string& error : source.errors) std::fprintf(stderr, "%s: %s\n", name, error.c_str());
    ok = ok && source.ok();
    text += source.text + '\n';
  };
#define ADD(Net) add(#Net, graph_of<test::written::Net>());
  INCUSE_WRITTEN_NETWORKS(ADD)
  text += "}  // namespace incuse::test::again\n";
  std::ofstream file(argv[1]);
  file << text;
  return ok && file.good() ? 0 : 1;
}
