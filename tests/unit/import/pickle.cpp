#include <string>

#include <doctest/doctest.h>

#include <incuse/import/pickle.hpp>

namespace test_pickle {

using namespace incuse;
using Kind = PickleValue::Kind;

namespace {

template <std::size_t N>
std::string bytes(const char (&literal)[N]) {
  return {literal, N - 1};
}

const PickleValue& root(const Pickle& pickle) { return pickle[pickle.root]; }

std::string error_of(const std::string& text) {
  const Pickle pickle = parse_pickle(text);
  CHECK(pickle.values.empty());
  return pickle.error;
}

}  // namespace

TEST_CASE("numbers, texts and truth values") {
  CHECK(root(parse_pickle("K\x07.")).integer == 7);
  CHECK(root(parse_pickle("M\x01\x02.")).integer == 0x201);
  CHECK(root(parse_pickle(bytes("J\xff\xff\xff\xff."))).integer == -1);
  CHECK(root(parse_pickle(bytes("\x8a\x02\x00\xff."))).integer == -256);
  CHECK(root(parse_pickle(bytes("\x8a\x00."))).integer == 0);
  CHECK(root(parse_pickle(bytes("\x8a\x09"
                                "123456789.")))
            .kind == Kind::big);
  CHECK(root(parse_pickle(bytes("G\x3f\xf8\x00\x00\x00\x00\x00\x00."))).real == 1.5);
  CHECK(root(parse_pickle(bytes("X\x03\x00\x00\x00"
                                "abc.")))
            .text == "abc");
  CHECK(root(parse_pickle("N.")).kind == Kind::none);
  CHECK(root(parse_pickle("\x88.")).integer == 1);
  CHECK(root(parse_pickle("\x89.")).integer == 0);
}

TEST_CASE("collections, marks and memory") {
  const Pickle pickle =
      parse_pickle(bytes("\x80\x02}q\x00(X\x01\x00\x00\x00"
                         "a]q\x01(K\x01K\x02"
                         "eX\x01\x00\x00\x00"
                         "bh\x01u."));
  REQUIRE(pickle.ok());
  const PickleValue* list = pickle.find(root(pickle), "a");
  REQUIRE(list != nullptr);
  CHECK(list->kind == Kind::list);
  REQUIRE(list->items.size() == 2);
  CHECK(pickle[list->items[1]].integer == 2);
  CHECK(pickle.find(root(pickle), "b") == list);  // the same object
  CHECK(pickle.find(root(pickle), "c") == nullptr);
  CHECK(parse_pickle("K\x01K\x02\x86.more").size == 6);
}

TEST_CASE("a list may contain itself") {
  const Pickle pickle =
      parse_pickle(bytes("]q\x00h\x00"
                         "a."));
  REQUIRE(pickle.ok());
  CHECK(root(pickle).items == std::vector<int>{pickle.root});
}

TEST_CASE("ordered dictionaries and tensors are values, their state is ignored") {
  const Pickle pickle = parse_pickle("ccollections\nOrderedDict\n)R}b.");
  REQUIRE(pickle.ok());
  CHECK(root(pickle).kind == Kind::dictionary);
  const Pickle tensor = parse_pickle("ctorch._utils\n_rebuild_tensor_v2\n(K\x01K\x02tR.");
  REQUIRE(tensor.ok());
  CHECK(root(tensor).kind == Kind::tensor);
  CHECK(root(tensor).items.size() == 2);
}

TEST_CASE("parameters are their tensors") {
  const Pickle parameter = parse_pickle(
      "ctorch._utils\n_rebuild_parameter\n(ctorch._utils\n_rebuild_tensor_v2\n(K\x01K\x02tR\x88"
      "ccollections\nOrderedDict\n)RtR.");
  REQUIRE(parameter.ok());
  CHECK(root(parameter).kind == Kind::tensor);
  CHECK(root(parameter).items.size() == 2);
  const Pickle none = parse_pickle("ctorch._utils\n_rebuild_parameter\n(K\x01tR.");
  REQUIRE(none.ok());
  CHECK(root(none).kind == Kind::opaque);
}

TEST_CASE("nothing is executed") {
  CHECK(error_of("cposix\nsystem\n(X\x04\x00\x00\x00trueR.") ==
        "byte 0: it names 'posix.system', which no checkpoint needs; nothing was executed. Of a module or another "
        "object save the state_dict() instead");
  const Pickle called = parse_pickle("ctorch.optim.sgd\nSGD\n)R}b.");
  REQUIRE(called.ok());
  CHECK(root(called).kind == Kind::opaque);
  CHECK(error_of("ctorchvision\nload\n.") ==
        "byte 0: it names 'torchvision.load', which no checkpoint needs; nothing was executed. Of a module or another "
        "object save the state_dict() instead");
  CHECK(error_of("K\x01)R.") == "byte 3: it asks for a call that no checkpoint needs; nothing was executed");
  CHECK(error_of("(S'ls'\nios\nsystem\n.") ==
        "byte 1: opcode 0x53 does not occur in checkpoints; nothing was executed");
  CHECK(error_of("\x80\x04.") ==
        "byte 0: protocols above 2 are not supported: save the state_dict() with torch.save and no pickle_protocol");
  for (const char* opcode : {"i", "o", "\x81", "\x82", "\x83", "\x84", "\x92", "\x93"})
    CHECK(error_of(std::string("ctorch\nx\n)") + opcode)
              .find("Of a module or another object save the state_dict() instead") != std::string::npos);
}

TEST_CASE("damaged pickles are refused with the place") {
  CHECK(error_of("") == "byte 0: the pickle ends too early");
  CHECK(error_of("K") == "byte 0: the pickle ends too early");
  CHECK(error_of(bytes("NX\xff\xff\xff\xff"
                       "abc.")) == "byte 1: the pickle ends too early");
  CHECK(error_of("cposix") == "byte 0: the pickle ends too early");
  CHECK(error_of(".") == "byte 0: there is no value to take from the stack");
  CHECK(error_of("(.") == "byte 1: there is no value to take from the stack");
  CHECK(error_of("NN.") == "byte 2: values are left on the stack");
  CHECK(error_of("Na.") != "");
  CHECK(error_of("N(u.") == "byte 2: the stack does not hold what the opcode works on");
  CHECK(error_of("}(Nu.") == "byte 3: a key has no value");
  CHECK(error_of("Nt.") == "byte 1: there is no mark on the stack");
  CHECK(error_of("h\x05.") == "byte 0: a value is recalled that was never remembered");
  CHECK(error_of("q\x05.") == "byte 0: there is no value to remember");
  CHECK(error_of("NN\x86R.") == "byte 3: there is no value to take from the stack");
}

TEST_CASE("every opcode without what it works on is refused at its place") {
  const std::string without_value = "Rb.\x85\x86\x87suaetqrhjQ";
  for (int code = 0; code < 256; ++code)
    for (const char* before : {"", "(", "((", "NN", "N(", "(N"}) {
      const auto opcode = static_cast<char>(code);
      const std::string program = before + std::string(1, opcode) + std::string(9, '\0');
      CAPTURE(code);
      CAPTURE(before);
      const std::string error = error_of(program);  // none of them has an end
      const bool takes_mark = opcode == 't' && program.find('(') < program.find('t');
      if (*before != 'N' && program[1] != 'N' && without_value.find(opcode) != std::string::npos && !takes_mark)
        CHECK(error.find("byte " + std::to_string(std::string(before).size()) + ": ") == 0);
      else
        CHECK(error.find("byte ") == 0);
    }
}

}  // namespace test_pickle
