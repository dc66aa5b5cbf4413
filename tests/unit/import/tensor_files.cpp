#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include <doctest/doctest.h>

#include <incuse/import/load.hpp>
#include <incuse/import/tensor_files.hpp>
#include <incuse/incuse.hpp>

#include <support/temporary_folder.hpp>

namespace test_tensor_files {

using namespace incuse;
using import::NamedTensors;

namespace {

const std::filesystem::path fixtures = std::filesystem::path(__FILE__).parent_path() / "../../cli/fixtures/float";

std::string bytes_of(const std::string& name) {
  std::string bytes, error;
  REQUIRE(read_file((fixtures / name).string(), bytes, error));
  return bytes;
}

struct Net : Network<Input<2, 8, 8>, Conv2d<4, kernel<3>, pad<1>, ReLU, bias, as<"conv1">>,
                     Fused<MaxPool2d<2>, ConvTranspose2d<3, kernel<3>, pad<1>, ReLU, bias, as<"up">>>, Flatten,
                     Linear<5, wide, bias, as<"fc">>> {};

}  // namespace

TEST_CASE("all containers of one state hold the same layers") {
  const import::LoadedLayers first =
      import::load(graph_of<Net>(), import::read_tensors((fixtures / "state.pt").string()));
  REQUIRE_MESSAGE(first.ok(), (first.errors.empty() ? "" : first.errors[0]));
  for (const char* name : {"state-legacy.pt", "stored.npz", "deflated.npz", "arguments.npz"}) {
    const NamedTensors source = import::read_tensors((fixtures / name).string());
    REQUIRE_MESSAGE(source.ok(), source.error);
    CHECK(source.tensors.size() == 11);
    const import::LoadedLayers loaded = import::load(graph_of<Net>(), source);
    REQUIRE_MESSAGE(loaded.ok(), name << ": " << (loaded.errors.empty() ? "" : loaded.errors[0]));
    REQUIRE(loaded.layers.size() == 3);
    for (std::size_t i = 0; i < 3; ++i) {
      CHECK(loaded.layers[i].name == first.layers[i].name);
      CHECK(loaded.layers[i].weight == first.layers[i].weight);
      CHECK(loaded.layers[i].bias == first.layers[i].bias);
    }
  }
}

TEST_CASE("a folder of .npy files is a source, too") {
  const test::TemporaryFolder folder;
  const NamedTensors source = import::read_tensors((fixtures / "state.pt").string());
  for (const import::NamedTensor& tensor : source.tensors) {
    NpyTensor array{NpyType::f4, tensor.shape, {}, {}};
    const auto* const first = reinterpret_cast<const std::uint8_t*>(tensor.values.data());
    array.bytes.assign(first, first + 4 * tensor.values.size());
    std::ofstream(folder.file(tensor.name + ".npy"), std::ios::binary) << npy_bytes(array);
  }
  std::ofstream(folder.file("notes.txt")) << "no array";
  const NamedTensors read = import::read_tensors(folder.text());
  REQUIRE_MESSAGE(read.ok(), read.error);
  REQUIRE(read.tensors.size() == source.tensors.size());
  for (const import::NamedTensor& tensor : source.tensors) {
    REQUIRE(read.find(tensor.name) != nullptr);
    CHECK(read.find(tensor.name)->values == tensor.values);
  }
  CHECK(import::load(graph_of<Net>(), read).ok());

  const test::TemporaryFolder empty;
  CHECK(import::read_tensors(empty.text()).error == empty.text() + ": the folder has no .npy files");
}

TEST_CASE("every shorter file is refused with one line") {
  for (const char* name : {"state.pt", "state-legacy.pt", "stored.npz", "deflated.npz"}) {
    const std::string whole = bytes_of(name);
    REQUIRE(import::parse_tensors(whole, name).ok());
    for (std::size_t size = 0; size < whole.size(); size += size < 300 ? 1 : 61) {
      const NamedTensors cut = import::parse_tensors(std::string_view(whole).substr(0, size), name);
      CHECK_MESSAGE(!cut.ok(), name << " cut to " << size);
      CHECK(cut.tensors.empty());
      CHECK(cut.error.rfind(std::string(name) + ": ", 0) == 0);
      CHECK(cut.error.find('\n') == std::string::npos);
    }
  }
}

TEST_CASE("no changed byte makes a crash, or more elements than the file can have") {
  for (const char* name : {"state-legacy.pt", "deflated.npz"}) {
    const std::string whole = bytes_of(name);
    for (std::size_t at = 0; at < whole.size(); at += 3)
      for (const char flipped : {'\x01', '\x80', '\xff'}) {
        std::string changed = whole;
        changed[at] = static_cast<char>(changed[at] ^ flipped);
        const NamedTensors read = import::parse_tensors(changed, name);
        CHECK(read.elements() <= 1032 * whole.size());
        import::load(graph_of<Net>(), read);
      }
  }
}

TEST_CASE("zip files grow as far as deflating allows") {
  const NamedTensors zeros = import::read_tensors((fixtures / "zeros.npz").string());
  REQUIRE_MESSAGE(zeros.ok(), zeros.error);
  CHECK(zeros.elements() == 1 << 20);
  // The size in the central directory, which the reader believes, says 33 MiB.
  std::string bytes = bytes_of("zeros.npz");
  const std::size_t entry = bytes.find("PK\x01\x02");
  REQUIRE(entry != std::string::npos);
  bytes[entry + 27] = '\x02';
  CHECK(import::parse_tensors(bytes, "zeros.npz").error == "zeros.npz: entry 0 of the zip file is damaged");
}

TEST_CASE("tensors that share their elements are counted one by one") {
  Checkpoint checkpoint;
  const std::string storage(std::size_t{1} << 20, '\0');
  CheckpointTensor tensor;
  tensor.type = ElementType::int8;
  tensor.shape = {1 << 20};
  tensor.strides = {1};
  tensor.count = 1 << 20;
  tensor.storage = storage;
  checkpoint.tensors.assign(65, tensor);
  CHECK(import::tensors_of(checkpoint, "a.pt").error ==
        "a.pt: its tensors have more than 67108864 numbers together, the most that is read");
}

TEST_CASE("what is none of these files is refused") {
  CHECK(import::parse_tensors("", "a").error == "a: this is neither a checkpoint of PyTorch nor .npz nor .npy");
  CHECK(import::parse_tensors("arch: net", "a").error ==
        "a: this is neither a checkpoint of PyTorch nor .npz nor .npy");
  CHECK(import::read_tensors("nowhere.pt").error == "nowhere.pt: cannot be opened: No such file or directory");
}

}  // namespace test_tensor_files
