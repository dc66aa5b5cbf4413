// Reads checkpoints whose contents are known, tensor by tensor.
//
//     incuse_checkpoint_vectors FOLDER...
//
// A folder holds case.txt ("file = NAME", then for every tensor in order "key = NAME" and "shape = SIZES", or "shape =
// scalar"), the checkpoint, and <key>.npy for every tensor.
#include <cstdio>
#include <fstream>
#include <sstream>
#include <string>
#include <vector>

#include <incuse/import/checkpoint.hpp>

namespace {

struct Expected {
  std::string key{};
  std::vector<std::int64_t> shape{};
};

/// "" or what is wrong with a tensor.
std::string difference(const std::string& folder, const Expected& expected, const incuse::CheckpointTensor& actual) {
  if (actual.name != expected.key) return "expected " + expected.key + ", actual " + actual.name;
  if (actual.shape != expected.shape) return expected.key + ": another shape";
  std::string file, error;
  if (!incuse::read_file(folder + "/" + expected.key + ".npy", file, error)) return error;
  const std::string bytes = actual.bytes();
  // The elements are the end of the file, behind a header of which the length is given.
  const std::size_t header =
      file.size() < 10 ? 0 : 10 + static_cast<unsigned char>(file[8]) + 256U * static_cast<unsigned char>(file[9]);
  if (file.size() != header + bytes.size()) return expected.key + ": another number of bytes";
  return file.compare(header, bytes.size(), bytes) == 0 ? "" : expected.key + ": other elements";
}

std::string check(const std::string& folder) {
  std::ifstream in(folder + "/case.txt");
  std::string checkpoint_name;
  std::vector<Expected> expected;
  for (std::string line; std::getline(in, line);) {
    std::istringstream words(line);
    std::string key, equals, value;
    words >> key >> equals >> value;
    if (equals != "=") continue;
    if (key == "file") checkpoint_name = value;
    if (key == "key") expected.push_back({value, {}});
    if (key == "shape" && !expected.empty() && value != "scalar") {
      std::istringstream sizes(line.substr(line.find('=') + 1));
      for (std::int64_t size = 0; sizes >> size;) expected.back().shape.push_back(size);
    }
  }
  const incuse::Checkpoint checkpoint = incuse::read_checkpoint(folder + "/" + checkpoint_name);
  if (!checkpoint.ok()) return checkpoint.error;
  if (expected.empty() || checkpoint.tensors.size() != expected.size()) return "another number of tensors";
  for (std::size_t i = 0; i < expected.size(); ++i) {
    const std::string found = difference(folder, expected[i], checkpoint.tensors[i]);
    if (!found.empty()) return found;
  }
  std::printf("%s: %zu tensors\n", checkpoint_name.c_str(), expected.size());
  return {};
}

}  // namespace

int main(int argc, char** argv) {
  int failed = argc < 2 ? 1 : 0;
  for (int i = 1; i < argc; ++i) {
    const std::string found = check(argv[i]);
    if (!found.empty()) std::printf("%s: %s\n", argv[i], found.c_str());
    failed += found.empty() ? 0 : 1;
  }
  return failed > 0 ? 1 : 0;
}
