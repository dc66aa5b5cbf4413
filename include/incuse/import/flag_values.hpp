// Which values are accepted for flags that have no effect here.
#pragma once

#include <string>
#include <string_view>

namespace incuse::flags {

/// The values that a flag without effect may have. Nothing reads them; they are checked so that mistakes in scripts are
/// found.
struct Value {
  enum class Form { none, text, number, choice, pin, trims };
  Form form = Form::none;
  const char* name = "";  ///< for the help and the page; empty: the flag has no value
  long least = 0, most = 0;
  long choices[5]{};  ///< the possible numbers of a choice, up to the first 0
};
constexpr Value text(const char* name) { return {Value::Form::text, name}; }
constexpr Value number(const char* name, long least, long most) { return {Value::Form::number, name, least, most}; }
inline constexpr long most_number = 1'000'000'000;
inline constexpr Value none{};
inline constexpr Value count = number("NUMBER", 0, most_number);
inline constexpr Value unrolled = number("NUMBER", 1, most_number);
inline constexpr Value clock_divider{Value::Form::choice, "NUMBER", 0, 0, {1, 2, 4, 8, 16}};
inline constexpr Value camera_format{Value::Form::choice, "NUMBER", 0, 0, {555, 565, 888}};
inline constexpr Value pin{Value::Form::pin, "PORT.PIN", 0, 31};
inline constexpr Value trims{Value::Form::trims, "LIST", 0, 0xffff'ffff};

/// The possible values in words: "0 to 5", "1, 2, 4, 8 or 16", "two numbers such as 2.5"; empty: any.
inline std::string words_of(const Value& value) {
  std::string words;
  switch (value.form) {
    case Value::Form::none:
    case Value::Form::text:
      break;
    case Value::Form::number:
      return std::to_string(value.least) +
             (value.most == most_number ? " or more" : " to " + std::to_string(value.most));
    case Value::Form::choice:
      for (int i = 0; i < 5 && value.choices[i] != 0; ++i) {
        const bool last = i == 4 || value.choices[i + 1] == 0;
        words += (i == 0 ? "" : last ? " or " : ", ") + std::to_string(value.choices[i]);
      }
      return words;
    case Value::Form::pin:
      return "a port and a pin such as 2.5, the pin 0 to 31";
    case Value::Form::trims:
      return "three numbers such as 0x1e,0x2f,0, 0 for those that stay";
  }
  return words;
}

/// Text as a number in the vendor's spelling, decimal or with 0x; -1 if it is none from 0 to 0xffffffff.
constexpr long number_in(std::string_view text) {
  const bool hexadecimal = text.size() > 2 && text[0] == '0' && (text[1] == 'x' || text[1] == 'X');
  if (hexadecimal) text.remove_prefix(2);
  long number = text.empty() ? -1 : 0;
  for (const char c : text) {
    const char lower = c >= 'A' && c <= 'F' ? static_cast<char>(c - 'A' + 'a') : c;
    const int digit = c >= '0' && c <= '9'                          ? c - '0'
                      : hexadecimal && lower >= 'a' && lower <= 'f' ? lower - 'a' + 10
                                                                    : -1;
    if (digit < 0 || number > 0xffff'ffff) return -1;
    number = number * (hexadecimal ? 16 : 10) + digit;
  }
  return number > 0xffff'ffff ? -1 : number;
}

/// How many numbers from `least` to `most` a text consists of, with `separator` between them; 0: something else.
constexpr int numbers_in(std::string_view text, char separator, long least, long most) {
  for (int found = 1;; ++found) {
    const std::size_t end = text.find(separator);
    const long number = number_in(text.substr(0, end));
    if (number < least || number > most) return 0;
    if (end == std::string_view::npos) return found;
    text.remove_prefix(end + 1);
  }
}

/// Whether a text is a possible value.
constexpr bool is_possible(const Value& value, std::string_view text) {
  switch (value.form) {
    case Value::Form::none:
    case Value::Form::text:
      return true;
    case Value::Form::number:
      return numbers_in(text, '\0', value.least, value.most) == 1;
    case Value::Form::choice:
      for (const long choice : value.choices)
        if (choice != 0 && number_in(text) == choice) return true;
      return false;
    case Value::Form::pin:
      return numbers_in(text, '.', value.least, value.most) == 2;
    case Value::Form::trims:
      return numbers_in(text, ',', value.least, value.most) == 3;
  }
  return false;
}

}  // namespace incuse::flags
