// Nodes of the KPU. See kmodel4.hpp.
#pragma once

#include <cstdint>

#include <incuse/k210/cpu/software_layers.hpp>
#include <incuse/k210/kmodel/kmodel4/node.hpp>

namespace incuse::k210::kmodel4 {

/// Copies a tensor of codes into AI RAM: one map for each image.
struct KpuUpload : OneToOne {
  static constexpr std::uint32_t opcode = 0x2001;
  static constexpr Text name = "KPUUpload";
  KmodelShape in_shape{};

  constexpr Shape map() const { return {in_shape[1], in_shape[2], in_shape[3]}; }
  static constexpr void fields(auto& self, auto& visit) {
    OneToOne::fields(self, visit);
    each_field(visit, "in shape", self.in_shape);
  }
  constexpr void operands(auto& take) const {
    take.in("in", in, KmodelType::u8, in_shape.elements());
    take.map_out("out", out.start / line_bytes, map(), size_of(in_shape[0]));
  }
  constexpr Text problem() const {
    if (out.memory != KmodelMemory::kpu || out.start % line_bytes != 0)
      return "the output does not begin with a line of AI RAM";
    for (std::int32_t size : in_shape.sizes)
      if (size < 1 || !moderate(size)) return bad_shape;
    return {};
  }
};

/// One layer of the KPU, run once for each batch: the maps of a batch follow those of the batch before.
struct KpuConv : Node {
  static constexpr std::uint32_t opcode = 0x2002;
  static constexpr Text name = "KPUConv2D";
  KmodelRange main_out{};  ///< not used: all zero
  std::int32_t batches = 1, reserved = 0;
  KpuTables tables{};

  static constexpr void fields(auto& self, auto& visit) {
    each_field(visit, "main out", self.main_out, "batches", self.batches, "reserved", self.reserved, "tables",
               self.tables);
  }
  constexpr void operands(auto& take) const {
    const LayerArguments arguments = decode(tables.words);
    const KpuLayer layer = layer_of(arguments, 1);
    take.map_in("in", arguments.image_src_addr, layer.in, size_of(batches));
    take.map_out("out", arguments.image_dst_addr, layer.out(), size_of(batches));
    if (main_out.used())
      take.out("main out", main_out, KmodelType::u8,
               saturated_product(size_of(layer.out().elements()), size_of(batches)));
  }
  constexpr Text problem() const { return batches >= 1 ? Text() : Text("it has no batches"); }
};

}  // namespace incuse::k210::kmodel4
