// The rows of the sheet of checks that no rule names as its source, and why. All others are the job of the rules that
// name them.
#pragma once

#include <cstddef>

namespace incuse {

/// One letter of the sheet: its rows are numbered from 1 on.
struct RowSeries {
  char letter;
  int rows;
};
inline constexpr RowSeries checks_sheet[] = {{'Y', 31}, {'L', 12}, {'I', 30}, {'D', 18}, {'H', 33},
                                             {'Q', 10}, {'M', 11}, {'T', 9},  {'U', 2}};

struct RowRemark {
  const char* row;
  const char* words;
};
inline constexpr RowRemark row_remarks[] = {
    {"Y31", "no rule: it is about an external program that looks at the file's style"},
    {"L2", "an error of the reader of checkpoints, with the name of the file"},
    {"L4", "an error of the readers of checkpoints and arrays, with the names of file and tensor"},
    {"L7", "an error of the readers of checkpoints and arrays, with file, tensor and value"},
    {"L10", "an error of the reader of arrays, with the name of the file"},
    {"I2", "`read_gap` and `operand_shapes`: members of a list that differ cannot all be what the layer expects"},
    {"I4", "`read_gap`: what matters is whether the gaps are those that the layer reads with"},
    {"I12", "`read_offset`: what matters is whether the source wrote there"},
    {"I18", "impossible: a network type has an input, and the program asks for its size"},
    {"I30", "no rule: it is about the generated program"},
    {"D4", "no rule: clocks are set by the program"},
    {"D5", "no rule: clocks are set by the program"},
    {"D6", "no rule: there is one loader of weights"},
    {"D15", "no rule: softmax is the program's business"},
    {"H32", "no rule: parts have all of their processors"},
    {"Q5", "`read_processors`: every member has to write exactly the processors that the layer reads it from"},
    {"T1", "`streaming_buffers`, `tensor_overwritten`: buffers are rings with a place in memory like every tensor"},
    {"T2", "`streaming_buffers`, `tensor_overwritten`: buffers are rings with a place in memory like every tensor"},
    {"T3", "`tensor_outside`: a buffer is a ring with a place in memory like every tensor"},
    {"T6", "`tensor_overwritten`: the output of the last streaming layer is a tensor like every other"},
    {"T8", "`register_field`"},
    {"T9", "`register_field`"},
};

}  // namespace incuse
