// What can be wrong with a description, or with it and its weights: one row for each kind of problem that the reader
// (description.hpp) and `graph_from` (description_graph.hpp) report. Their ids are rows of the checks sheet; the
// message of a problem says more: the key, the value, the place in the file.
#pragma once

#include <cstddef>
#include <string_view>

#include <incuse/core/bits.hpp>
#include <incuse/core/finding.hpp>

namespace incuse::description_rules {

/// Id, sentence, remedy and source of every rule; an error unless it says otherwise.
inline constexpr Rule catalogue[] = {
    {"Y1", "the file cannot be read, or is no YAML mapping", "see where the message points", "checks Y1"},
    {"Y2", "a key is given twice, or is no word", "leave one of them out", "checks Y2"},
    {"Y3", "an unknown key of the network", "correct it: the nearest one is named", "checks Y3"},
    {"Y4", "arch, dataset or layers is missing or empty", "add it", "checks Y4"},
    {"Y5", "an unknown key of a layer", "correct it: the nearest one is named", "checks Y5"},
    {"Y6", "a layer's number is too high", "use lower numbers, or fewer layers", "checks Y6"},
    {"Y7", "two layers have the same number", "renumber one of them", "checks Y7"},
    {"Y8", "the processors are missing, or no map", "give a number from 1 to 0xffffffffffffffff", "checks Y8"},
    {"Y9", "the output processors are no map", "give a number from 1 to 0xffffffffffffffff", "checks Y9"},
    {"Y10", "an impossible quantization", "choose 1, 2, 4, 8 or binary", "checks Y10"},
    {"Y11", "an input size is neither a number nor a list of two", "give rows, or rows and columns", "checks Y11"},
    {"Y12", "two keys that mean the same", "leave one of them out", "checks Y12"},
    {"Y13", "a layer has no output offset: it writes at 0", "add out_offset", "checks Y13", Severity::warning},
    {"Y14", "an unknown word or no truth value", "correct it: the nearest one is named", "checks Y14"},
    {"Y15", "a layer has no operation: it is a Conv2d", "add op", "checks Y15", Severity::warning},
    {"Y16", "a convolution does not say whether it has an activation: it has none", "add activate", "checks Y16",
     Severity::notice},
    {"Y17", "a padding is negative or no number", "use 0 or more", "checks Y17"},
    {"Y18", "a dilation without a convolution", "leave it out", "checks Y18"},
    {"Y19", "operands without an element-wise operation, or too many", "use 2 to 16 operands of an element-wise layer",
     "checks Y19"},
    {"Y20", "an impossible output width", "choose 8 or 32", "checks Y20"},
    {"Y21", "a linear layer with a kernel", "leave kernel_size out", "checks Y21"},
    {"Y22", "an impossible kernel", "use 1x1 or 3x3 for Conv2d, 3x3 for ConvTranspose2d, 1 to 9 for Conv1d",
     "checks Y22"},
    {"Y23", "an impossible stride", "use 1, for ConvTranspose2d 2", "checks Y23"},
    {"Y24", "a pool dilation without pooling", "leave it out", "checks Y24"},
    {"Y25", "a layer's name is taken or reserved, or a reference leads nowhere", "correct the name", "checks Y25"},
    {"Y26", "a rolling buffer that is not complete", "add in_sequences or out_offset", "checks Y26"},
    {"Y27", "an entry of unload or data_buffer is not complete, or has an unknown key or an impossible value",
     "see what the message names", "checks Y27"},
    {"Y28", "a layer that reads the data buffer does not say what", "add in_offset, out_offset, in_dim, in_channels",
     "checks Y28"},
    {"Y29", "a layer pools without a stride: it is 1", "add pool_stride", "checks Y29", Severity::warning},
    {"Y30", "pooling last needs both pooling and an element-wise operation", "leave pool_first out", "checks Y30"},
    {"L6", "weights of another shape than the layer", "correct the layer, or export the weights anew", "checks L6"},
    {"L8", "another number of weights than of layers with weights", "give one array for each of these layers",
     "checks L8"},
    {"L9", "an offset is out of range", "use a multiple of 4 inside a memory instance", "checks L9"},
    {"I1", "layers that are read together have different numbers of channels", "bring them to one number", "checks I1"},
    {"I7", "the next layer is no later one, or on some parts not the following one",
     "leave next_sequence out, or use stop", "checks I7, D11"},
    {"I8", "the next layer is behind the last one: the network stops", "use stop", "checks I8", Severity::warning},
    {"I9", "'output: false' in the last layer has no effect: it is always an output", "leave it out", "checks I9",
     Severity::notice},
    {"I14", "a layer behind the first one reads CHW data", "leave data_format out", "checks I14"},
    {"I16", "a layer reads its own output or a later one's", "let it read earlier layers only", "checks I16"},
    {"I17", "the layers that are read do not have as many pixels as the layer reads", "correct in_dim", "checks I17"},
    {"I25", "a convolution without 'pad' has a padding of 1, and its kernel is no larger", "write 'pad: 0'",
     "checks I25"},
    {"I27", "a layer's data is larger than any chip can hold", "use a smaller image", "checks I27"},
    {"D1", "a feature that the chip does not have", "leave the key out, or choose another chip", "checks D1"},
    {"H1", "an output shift is no number", "write a whole number", "checks H1"},
    {"H12", "a dilation is no number of 1 or more", "use 1 or more", "checks H12"},
    {"H17", "a number of groups is no number of 1 or more", "use 1 or more", "checks H17"},
    {"H20", "a pool dilation is no number of 1 or more", "use 1 or more", "checks H20"},
    {"H21", "a number of channels is no number of 1 or more", "use 1 or more", "checks H21"},
    {"H29", "a group for the bias does not exist", "use 0 to 3", "checks H29"},
    {"H33", "a size, stride or gap is no number in the range of any chip", "see what the message names", "checks H33"},
    {"N1", "a key that has no effect on the chip", "leave it out", "network-description 2", Severity::notice},
    {"N2", "a layer reads only some of its source's channels", "read all, with weights of 0 for the others",
     "network-description 2; arithmetic 1"},
    {"N3", "layers behind the one that ends the network: none leads to them, and they are left out",
     "leave next_sequence out, or remove these layers", "network-description 4", Severity::warning},
    {"M4", "a bias of another length than there are output channels", "export the bias anew", "checks M4"},
};

/// A row of the catalogue, named by its id: RuleId("Y5"). An id that the catalogue does not have does not compile.
class RuleId {
 public:
  template <std::size_t Size>
  consteval RuleId(const char (&id)[Size]) : rule_(row_of({id, static_cast<int>(Size) - 1})) {}

  constexpr const Rule& rule() const { return *rule_; }
  /// Whether it is the id in a problem that was reported.
  friend constexpr bool operator==(std::string_view id, RuleId own) {
    return Text(id.data(), static_cast<int>(id.size())) == own.rule_->id;
  }

 private:
  static void the_catalogue_has_no_such_id();
  static consteval const Rule* row_of(Text id) {
    for (const Rule& rule : catalogue)
      if (rule.id == id) return &rule;
    the_catalogue_has_no_such_id();
    return nullptr;
  }

  const Rule* rule_;
};

/// Whether a rule's source, "checks H1, H15; device 4", names a row of the checks sheet.
constexpr bool names(Text source, Text row) {
  const Text sheet = "checks ";
  bool in_sheet = false;
  for (int i = 0; i < source.size; ++i) {
    if (Text(source.data + i, min_of(sheet.size, source.size - i)) == sheet) in_sheet = true;
    if (source[i] == ';') in_sheet = false;
    const int end = i + row.size;
    const bool whole = i > 0 && source[i - 1] == ' ' && end <= source.size &&
                       (end == source.size || source[end] == ',' || source[end] == ';');
    if (in_sheet && whole && Text(source.data + i, row.size) == row) return true;
  }
  return false;
}

}  // namespace incuse::description_rules
