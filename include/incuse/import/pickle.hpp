// Reads the part of Python's pickle format that checkpoints are written in, as data: nothing is called, imported or
// executed. Opcodes and globals beyond that part are errors. Spec: max7800x-training, section 9.2.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstring>
#include <limits>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace incuse {

/// A value of a pickle. Values refer to each other by their index in the pickle, so that even a list which contains
/// itself is harmless.
struct PickleValue {
  enum class Kind : unsigned char {
    none,
    boolean,     ///< `integer` is 0 or 1
    integer,     ///< in `integer`
    big,         ///< an integer beyond 64 bits: its little-endian bytes are in `text`
    real,        ///< in `real`
    text,        ///< UTF-8, in `text`
    tuple,       ///< `items`
    list,        ///< `items`
    dictionary,  ///< `items`: key, value, key, value ...
    global,      ///< the name of a class or function, "module name", in `text`
    persistent,  ///< a reference to something outside of the pickle: the first item is its identification
    tensor,      ///< `items`: the arguments of torch._utils._rebuild_tensor_v2
    opaque,      ///< something else that Python would have made by a call
  };
  Kind kind = Kind::none;
  std::int64_t integer = 0;
  double real = 0;
  std::string text{};
  std::vector<int> items{};
};

/// A pickle as a value, or the reason why there is none.
struct Pickle {
  std::vector<PickleValue> values{};
  int root = -1;
  std::size_t size = 0;  ///< bytes that the pickle took
  std::string error{};   ///< empty if all is well: "byte 123: ..."

  bool ok() const { return error.empty(); }
  const PickleValue& operator[](int index) const { return values[static_cast<std::size_t>(index)]; }
  /// The value of a key of a dictionary; nullptr if there is none.
  const PickleValue* find(const PickleValue& dictionary, std::string_view key) const {
    if (dictionary.kind != PickleValue::Kind::dictionary) return nullptr;
    for (std::size_t i = 0; i + 1 < dictionary.items.size(); i += 2) {
      const PickleValue& own = (*this)[dictionary.items[i]];
      if (own.kind == PickleValue::Kind::text && own.text == key) return &(*this)[dictionary.items[i + 1]];
    }
    return nullptr;
  }
};

namespace detail {

/// The globals that are understood.
inline constexpr std::string_view ordered_dictionary = "collections OrderedDict";
inline constexpr std::string_view rebuild_tensor = "torch._utils _rebuild_tensor_v2";
/// Of a tensor, whether it is trained, and hooks: dict(net.named_parameters()) has such.
inline constexpr std::string_view rebuild_parameter = "torch._utils _rebuild_parameter";
/// Modules whose other globals are accepted in checkpoints. Calls of these yield opaque values.
inline constexpr std::string_view pickle_modules[] = {"collections", "torch", "numpy", "_codecs"};

/// The stack machine.
class PickleReader {
 public:
  explicit PickleReader(std::string_view bytes) : bytes_(bytes) {}

  Pickle read() {
    while (result_.error.empty() && !stopped_) step();
    if (!result_.error.empty()) {
      Pickle refused;
      refused.error = std::move(result_.error);
      return refused;
    }
    result_.size = at_;
    return std::move(result_);
  }

 private:
  using Kind = PickleValue::Kind;
  static constexpr int mark = -1;  ///< on the stack
  static constexpr std::size_t most_arguments = 16;

  void fail(const std::string& reason) {
    if (result_.error.empty()) result_.error = "byte " + std::to_string(opcode_at_) + ": " + reason;
  }

  // Bytes. Beyond the end they are 0, and the pickle is refused.
  bool need(std::size_t count) {
    if (bytes_.size() - at_ >= count) return true;
    fail("the pickle ends too early");
    return false;
  }
  std::string_view take(std::size_t count) {
    if (!need(count)) return {};
    const std::string_view taken = bytes_.substr(at_, count);
    at_ += count;
    return taken;
  }
  std::uint32_t number(std::size_t bytes) {
    std::uint32_t value = 0;
    std::size_t i = 0;
    for (char c : take(bytes)) value |= static_cast<std::uint32_t>(static_cast<unsigned char>(c)) << 8 * i++;
    return value;
  }
  /// Up to the end of the line, which is dropped.
  std::string_view line() {
    const std::size_t end = bytes_.find('\n', at_);
    if (end == std::string_view::npos) {
      fail("the pickle ends too early");
      return {};
    }
    const std::string_view taken = bytes_.substr(at_, end - at_);
    at_ = end + 1;
    return taken;
  }
  static std::string printable(std::string_view text) {
    std::string shown;
    for (char c : text.substr(0, 60)) shown += c >= ' ' && c <= '~' ? c : '?';
    return shown;
  }

  // Values.
  PickleValue& push(Kind kind) {
    stack_.push_back(static_cast<int>(result_.values.size()));
    result_.values.push_back({});
    result_.values.back().kind = kind;
    return result_.values.back();
  }
  PickleValue& value(int index) { return result_.values[static_cast<std::size_t>(index)]; }
  /// The topmost value, which must be there; -1, and an error, if not.
  int pop() {
    if (stack_.empty() || stack_.back() == mark) {
      fail("there is no value to take from the stack");
      return -1;
    }
    const int top = stack_.back();
    stack_.pop_back();
    return top;
  }
  /// The topmost value of the stack, which stays there. If it is of neither kind, an error is set, and the result is
  /// nullptr.
  PickleValue* top(Kind kind, Kind other) {
    if (stack_.empty() || stack_.back() == mark ||
        (value(stack_.back()).kind != kind && value(stack_.back()).kind != other)) {
      fail("the stack does not hold what the opcode works on");
      return nullptr;
    }
    return &value(stack_.back());
  }
  /// Takes everything above the topmost mark from the stack, and the mark itself.
  std::vector<int> pop_to_mark() {
    std::size_t first = stack_.size();
    while (first > 0 && stack_[first - 1] != mark) --first;
    if (first == 0) {
      fail("there is no mark on the stack");
      return {};
    }
    std::vector<int> items(stack_.begin() + static_cast<std::ptrdiff_t>(first), stack_.end());
    stack_.resize(first - 1);
    return items;
  }
  void push_tuple(int count) {
    std::vector<int> items(static_cast<std::size_t>(count));
    for (int i = count; i-- > 0;) items[static_cast<std::size_t>(i)] = pop();
    if (result_.error.empty()) push(Kind::tuple).items = std::move(items);
  }
  void append(const std::vector<int>& items) {
    if (PickleValue* list = top(Kind::list, Kind::list))
      list->items.insert(list->items.end(), items.begin(), items.end());
  }
  void set_items(const std::vector<int>& items) {
    if (items.size() % 2 != 0) return fail("a key has no value");
    if (PickleValue* dictionary = top(Kind::dictionary, Kind::dictionary))
      dictionary->items.insert(dictionary->items.end(), items.begin(), items.end());
  }
  void remember(std::uint32_t slot) {
    if (stack_.empty() || stack_.back() == mark) return fail("there is no value to remember");
    memory_[slot] = stack_.back();
  }
  void recall(std::uint32_t slot) {
    const auto found = memory_.find(slot);
    if (found == memory_.end()) return fail("a value is recalled that was never remembered");
    stack_.push_back(found->second);
  }

  // Globals, calls, and the contents of values.
  void read_global() {
    const std::string_view module = line(), name = line();
    if (!result_.error.empty()) return;
    for (std::string_view known : pickle_modules)
      if (module.substr(0, known.size()) == known && (module.size() == known.size() || module[known.size()] == '.')) {
        push(Kind::global).text = std::string(module) + ' ' + std::string(name);
        return;
      }
    fail("it names '" + printable(module) + "." + printable(name) +
         "', which no checkpoint needs; nothing was executed. Of a module or another object save the state_dict() "
         "instead");
  }
  /// A global is applied to a tuple of arguments: known ones become a tensor or a dictionary, all others an opaque
  /// value.
  void reduce() {
    const int arguments = pop(), callable = pop();
    if (arguments < 0 || callable < 0) return;
    if (value(arguments).kind != Kind::tuple || value(callable).kind != Kind::global)
      return fail("it asks for a call that no checkpoint needs; nothing was executed");
    if (value(arguments).items.size() > most_arguments) return fail("there are too many arguments");
    const std::vector<int> items = value(arguments).items;
    const std::string_view name = value(callable).text;
    if (name == rebuild_tensor)
      push(Kind::tensor).items = items;
    else if (name == rebuild_parameter && !items.empty() && value(items[0]).kind == Kind::tensor)
      stack_.push_back(items[0]);
    else if (name == ordered_dictionary && items.empty())
      push(Kind::dictionary);
    else
      push(Kind::opaque);
  }
  /// Sets the state of an object: the state is dropped.
  void build() {
    pop();
    top(Kind::dictionary, Kind::opaque);
  }
  void read_text() {
    const std::uint32_t length = number(4);
    const std::string_view text = take(length);
    if (result_.error.empty()) push(Kind::text).text = std::string(text);
  }
  void read_integer(std::size_t bytes) {
    const std::uint32_t bits = number(bytes);
    if (result_.error.empty())
      push(Kind::integer).integer = bytes == 4 ? static_cast<std::int32_t>(bits) : static_cast<std::int64_t>(bits);
  }
  void read_long() {
    const std::string_view bytes = take(number(1));
    if (!result_.error.empty()) return;
    if (bytes.size() > 8) {
      push(Kind::big).text = std::string(bytes);
      return;
    }
    std::uint64_t bits = !bytes.empty() && (bytes.back() & 0x80) != 0 ? ~std::uint64_t{0} : 0;
    for (std::size_t i = bytes.size(); i-- > 0;) bits = bits << 8 | static_cast<unsigned char>(bytes[i]);
    push(Kind::integer).integer = static_cast<std::int64_t>(bits);
  }
  void read_real() {
    std::uint64_t bits = 0;
    for (char c : take(8)) bits = bits << 8 | static_cast<unsigned char>(c);
    if (!result_.error.empty()) return;
    static_assert(sizeof(double) == 8 && std::numeric_limits<double>::is_iec559);
    std::memcpy(&push(Kind::real).real, &bits, sizeof bits);
  }
  void read_persistent() {
    const int identification = pop();
    if (identification >= 0) push(Kind::persistent).items = {identification};
  }
  void stop() {
    result_.root = pop();
    if (result_.error.empty() && !stack_.empty()) fail("values are left on the stack");
    stopped_ = true;
  }

  /// Executes the next instruction: every one belongs to one of five groups.
  void step() {
    opcode_at_ = at_;
    const std::string_view opcode = take(1);
    if (opcode.empty()) return;
    const auto code = static_cast<unsigned char>(opcode[0]);
    if (control(code) || push_value(code) || push_container(code) || fill_container(code) || use_memory(code)) return;
    char shown[8];
    std::snprintf(shown, sizeof shown, "0x%02x", static_cast<unsigned>(code));
    fail(std::string("opcode ") + shown +
         (builds_object(code) ? " makes an object of a class, which no state has; nothing was executed. Of a module or "
                                "another object save the state_dict() instead"
                              : " does not occur in checkpoints; nothing was executed"));
  }
  /// INST, OBJ, NEWOBJ, EXT1 to EXT4, NEWOBJ_EX and STACK_GLOBAL.
  static bool builds_object(unsigned char code) {
    return code == 'i' || code == 'o' || (code >= 0x81 && code <= 0x84) || code == 0x92 || code == 0x93;
  }

  /// Instructions about the pickle as a whole, and those that build objects. Returns false for all other instructions,
  /// as the functions below do.
  bool control(unsigned char code) {
    switch (code) {
      case 0x80:  // PROTO
        if (number(1) > 2)
          fail("protocols above 2 are not supported: save the state_dict() with torch.save and no pickle_protocol");
        return true;
      case '.':  // STOP
        return stop(), true;
      case '(':  // MARK
        return stack_.push_back(mark), true;
      case 'c':  // GLOBAL
        return read_global(), true;
      case 'R':  // REDUCE
        return reduce(), true;
      case 'b':  // BUILD
        return build(), true;
      case 'Q':  // BINPERSID
        return read_persistent(), true;
      default:
        return false;
    }
  }

  /// Pushes text, a number, a truth value or nothing.
  bool push_value(unsigned char code) {
    switch (code) {
      case 'X':  // BINUNICODE
        return read_text(), true;
      case 'J':  // BININT
        return read_integer(4), true;
      case 'M':  // BININT2
        return read_integer(2), true;
      case 'K':  // BININT1
        return read_integer(1), true;
      case 0x8a:  // LONG1
        return read_long(), true;
      case 'G':  // BINFLOAT
        return read_real(), true;
      case 'N':  // NONE
        return push(Kind::none), true;
      case 0x88:  // NEWTRUE
        return push(Kind::boolean).integer = 1, true;
      case 0x89:  // NEWFALSE
        return push(Kind::boolean), true;
      default:
        return false;
    }
  }

  /// Pushes a dictionary, a list or a tuple.
  bool push_container(unsigned char code) {
    switch (code) {
      case '}':  // EMPTY_DICT
        return push(Kind::dictionary), true;
      case ']':  // EMPTY_LIST
        return push(Kind::list), true;
      case ')':  // EMPTY_TUPLE
        return push_tuple(0), true;
      case 't': {  // TUPLE
        std::vector<int> items = pop_to_mark();
        if (result_.error.empty()) push(Kind::tuple).items = std::move(items);
        return true;
      }
      case 0x85:  // TUPLE1
        return push_tuple(1), true;
      case 0x86:  // TUPLE2
        return push_tuple(2), true;
      case 0x87:  // TUPLE3
        return push_tuple(3), true;
      default:
        return false;
    }
  }

  /// Puts values into a dictionary or a list.
  bool fill_container(unsigned char code) {
    switch (code) {
      case 's': {  // SETITEM
        const int item = pop(), key = pop();
        return set_items({key, item}), true;
      }
      case 'u':  // SETITEMS
        return set_items(pop_to_mark()), true;
      case 'a':  // APPEND
        return append({pop()}), true;
      case 'e':  // APPENDS
        return append(pop_to_mark()), true;
      default:
        return false;
    }
  }

  /// Numbers values, so that they can be pushed again.
  bool use_memory(unsigned char code) {
    switch (code) {
      case 'q':  // BINPUT
        return remember(number(1)), true;
      case 'r':  // LONG_BINPUT
        return remember(number(4)), true;
      case 'h':  // BINGET
        return recall(number(1)), true;
      case 'j':  // LONG_BINGET
        return recall(number(4)), true;
      default:
        return false;
    }
  }

  std::string_view bytes_;
  std::size_t at_ = 0, opcode_at_ = 0;
  bool stopped_ = false;
  Pickle result_{};
  std::vector<int> stack_{};  ///< indices of values, and marks
  std::unordered_map<std::uint32_t, int> memory_{};
};

}  // namespace detail

/// Reads the pickle that `bytes` begin with. Bytes after its end are ignored; see Pickle::size.
inline Pickle parse_pickle(std::string_view bytes) { return detail::PickleReader(bytes).read(); }

}  // namespace incuse
