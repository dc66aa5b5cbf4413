// The exported C of a reference case, whose accesses go to a virtual chip: every access against the tables of the case,
// or, where the C has other tables than these, the answer of its program.
//
//     incuse_run_c_case CASE vendor|right
#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <exception>
#include <map>
#include <stdexcept>
#include <string>
#include <vector>

#include <incuse/max7800x/arithmetic.hpp>

#include <conformance/reference_case.hpp>
#include "sdk/stub.hpp"

#include <support/random.hpp>

using conformance::ReferenceCase;
using incuse::max7800x::BusAccess;
using stub::Accesses;
using stub::accesses;
using stub::chip;
using Kind = BusAccess::Kind;

// The exported functions. The program's main has another name here.
extern "C" {
extern volatile std::uint32_t cnn_time;
int cnn_enable(std::uint32_t clock_source, std::uint32_t clock_divider);
int cnn_init(void);
int cnn_load_weights(void);
int cnn_verify_weights(void);
int cnn_load_bias(void);
int cnn_configure(void);
int cnn_start(void);
int cnn_stop(void);
int cnn_continue(void);
int cnn_unload(std::uint32_t* out_buf);
int cnn_disable(void);
void CNN_ISR(void);
int exported_main(void);
// Only networks that classify have it.
[[gnu::weak]] void softmax_shift_q17p14_q15(std::int32_t* vec_in, std::uint16_t dim_vec, std::uint8_t in_shift,
                                            std::int16_t* p_out);
}

// The comparisons -----------------------------------------------------------------------------------------------------

namespace {

struct Difference : std::runtime_error {
  using std::runtime_error::runtime_error;
};

std::string text_of(const BusAccess& access) {
  char text[64];
  std::snprintf(text, sizeof text, "%s 0x%08x 0x%08x", access.kind == Kind::read ? "read" : "write",
                static_cast<unsigned>(access.address), static_cast<unsigned>(access.value));
  return text;
}

void require(bool condition, const std::string& what) {
  if (!condition) throw Difference(what);
}

/// The accesses of one call.
template <class Call>
Accesses accesses_of(Call&& call) {
  accesses.clear();
  call();
  return std::move(accesses);
}

/// Takes one access off the list, which has to be this one.
void take(const Accesses& made, std::size_t& at, const BusAccess& wanted, const std::string& where) {
  require(at < made.size(), where + ": " + text_of(wanted) + " is missing");
  require(made[at] == wanted, where + ": expected " + text_of(wanted) + ", actual " + text_of(made[at]));
  ++at;
}

/// Takes a read off the list and gives what was read.
std::uint32_t take_read(const Accesses& made, std::size_t& at, std::uint32_t address, const std::string& where) {
  require(at < made.size() && made[at].kind == Kind::read && made[at].address == address,
          where + ": a read is missing");
  return made[at++].value;
}

/// The lines of one function in writes.txt are the accesses, in their order.
void compare_function(const ReferenceCase& reference, const std::string& name, const Accesses& made) {
  std::size_t at = 0;
  for (const conformance::ReferenceWrite& line : reference.writes()) {
    if (line.function != name) continue;
    if (line.operation == "=") {
      take(made, at, {Kind::write, line.address, line.value}, name);
      continue;
    }
    std::uint32_t before = take_read(made, at, line.address, name);
    if (line.operation == "wait")
      while ((before & line.mask) != line.value) before = take_read(made, at, line.address, name);
    if (line.operation == "|=") take(made, at, {Kind::write, line.address, before | line.value}, name);
    if (line.operation == "&=") take(made, at, {Kind::write, line.address, before & line.value}, name);
  }
  require(at == made.size(), name + ": more accesses than in the tables");
}

/// The weight stream as the loader works it off.
Accesses weight_accesses(const ReferenceCase& reference) {
  const bool express = reference.meta("weight_format") == "mexpress";
  const std::vector<std::uint32_t> stream = reference.words("kernels");
  Accesses wanted;
  for (std::size_t i = 0; stream.at(i) != 0;) {
    const std::uint32_t address = stream[i], count = stream.at(i + 1);
    if (express) wanted.push_back({Kind::write_byte, address | 1, 1});
    for (std::uint32_t word = 0; word < count; ++word)
      wanted.push_back({Kind::write, address + 4 * word, stream.at(i + 2 + word)});
    i += 2 + count;
  }
  return wanted;
}

void compare_weights(const ReferenceCase& reference, const Accesses& made) {
  const Accesses wanted = weight_accesses(reference);
  std::size_t at = 0;
  for (const BusAccess& access : wanted) take(made, at, access, "cnn_load_weights");
  require(at == made.size(), "cnn_load_weights: more accesses than in the tables");
}

void compare_bias(const ReferenceCase& reference, const Accesses& made) {
  std::size_t at = 0;
  for (const conformance::ReferenceLoad& load : reference.loads()) {
    if (load.kind != "bias") continue;
    std::uint32_t address = load.address;
    for (std::uint8_t value : reference.bytes(load.role)) {
      take(made, at, {Kind::write, address, value}, "cnn_load_bias");
      address += 4;
    }
  }
  require(at == made.size(), "cnn_load_bias: more accesses than in the tables");
}

/// Each register of the power block ends with the value that power.txt says.
void compare_power(const ReferenceCase& reference, const std::string& function) {
  const std::map<std::string, std::uint32_t> registers = {{"GCFR.reg0", stub_gcfr.reg0},
                                                          {"GCFR.reg1", stub_gcfr.reg1},
                                                          {"GCFR.reg2", stub_gcfr.reg2},
                                                          {"GCFR.reg3", stub_gcfr.reg3}};
  std::map<std::string, std::uint32_t> wanted;
  for (const std::string& line : conformance::lines_of(reference.file("power.txt"))) {
    const std::vector<std::string> words = conformance::words_of(line);
    if (words.size() == 4 && words[0] == function)
      wanted[words[1]] = static_cast<std::uint32_t>(conformance::number_in(words[3]));
  }
  require(!wanted.empty(), "power.txt has no " + function);
  for (const auto& [name, value] : wanted) require(registers.at(name) == value, function + ": " + name);
}

void compare_functions(const ReferenceCase& reference) {
  cnn_enable(MXC_S_GCR_PCLKDIV_CNNCLKSEL_PCLK, MXC_S_GCR_PCLKDIV_CNNCLKDIV_DIV1);
  compare_power(reference, "cnn_enable");
  require(stub::clock_on && MXC_GCR->pclkdiv == MXC_S_GCR_PCLKDIV_CNNCLKDIV_DIV1 && stub::interrupt_handler == CNN_ISR,
          "cnn_enable: clock or interrupt");
#ifdef STUB_MAX78002
  require(stub::delays == std::vector<std::uint32_t>{10'000}, "cnn_enable: time for the load switches");
#endif
  compare_function(reference, "cnn_init", accesses_of([] { require(cnn_init() == 1, "cnn_init fails"); }));
  compare_weights(reference, accesses_of([] { require(cnn_load_weights() == 1, "cnn_load_weights fails"); }));
  compare_bias(reference, accesses_of([] { require(cnn_load_bias() == 1, "cnn_load_bias fails"); }));
  compare_function(reference, "cnn_configure",
                   accesses_of([] { require(cnn_configure() == 1, "cnn_configure fails"); }));
  compare_function(reference, "CNN_ISR", accesses_of([] { CNN_ISR(); }));
  require(cnn_time == 1, "CNN_ISR does not signal");
  compare_function(reference, "cnn_stop", accesses_of([] { cnn_stop(); }));
  cnn_disable();
  compare_power(reference, "cnn_disable");
  require(!stub::clock_on, "cnn_disable: clock");
  chip.power_cycle();
}

#ifdef STUB_MAX78002
std::uint32_t divider_of(const std::string& number) {
  require(number == "1" || number == "2" || number == "4", "the table has a divider of " + number);
  return number == "1"   ? MXC_S_GCR_PCLKDIV_CNNCLKDIV_DIV1
         : number == "2" ? MXC_S_GCR_PCLKDIV_CNNCLKDIV_DIV2
                         : MXC_S_GCR_PCLKDIV_CNNCLKDIV_DIV4;
}

/// The program has given the accelerator the clocks of the table. The tables take the PLL unless a flag says otherwise,
/// Incuse only if a flag asks for it.
void compare_clocks(const ReferenceCase& reference) {
  const std::vector<std::string> flags = conformance::words_of(reference.meta("flags"));
  const auto asked = [&](const char* flag) { return std::find(flags.begin(), flags.end(), flag) != flags.end(); };
  require((MXC_GCR->ipll_ctrl & MXC_F_GCR_IPLL_CTRL_EN) == 0, "the PLL is still on");
  std::uint32_t loading = MXC_S_GCR_PCLKDIV_CNNCLKSEL_PCLK, running = loading;
  if (asked("--pll") || asked("--max-speed")) {
    const std::string symbol = reference.meta("clock_div_select");
    require(reference.meta("clock_select") == "MXC_S_GCR_PCLKDIV_CNNCLKSEL_IPLL", "the table has another clock");
    loading = MXC_S_GCR_PCLKDIV_CNNCLKSEL_IPLL | divider_of(symbol.substr(symbol.size() - 1));
    running = MXC_S_GCR_PCLKDIV_CNNCLKSEL_IPLL | divider_of(reference.meta("clock_divider"));
  } else {
    loading = running = loading | divider_of(reference.meta("pipeline") == "1" ? "1" : "2");
  }
  require(stub::loading_clock == loading, "main: the clock when it is switched on");
  require(stub::running_clock == running, "main: the clock during the inference");
}
#endif

/// The C's softmax is the library's.
void compare_softmax() {
  if (softmax_shift_q17p14_q15 == nullptr) return;
  incuse::test::Random random(1);
  for (int round = 0; round < 2000; ++round) {
    constexpr int count = 10;
    const int bits = 8 >> round % 4, range = 10 + round % 18;
    int values[count], wanted[count];
    std::int32_t shifted[count];
    std::int16_t shares[count];
    for (int i = 0; i < count; ++i) {
      shifted[i] = values[i] = static_cast<std::int32_t>(random.word()) >> (31 - range);
    }
    incuse::max7800x::softmax(values, count, bits, wanted);
    softmax_shift_q17p14_q15(shifted, count, static_cast<std::uint8_t>(8 - bits), shares);
    for (int i = 0; i < count; ++i)
      require(shares[i] == wanted[i], "softmax differs in round " + std::to_string(round));
  }
}

/// Starting and continuing runs the layers, so it comes behind everything else and on nothing in particular.
void compare_start(const ReferenceCase& reference) {
  compare_function(reference, "cnn_start", accesses_of([] { require(cnn_start() == 1, "cnn_start fails"); }));
  require(cnn_time == 0, "cnn_start does not clear the time");
  compare_function(reference, "cnn_continue", accesses_of([] { cnn_continue(); }));
}

/// The words of every input region arrive, in their order.
void compare_input(const ReferenceCase& reference, const Accesses& made) {
  for (const conformance::ReferenceLoad& load : reference.loads()) {
    if (load.kind != "input" && load.kind != "fifo") continue;
    std::uint32_t address = load.address;
    std::size_t at = 0;
    for (std::uint32_t word : reference.words(load.role)) {
      while (at < made.size() && made[at] != BusAccess{Kind::write, address, word}) ++at;
      require(at++ < made.size(), "the input " + load.role + " does not arrive");
      if (load.kind == "input") address += 4;
    }
  }
}

/// The data memories hold what the tables expect.
void compare_memory(const ReferenceCase& reference) {
  if (!reference.has("expected")) return;
  const std::vector<std::uint32_t> stream = reference.words("expected");
  for (std::size_t i = 0; stream.at(i) != 0; i += 3 + stream[i + 2])
    for (std::uint32_t word = 0; word < stream.at(i + 2); ++word)
      require((chip.read(stream[i] + 4 * word) & stream[i + 1]) == stream.at(i + 3 + word),
              "the memory does not hold what is expected");
}

void compare_unloaded(const ReferenceCase& reference) {
  const std::string how = reference.meta("unload");
  static std::uint32_t buffer[1 << 18];
  const Accesses made = accesses_of([] { require(cnn_unload(buffer) == 1, "cnn_unload fails"); });
  if (how == "mlator") {
    std::size_t at = 0;
    for (const std::string& line : conformance::lines_of(reference.file("unload.txt"))) {
      const std::vector<std::string> words = conformance::words_of(line);
      const auto address = static_cast<std::uint32_t>(conformance::number_in(words.at(1)));
      if (words[0] == "write")
        take(made, at, {Kind::write, address, static_cast<std::uint32_t>(conformance::number_in(words.at(2)))},
             "cnn_unload");
      for (long long i = 0; words[0] == "prime" && i < 1; ++i) take_read(made, at, address, "cnn_unload");
      for (long long i = 0; words[0] == "read" && i < conformance::number_in(words.at(3)); ++i)
        take_read(made, at, address, "cnn_unload");
    }
    return;
  }
  if (!reference.has("unload") || reference.meta("unload_check") == "differs") return;
  const std::vector<std::uint32_t> addresses = reference.words("unload");
  const bool bytes = how.find("bytes") == 0;
  for (std::size_t i = 0; i < addresses.size(); ++i) {
    if (addresses[i] == 0) continue;
    const std::uint32_t word = chip.read(addresses[i] & ~3u);
    const auto* unloaded = reinterpret_cast<const unsigned char*>(buffer);
    require(bytes ? unloaded[i] == (word >> 8 * (addresses[i] & 3) & 0xff) : buffer[i] == word,
            "element " + std::to_string(i) + " of what is unloaded differs");
  }
}

void run(const std::string& folder, bool with_tables) {
  const auto entries = conformance::find_cases(folder);
  require(entries.size() == 1, folder + " is not the folder of one case");
  const ReferenceCase reference(entries[0]);
  if (with_tables) compare_functions(reference);
  chip.forget_errors();
  chip.complete_after(10);  // as on a chip, where what follows the start comes before the end
  const Accesses made = accesses_of([] { require(exported_main() == 0, "the program does not pass"); });
  // The virtual chip has no byte swapper.
  const bool swapped = reference.meta("unload") == "mlator";
  require(swapped || chip.report().ok(), "the virtual chip has found errors");
#ifdef STUB_MAX78002
  compare_clocks(reference);
#endif
  if (!with_tables) return;
  compare_input(reference, made);
  compare_memory(reference);
  compare_unloaded(reference);
  compare_start(reference);
  compare_softmax();
}

}  // namespace

int main(int argc, char** argv) {
  try {
    const std::string tables = argc == 3 ? argv[2] : "";
    if (tables != "vendor" && tables != "right") throw Difference("usage: incuse_run_c_case CASE vendor|right");
    run(argv[1], tables == "vendor");
    return 0;
  } catch (const std::exception& problem) {
    std::fprintf(stderr, "incuse_run_c_case: %s\n", problem.what());
    return 1;
  }
}
