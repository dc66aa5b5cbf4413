// Nodes of kmodels of version 4: nncase 0.2, run by its C++ runtime. Source: kmodel sheet (k210-kmodel), section 2.
// What the sheet leaves open is as in nncase v0.2.0-beta4's runtime, whose names the nodes have. The members of the
// structs are those of kmodel3.hpp. The file states a range of bytes for each tensor; `operands` says how many elements
// of it the node uses.
#pragma once

#include <incuse/k210/kmodel/kmodel4/elements.hpp>
#include <incuse/k210/kmodel/kmodel4/kpu.hpp>
#include <incuse/k210/kmodel/kmodel4/matrices.hpp>
#include <incuse/k210/kmodel/kmodel4/shapes.hpp>
#include <incuse/k210/kmodel/kmodel4/windows.hpp>

namespace incuse::k210::kmodel4 {

/// All kinds of nodes of version 4.
using Kinds = TypeList<Binary, Concat, Conv2d, Dequantize, MatMul, Pad, Quantize, Reduce, ReduceWindow, MemoryCopy,
                       Resize, Softmax, Transpose, StridedSlice, Unary, QuantizedConv2d, QuantizedMatMul,
                       QuantizedBinary, TableLookUp, Conv2dTranspose, UnaryProgram, CpuConv2d, CpuDepthwiseConv2d,
                       CpuReduceWindow, CpuQuantizedConv2d, CpuQuantizedDepthwiseConv2d, KpuUpload, KpuConv>;

}  // namespace incuse::k210::kmodel4
