// Findings: what a check has to say about a network. Each is an instance of a rule; the sentence is built from the
// rule's words and the finding's numbers, the same at compile time and at run time.
#pragma once

#include <incuse/core/bounded_list.hpp>
#include <incuse/core/shape.hpp>
#include <incuse/core/text.hpp>

namespace incuse {

/// error: the network cannot be deployed. warning: it can, but is probably not what was meant. notice: it could be
/// better.
enum class Severity : unsigned char { error, warning, notice };

/// The words of a rule. One object per rule, with static storage: findings point to it.
struct Rule {
  Text id;        ///< the name of the rule, as in the catalogue
  Text sentence;  ///< what is wrong, without numbers
  Text remedy;    ///< what to change
  Text source;    ///< where the limit is documented
  Severity severity = Severity::error;

  /// Names are compared, not addresses: GCC refuses the latter in constant expressions when it builds with sanitizers.
  friend constexpr bool operator==(const Rule& a, const Rule& b) { return a.id == b.id; }
};

/// The index of no layer: in a finding the whole network is meant, in an advice the layer of its finding.
inline constexpr int not_a_layer = -1;

/// A number, a shape, a range or a bit map, printed as "812", "60x3x3", "0 to 63" or "0xff", with an optional unit
/// ("bytes").
struct Quantity {
  long long values[4]{};
  int count = 0;
  bool is_range = false;
  bool is_map = false;
  Text unit{};

  constexpr Quantity() = default;
  constexpr Quantity(long long value, Text unit_name = {}) : values{value}, count(1), unit(unit_name) {}
  constexpr Quantity(Extent extent) : values{extent.height, extent.width}, count(2) {}
  constexpr Quantity(Shape shape) : values{shape.channels, shape.height, shape.width}, count(3) {}
  static constexpr Quantity range(long long first, long long last) {
    Quantity q;
    q.values[0] = first, q.values[1] = last;
    q.count = 2;
    q.is_range = true;
    return q;
  }
  /// A bit map or an address: printed in hexadecimal digits.
  static constexpr Quantity map(unsigned long long bits) {
    Quantity q(static_cast<long long>(bits));
    q.is_map = true;
    return q;
  }
  friend constexpr bool operator==(const Quantity& a, const Quantity& b) {
    bool equal = a.count == b.count;
    for (int i = 0; equal && i < a.count; ++i) equal = a.values[i] == b.values[i];
    return equal;
  }
  static constexpr Quantity shape(long long a, long long b, long long c, long long d) {
    Quantity q;
    q.values[0] = a, q.values[1] = b, q.values[2] = c, q.values[3] = d;
    q.count = 4;
    return q;
  }
};

/// A change that would help, with its figures: "4-bit weights in layer 3 (conv3): 812 -> 406 columns", or in several
/// layers together: "4-bit weights in layer 3 (conv3), layer 5: 1072 -> 760 columns", or in all of them: "2-bit weights
/// in all layers: 2688 -> 672 columns". Some have no figures.
struct Advice {
  Text change{};            ///< empty: there is none
  int layer = not_a_layer;  ///< not_a_layer: that of the finding
  Text layer_name{};
  Quantity from{};
  Quantity to{};
  BoundedList<int, 6> further_layers{};  ///< that need the same change
  bool all_layers = false;               ///< all layers need it that do not have it yet
};

/// One of those that fill a memory which is too small: a layer, or with `not_a_layer` what the name says ("the input"),
/// and how much of the memory it takes.
struct Share {
  int layer = not_a_layer;
  Text name{};
  long long amount = 0;
  Text unit{};

  constexpr Share() = default;
  /// `taken` is a single number.
  constexpr Share(int number, Text whose, Quantity taken)
      : layer(number), name(whose), amount(taken.values[0]), unit(taken.unit) {}
};

/// One violation: the rule, the layer (-1: the whole network), what the layer needs and what there is.
struct Finding {
  const Rule* rule = nullptr;
  int layer = not_a_layer;
  Text layer_name{};
  Quantity needs{};
  Quantity has{};
  Text has_whose{};   ///< what `has` belongs to, such as "the tensor"; empty: the chip
  Text part{};        ///< part of the layer that is meant, such as "weight"; empty: as the rule's sentence says
  long long at = -1;  ///< index of a value in this part; -1: no single value is meant
  Advice advice{};
  BoundedList<Share, 12> shares{};
};

/// True if two findings say the same, whatever their advice.
constexpr bool say_the_same(const Finding& a, const Finding& b) {
  return *a.rule == *b.rule && a.layer == b.layer && a.needs == b.needs && a.has == b.has && a.part == b.part &&
         a.at == b.at;
}

/// All violations of a network. More than the capacity are counted in `dropped`, those among them that are errors also
/// in `dropped_errors`.
struct Findings : BoundedList<Finding, 32> {
  int dropped_errors = 0;

  constexpr void push(const Finding& finding) {
    if (size == 32 && finding.rule->severity == Severity::error) ++dropped_errors;
    BoundedList::push(finding);
  }
  constexpr int errors() const {
    int count = dropped_errors;
    for (const Finding& f : *this)
      if (f.rule->severity == Severity::error) ++count;
    return count;
  }
  constexpr bool ok() const { return errors() == 0; }
  /// True if there is a warning.
  constexpr bool warns() const {
    for (const Finding& f : *this)
      if (f.rule->severity == Severity::warning) return true;
    return false;
  }
  constexpr bool contains(const Rule& rule) const {
    for (const Finding& f : *this)
      if (*f.rule == rule) return true;
    return false;
  }
  /// True if an error was found in this layer, among the first `count` findings.
  constexpr bool blames(int layer, int count) const {
    for (int i = 0; i < count; ++i)
      if (items[i].layer == layer && items[i].rule->severity == Severity::error) return true;
    return false;
  }
  constexpr bool blames(int layer) const { return blames(layer, size); }
  constexpr void add(const Findings& others) {
    for (const Finding& f : others) push(f);
    dropped += others.dropped;
    dropped_errors += others.dropped_errors;
  }
};

/// The sentence of a finding: "layer 3 (conv3): <sentence> (<part> <at>): needs 812, MAX78000 has 768; <remedy>".
/// It fits whatever the names and numbers are: long names are shortened, and shares for which there is no room are only
/// counted.
using Sentence = TextBuffer<1200>;

/// Appends a name; of one longer than `most` the beginning and "...", never a part of a character of UTF-8.
template <int Capacity>
constexpr void append_name(TextBuffer<Capacity>& out, Text name, int most = 48) {
  int shown = name.size;
  if (name.size > most)
    for (shown = most - 3; shown > 0 && (static_cast<unsigned char>(name[shown]) & 0xc0) == 0x80;) --shown;
  out << Text(name.data, shown);
  if (shown < name.size) out << "...";
}

/// "0xff"
template <int Capacity>
constexpr void append_map(TextBuffer<Capacity>& out, std::uint64_t bits) {
  out << "0x";
  int digits = 1;
  while (digits < 16 && bits >> 4 * digits != 0) ++digits;
  while (digits-- > 0) out << "0123456789abcdef"[bits >> 4 * digits & 0xf];
}

/// "812 columns", "60x3x3", "0 to 63" or "0xff"
template <int Capacity>
constexpr void append(TextBuffer<Capacity>& out, const Quantity& quantity) {
  for (int i = 0; i < quantity.count; ++i) {
    if (i > 0) out << (quantity.is_range ? Text(" to ") : Text("x"));
    if (quantity.is_map)
      append_map(out, static_cast<std::uint64_t>(quantity.values[i]));
    else
      out << quantity.values[i];
  }
  if (!quantity.unit.empty()) out << ' ' << quantity.unit;
}

/// "layer 3 (conv3)"
template <int Capacity>
constexpr void append_layer(TextBuffer<Capacity>& out, int layer, Text name) {
  out << "layer " << static_cast<long long>(layer);
  if (name.empty()) return;
  out << " (";
  append_name(out, name);
  out << ')';
}

/// "the input: 3072 bytes", "layer 0 (conv1): 16384 bytes"
constexpr TextBuffer<200> text_of(const Share& share) {
  TextBuffer<200> out;
  if (share.layer < 0)
    append_name(out, share.name);
  else
    append_layer(out, share.layer, share.name);
  out << ": ";
  append(out, Quantity(share.amount, share.unit));
  return out;
}

/// " (the input: 3072 bytes, layer 0 (conv1): 16384 bytes, 2 others)": as many as leave `reserved` characters free.
template <int Capacity>
constexpr void append_shares(TextBuffer<Capacity>& out, const Finding& finding, int reserved) {
  if (finding.shares.empty()) return;
  constexpr int others_size = 24;  // ", 1234567890 others)"
  int others = finding.shares.dropped + finding.shares.size;
  Text between = " (";
  for (const Share& share : finding.shares) {
    const auto text = text_of(share);
    if (out.size + text.size + 2 + others_size + reserved > Capacity) break;
    out << between << text.text();
    between = ", ";
    --others;
  }
  if (others > 0) out << between << static_cast<long long>(others) << (others == 1 ? Text(" other") : Text(" others"));
  out << ')';
}

/// Parts of layers are shown up to this length: reasons are whole, and so are the longest spellings of options.
inline constexpr int longest_part = 160;

/// " (weight 12)": the part of the layer that is meant
template <int Capacity>
constexpr void append_part(TextBuffer<Capacity>& out, const Finding& finding) {
  if (finding.part.empty()) return;
  out << " (";
  append_name(out, finding.part, longest_part);
  if (finding.at >= 0) out << ' ' << finding.at;
  out << ')';
}

/// What to do: "; 4-bit weights in layer 3 (conv3), layer 5: 1072 -> 760 columns"
template <int Capacity>
constexpr void append_advice(TextBuffer<Capacity>& out, const Advice& advice) {
  if (advice.change.empty()) return;
  out << "; " << advice.change;
  if (advice.all_layers) out << " in all layers";
  if (advice.layer >= 0) {
    out << " in ";
    append_layer(out, advice.layer, advice.layer_name);
  }
  for (int further : advice.further_layers) out << ", layer " << static_cast<long long>(further);
  if (advice.further_layers.dropped > 0)
    out << " and " << static_cast<long long>(advice.further_layers.dropped) << " more";
  if (advice.from.count == 0 || advice.to.count == 0) return;
  out << ": ";
  append(out, advice.from);
  out << " -> ";
  append(out, advice.to);
}

/// ": needs 812 columns, MAX78000 has 768 columns", and who fills the memory; `reserved` characters are left for more.
template <int Capacity>
constexpr void append_figures(TextBuffer<Capacity>& out, const Finding& finding, Text chip, int reserved) {
  if (finding.needs.count > 0) {
    out << ": needs ";
    append(out, finding.needs);
    if (finding.has.count > 0) {
      out << ", ";
      append_name(out, finding.has_whose.empty() ? chip : finding.has_whose);
      out << " has ";
      append(out, finding.has);
    }
  }
  append_shares(out, finding, reserved);
}

/// `chip` is the name of the device that the network was checked for.
constexpr Sentence sentence_of(const Finding& finding, Text chip) {
  Sentence out, end;
  if (!finding.rule->remedy.empty()) end << "; " << finding.rule->remedy;
  append_advice(end, finding.advice);
  if (finding.layer >= 0) {
    append_layer(out, finding.layer, finding.layer_name);
    out << ": ";
  }
  out << finding.rule->sentence;
  append_part(out, finding);
  append_figures(out, finding, chip, end.size);
  return out << end.text();
}

/// The sentence of a finding without the words of its rule: "layer 3 (conv3): needs 812, MAX78000 has 768".
constexpr Sentence facts_of(const Finding& finding, Text chip) {
  Sentence out, end;
  append_advice(end, finding.advice);
  if (finding.layer >= 0)
    append_layer(out, finding.layer, finding.layer_name);
  else
    out << "the network";
  append_part(out, finding);
  append_figures(out, finding, chip, end.size);
  return out << end.text();
}

}  // namespace incuse
