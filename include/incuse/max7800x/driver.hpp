// The driver: brings a deployment into the accelerator and runs it, over any bus. Every step consumes the handle of one
// state and gives that of the next, so steps in the wrong order do not compile:
//
//     using Chip = Deployment<Net, max78000, parameters>;
//     MemoryMappedBus<> bus;
//     auto ready = accelerator<Chip>(bus, Max78000Board{}).enable().init().load_weights().load_bias().configure();
//     auto done = std::move(ready).load_input(picture).start().wait();
//     done.unload(logits);
//     auto again = std::move(done).load_input(next_picture).start().wait();
//
//     off --enable--> powered --init--> initialised --load_weights--> with_weights --load_bias--> with_parameters
//         --configure--> ready --load_input--> loaded --start--> running --wait--> done --load_input--> loaded …
//     with FIFOs: ready or done --start--> hungry --push_input--> running
//     running --stop--> stopped --resume--> running;  every state but off, hungry and running --disable--> off
//
// A handle can be moved, not copied, and must not be dropped. A handle that was moved from has no state any more
// (clang-tidy's bugprone-use-after-move finds such uses). All tables are constants; nothing is kept in memory but a
// pointer to the bus and the board. Two deployments are two types, so a program can hold any number of them.
#pragma once

#include <incuse/core/language.hpp>

#include <cstdint>
#include <type_traits>
#include <utility>

#include <incuse/core/signed_bytes.hpp>
#include <incuse/max7800x/board.hpp>
#include <incuse/max7800x/bus.hpp>
#include <incuse/max7800x/deployment.hpp>
#include <incuse/max7800x/input.hpp>
#include <incuse/max7800x/tables/register_stream.hpp>
#include <incuse/max7800x/tables/transfers.hpp>
#include <incuse/max7800x/unload.hpp>

namespace incuse::max7800x {

/// What the accelerator is ready for.
enum class State : unsigned char {
  off,
  powered,
  initialised,
  with_weights,
  with_parameters,
  ready,    ///< waits for an input
  loaded,   ///< has its input
  hungry,   ///< has started and waits for its input from the FIFOs
  running,  ///< computes
  stopped,  ///< computes no further until it is told to
  done,     ///< the output is in the data memories
};

namespace detail {

/// The register streams of a deployment: computed if a driver asks for them, and only then. They write what the image
/// lists, since the same functions emit both, in a compact form.
template <class Chip>
struct DriverTables {
  template <bool KeepOrder, class Emit>
  static constexpr auto stream_of(Emit) {
    constexpr auto items = [] {
      constexpr Emit again{};
      return stream_items<count_of(again)>(Chip::device, KeepOrder, again);
    }();
    return encoded<items.halfwords(), items.needs>(items);
  }
  static constexpr bool keep_order = Chip::options.exact_write_order;

  static constexpr auto init =
      stream_of<keep_order>([](auto&& sink) { emit_init(Chip::graph, Chip::plan, Chip::device, Chip::options, sink); });
  static constexpr auto configure = stream_of<keep_order>(
      [](auto&& sink) { emit_configure(Chip::graph, Chip::plan, Chip::device, Chip::options, sink); });
  /// Always in the order in which it is emitted: the last write starts all groups.
  static constexpr auto start =
      stream_of<true>([](auto&& sink) { emit_start(Chip::graph, Chip::plan, Chip::device, Chip::options, sink); });

  template <AcceleratorBus Bus, class Stream>
  static bool replay(Bus& bus, const Stream& stream) {
    constexpr Needs needs = more_of(more_of(init.needs, configure.needs), start.needs);
    return max7800x::replay<Chip::device, needs>(bus, stream);
  }
};

}  // namespace detail

/// The accelerator in one state. `Layer`: the layer that an inference ends with; the last one unless it was started
/// with `start_until`.
template <class Chip, AcceleratorBus Bus, AcceleratorBoard Board, State At, int Layer = Chip::graph.size - 1>
class [[nodiscard]] Accelerator {
  static constexpr bool fifo = Chip::options.uses_fifo();
  static constexpr int last_layer = Chip::graph.size - 1;
  static constexpr auto outputs = output_layers(Chip::graph);
  static constexpr auto exits = exit_layers(Chip::graph);
  template <State Next, int NextLayer = Layer>
  using Then = Accelerator<Chip, Bus, Board, Next, NextLayer>;
  using Tables = detail::DriverTables<Chip>;

 public:
  explicit Accelerator(Bus& bus, Board board) requires(At == State::off) : bus_(&bus), board_(std::move(board)) {}
  Accelerator(Accelerator&&) noexcept = default;
  Accelerator& operator=(Accelerator&&) noexcept = default;
  Accelerator(const Accelerator&) = delete;
  Accelerator& operator=(const Accelerator&) = delete;
  ~Accelerator() = default;

  /// Power and clock for the groups in use.
  auto enable() && requires(At == State::off) {
    constexpr bool in_stages = !detail::without_pipeline(Chip::device, Chip::options);
    if constexpr (requires { board_.power_on(Chip::plan.groups, in_stages); })
      board_.power_on(Chip::plan.groups, in_stages);
    else
      board_.power_on(Chip::plan.groups);
    return then<State::powered>();
  }

  /// Stops the accelerator and sets its control registers to a defined state. With the option `clear_memories` all
  /// memories are tested and cleared; `ok` tells whether a test has failed.
  auto init() && requires(At == State::powered) {
    note(Tables::replay(*bus_, Tables::init));
    return then<State::initialised>();
  }

  /// Writes all weights into the weight memories.
  auto load_weights() && requires(At == State::initialised) {
    detail::load_weight_records<loads_packed(Chip::device, Chip::options)>(*bus_, Chip::tables::weights.weights);
    return then<State::with_weights>();
  }

  /// Whether the weight memories hold the weights. Reads every column.
  bool verify_weights() const
      requires(At == State::with_weights || At == State::with_parameters || At == State::ready || At == State::done) {
    return detail::verify_weight_records<loads_packed(Chip::device, Chip::options)>(
        *bus_, Chip::tables::weights.weights, Chip::device.express_span);
  }

  /// Writes all biases into the bias memories.
  auto load_bias() && requires(At == State::with_weights) {
    load_bias_of<0>(Chip::tables::bias.values);
    return then<State::with_parameters>();
  }

  /// Writes the registers that describe the layers, and zeros into the rolling buffer, if the network has one.
  auto configure() && requires(At == State::with_parameters) {
    note(Tables::replay(*bus_, Tables::configure));
    write_zeros();
    return then<State::ready>();
  }

  /// Forgets what earlier inferences have left in the rolling buffer.
  auto clear_buffer() && requires((At == State::ready || At == State::done) && Chip::graph.buffer.exists()) {
    write_zeros();
    return then<State::ready, last_layer>();
  }

  /// Writes the input into the data memories. `values`: elements in C x H x W order, -128 … 127, as an array or a
  /// pointer of a signed integer type, or a function of the element's number. Of other numbers the low 8 bits count.
  template <class Values>
      auto load_input(Values&& values) && requires(!fifo && (At == State::ready || At == State::done)) {
    constexpr TensorLayout layout = input_layout(Chip::graph, Chip::plan);
    emit_input(layout, Chip::device, element_reader(values), detail::InputWriter<Bus>{*bus_});
    return then<State::loaded, last_layer>();
  }
  /// The same with words that are packed already, as in the exported sampledata.h: those of every region in turn, as
  /// `emit_input` makes them.
  auto load_packed_input(const std::uint32_t* words) && requires(!fifo && (At == State::ready || At == State::done)) {
    constexpr TensorLayout layout = input_layout(Chip::graph, Chip::plan);
    constexpr auto count = static_cast<std::uint32_t>(layout.words());
    for (ProcessorMap left = layout.processors; left != 0;) {
      const int processor = first_bit(left);
      const int block = processor / processors_per_instance * processors_per_instance;
      words = detail::copy_words(*bus_, Chip::device.data_address(block, layout.offset), words, count);
      left &= ~(ProcessorMap{0xf} << block);
    }
    return then<State::loaded, last_layer>();
  }
  /// The input is in the data memories already: another piece of hardware has brought it there.
  auto input_is_there() && requires(!fifo && (At == State::ready || At == State::done)) {
    return then<State::loaded, last_layer>();
  }

  /// Starts an inference. With FIFOs it then waits for its input: see `push_input`.
  auto start() && requires(At == State::loaded || (fifo && (At == State::ready || At == State::done))) {
    Tables::replay(*bus_, Tables::start);
    return then < fifo ? State::hungry : State::running, last_layer > ();
  }

  /// For debugging: runs up to and including a layer, whose output is then in the data memories; see `unload_layer`.
  template <int Until>
      auto start_until() && requires(At == State::loaded || (fifo && (At == State::ready || At == State::done))) {
    static_assert(Until >= 0 && Until <= last_layer, "the network has no layer of this number");
    write_layer_count<Until>();
    Tables::replay(*bus_, Tables::start);
    return then < fifo ? State::hungry : State::running, Until > ();
  }
  template <FixedString Name>
      auto start_until() && requires(At == State::loaded || (fifo && (At == State::ready || At == State::done))) {
    constexpr int until = find_layer(Chip::graph, Chip::graph.size, Name.text());
    static_assert(until >= 0, "the network has no layer of this name");
    return std::move(*this).template start_until<max_of(until, 0)>();
  }

  /// Pushes the input through the FIFOs, one word of each in turn, whenever they have room. `values` as in
  /// `load_input`.
  template <class Values>
      auto push_input(Values&& values) && requires(At == State::hungry) {
    feed(element_reader(values));
    return then<State::running>();
  }

  /// Whether the inference is over.
  bool finished() const requires(At == State::running) { return is_finished(*bus_); }

  /// Waits until the inference is over; the board decides how. Then clears the flags, as an interrupt handler would. In
  /// single steps it does so for every layer, and has the accelerator go on with the next one.
  auto wait() && requires(At == State::running) {
    wait_for_completion();
    constexpr int further = further_steps(Chip::plan, Chip::device, Chip::options, Layer);
    for (int step = 0; step < further; ++step) {
      go_on();
      wait_for_completion();
    }
    if constexpr (Layer != last_layer) write_layer_count<last_layer>();
    return then<State::done>();
  }

  /// Pauses the inference …
  auto stop() && requires(At == State::running) {
    constexpr RegisterWrite write = stop_write(Chip::plan, Chip::device);
    bus_->write(write.address, bus_->read(write.address) & write.value);
    return then<State::stopped>();
  }
  /// … and continues it.
  auto resume() && requires(At == State::stopped) {
    go_on();
    return then<State::running>();
  }

  /// Copies an output of the network in C x H x W order: signed bytes, or 32-bit words of a wide output. `Output`:
  /// number among the network's outputs; the last one is the last layer's.
  template <int Output = outputs.size - 1, class Value, int Count>
  void unload(Value (&values)[Count]) const requires(At == State::done && Layer == last_layer) {
    static_assert(Output >= 0 && Output < outputs.size, "the network has no such output");
    copy_output<outputs[Output]>(values);
  }
  /// The same element by element: `store(number, value)`, in the order of the data memories.
  template <int Output = outputs.size - 1, class Store>
  void unload_each(Store&& store) const requires(At == State::done && Layer == last_layer) {
    constexpr TensorLayout layout = output_layout(Chip::graph, Chip::plan, outputs[Output]);
    detail::read_tensor(*bus_, Chip::device, layout, store);
  }

  /// Number of the early exit that the inference has taken; -1: none. `unload_exit` then copies the result; what lies
  /// behind that exit in the network is not of this inference.
  int exit_taken() const requires(At == State::done) { return find_exit<0>(); }

  /// Copies what early exit number `Exit` delivers.
  template <int Exit, class Value, int Count>
  void unload_exit(Value (&values)[Count]) const requires(At == State::done) {
    static_assert(Exit >= 0 && Exit < exits.size, "the network has no such early exit");
    copy_output<tested_layer(Chip::graph, exits[Exit])>(values);
  }

  /// Copies the output of the layer that the inference ended with.
  template <class Value, int Count>
  void unload_layer(Value (&values)[Count]) const requires(At == State::done) {
    copy_output<Layer>(values);
  }

  /// Switches the accelerator off. Its memories lose their contents.
  auto disable() && requires(At != State::off && At != State::running && At != State::hungry) {
    board_.power_off();
    return then<State::off, last_layer>();
  }

  /// False if a check of the accelerator has failed so far: a memory test (option `clear_memories`), or a register that
  /// does not hold what was written (option `verify_writes`).
  bool ok() const { return ok_; }

 private:
  template <class, AcceleratorBus, AcceleratorBoard, State, int>
  friend class Accelerator;

  Accelerator(Bus* bus, Board&& board, bool ok) : bus_(bus), board_(std::move(board)), ok_(ok) {}

  template <State Next, int NextLayer = Layer>
  Then<Next, NextLayer> then() {
    return Then<Next, NextLayer>(bus_, std::move(board_), ok_);
  }
  void note(bool passed) {
    if (!passed) ok_ = false;
  }

  template <class Values>
  static constexpr auto element_reader(Values& values) {
    using Plain = std::remove_reference_t<Values>;
    if constexpr (std::is_array_v<Plain>)
      static_assert(std::extent_v<Plain> == Chip::graph.input.elements(), "an input of another size");
    if constexpr (std::is_array_v<Plain> || std::is_pointer_v<Plain>)
      return signed_bytes([&values](int element) { return values[element]; });
    else
      return signed_bytes([&values](int element) { return values(element); });
  }
  template <class Read>
  static constexpr Read signed_bytes(Read read) {
    static_assert(holds_signed_bytes<std::remove_cvref_t<decltype(read(0))>>, INCUSE_SIGNED_BYTES_WANTED);
    return read;
  }

  static constexpr std::uint32_t control_address =
      Chip::device.group_register(Chip::plan.first_group(), GroupRegister::control);

  /// True if the inference is complete, also if an interrupt handler has cleared the flags already.
  static bool is_finished(Bus& bus) {
    const std::uint32_t control_word = bus.read(control_address);
    constexpr std::uint32_t complete = control::complete.mask(Chip::device);
    constexpr std::uint32_t enabled = control::enable.mask(Chip::device);
    return (control_word & complete) != 0 || (control_word & enabled) == 0;
  }

  // The functions below read the graph and the plan in constant expressions only. A loop that reads them at run time
  // would keep all of both in the firmware.

  template <int Group>
  void load_bias_of(const std::uint8_t* values) {
    constexpr auto count = static_cast<std::uint32_t>(Chip::plan.bias_fill[Group]);
    for (std::uint32_t i = 0; i < count; ++i) bus_->write(Chip::device.bias.address(Group) + 4 * i, values[i]);
    if constexpr (Group + 1 < groups) load_bias_of<Group + 1>(values + count);
  }

  /// `action(address)` for a register of every group in use.
  template <GroupRegister Which, class Action>
  static void for_each_group_register(Action&& action) {
    constexpr unsigned used = Chip::plan.groups;
    constexpr std::uint32_t first = Chip::device.group_register(0, Which), stride = Chip::device.registers.group_stride;
    for (std::uint32_t g = 0; g < groups; ++g)
      if ((used >> g & 1) != 0) action(first + g * stride);
  }

  void go_on() {
    constexpr RegisterWrite write = continue_write(Chip::plan, Chip::device);
    bus_->write(write.address, bus_->read(write.address) | write.value);
  }

  void wait_for_completion() {
    while (!is_finished(*bus_)) board_.sleep_unless([this] { return is_finished(*bus_); });
    acknowledge();
  }

  /// Clears the flags of a completed inference in every group.
  void acknowledge() {
    constexpr std::uint32_t kept = [] {
      std::uint32_t bits = 0;
      emit_interrupt(Chip::graph, Chip::plan, Chip::device, Chip::options,
                     [&bits](const RegisterWrite& write) { bits = write.value; });
      return bits;
    }();
    for_each_group_register<GroupRegister::control>(
        [this](std::uint32_t address) { bus_->write(address, bus_->read(address) & kept); });
  }

  /// The first early exit from number `Exit` on whose word tells that it was taken.
  template <int Exit>
  int find_exit() const {
    if constexpr (Exit < exits.size) {
      constexpr std::uint32_t address = exit_address(Chip::plan[exits[Exit]], Chip::device);
      return bus_->read(address) == 0 ? Exit : find_exit<Exit + 1>();
    } else {
      return -1;
    }
  }

  void write_zeros() {
    if constexpr (Chip::graph.buffer.exists()) {
      constexpr TensorLayout layout = buffer_layout(Chip::graph, Chip::plan);
      emit_input(
          layout, Chip::device, [](int) { return 0; }, detail::InputWriter<Bus>{*bus_});
    }
  }

  /// The inference ends with layer `Last` of the network.
  template <int Last>
  void write_layer_count() {
    for_each_group_register<GroupRegister::layer_count>([this](std::uint32_t address) {
      constexpr std::uint32_t word = layer_count_word(Chip::plan, Chip::device, Chip::plan.number_of(Last));
      bus_->write(address, word);
    });
  }

  template <class Values>
  void feed(Values&& values);

  template <int Index, class Value, int Count>
  void copy_output(Value (&values)[Count]) const {
    constexpr TensorLayout layout = output_layout(Chip::graph, Chip::plan, Index);
    static_assert(Count == layout.shape.elements(), "an output of another size");
    static_assert(sizeof(Value) >= (layout.wide ? 4 : 1) && static_cast<Value>(-1) < 0,
                  "outputs are signed, and wide ones need 32 bits");
    detail::read_tensor(*bus_, Chip::device, layout,
                        [&](int i, std::int32_t value) { values[i] = static_cast<Value>(value); });
  }

  Bus* bus_;
  [[no_unique_address]] Board board_;
  bool ok_ = true;
};

template <class Chip, AcceleratorBus Bus, AcceleratorBoard Board, State At, int Layer>
template <class Values>
void Accelerator<Chip, Bus, Board, At, Layer>::feed(Values&& values) {
  constexpr TensorLayout layout = input_layout(Chip::graph, Chip::plan);
  for (int i = 0; i < fifo_words(layout); ++i)
    for (int g = 0, number = 0; g < groups; ++g) {
      if (group_part(layout.processors, g) == 0) continue;
      const FifoPort port = fifo_port(Chip::device, Chip::options, g);
      while ((bus_->read(port.status) & port.full) != 0) {
      }
      bus_->write(port.data, fifo_word(layout, values, g, number++, i));
    }
}

/// The accelerator under a deployment that is not valid, whose errors say why: every step is there, none does anything,
/// and none adds an error of its own.
template <class Chip, AcceleratorBus Bus, AcceleratorBoard Board, State At, int Layer>
  requires(!Chip::is_valid)
class [[nodiscard]] Accelerator<Chip, Bus, Board, At, Layer> {
  template <State Next>
  using Then = Accelerator<Chip, Bus, Board, Next, Layer>;
  static constexpr State started = Chip::options.uses_fifo() ? State::hungry : State::running;

 public:
  Accelerator(Bus&, Board) {}
  Accelerator(Accelerator&&) noexcept = default;
  Accelerator& operator=(Accelerator&&) noexcept = default;
  Accelerator(const Accelerator&) = delete;
  Accelerator& operator=(const Accelerator&) = delete;
  ~Accelerator() = default;

  auto enable() && { return then<State::powered>(); }
  auto init() && { return then<State::initialised>(); }
  auto load_weights() && { return then<State::with_weights>(); }
  bool verify_weights() const { return false; }
  auto load_bias() && { return then<State::with_parameters>(); }
  auto configure() && { return then<State::ready>(); }
  auto clear_buffer() && { return then<State::ready>(); }
  template <class Values>
  auto load_input(Values&&) && {
    return then<State::loaded>();
  }
  auto load_packed_input(const std::uint32_t*) && { return then<State::loaded>(); }
  auto input_is_there() && { return then<State::loaded>(); }
  auto start() && { return then<started>(); }
  template <int>
  auto start_until() && {
    return then<started>();
  }
  template <FixedString>
  auto start_until() && {
    return then<started>();
  }
  template <class Values>
  auto push_input(Values&&) && {
    return then<State::running>();
  }
  bool finished() const { return true; }
  auto wait() && { return then<State::done>(); }
  auto stop() && { return then<State::stopped>(); }
  auto resume() && { return then<State::running>(); }
  template <int = 0, class Values>
  void unload(Values&&) const {}
  template <int = 0, class Store>
  void unload_each(Store&&) const {}
  int exit_taken() const { return -1; }
  template <int, class Values>
  void unload_exit(Values&&) const {}
  template <class Values>
  void unload_layer(Values&&) const {}
  auto disable() && { return then<State::off>(); }
  bool ok() const { return false; }

 private:
  template <class, AcceleratorBus, AcceleratorBoard, State, int>
  friend class Accelerator;
  Accelerator() = default;
  template <State Next>
  static Then<Next> then() {
    return {};
  }
};

/// The accelerator before anything was done to it.
template <class Chip, AcceleratorBus Bus, AcceleratorBoard Board>
auto accelerator(Bus& bus, Board board) {
  static_assert(sizeof(Chip) > 0);  // an error of the deployment is shown from here, in front of all that reads it
  static_assert(is_board_of<Board>(Chip::device.name),
                "the board is that of another part than the network's tables: take the board of the part, or deploy the "
                "network for it");
  return Accelerator<Chip, Bus, Board, State::off>(bus, std::move(board));
}
/// The same where there is nothing to power: virtual chips and recorders.
template <class Chip, AcceleratorBus Bus>
auto accelerator(Bus& bus) {
  static_assert(sizeof(Chip) > 0);
  static_assert(!is_memory_mapped<Bus>, "the accelerator needs a board that powers it and gives it a clock");
  return accelerator<Chip>(bus, NoBoard{});
}

}  // namespace incuse::max7800x
