// Tables that are compiled once, in programs of several files. One file owns them; the others see a declaration:
//
//     // chip.hpp, which all files include
//     #include <incuse/max7800x/tables_once.hpp>
//     using Owner = incuse::Deployment<Net, incuse::max78000, parameters>;
//     extern template struct incuse::max7800x::OwnedTables<Owner>;
//     using Chip = incuse::max7800x::WithOwnedTables<Owner>;  // for drivers
//
//     // tables.cpp, once in the program
//     #include "chip.hpp"
//     #include <incuse/max7800x/tables_owner.hpp>
//     template struct incuse::max7800x::OwnedTables<Owner>;
//
// Files that use Chip know the network, its parameters and its plan, and get every error of the deployment; they do not
// compute weights and biases. Without tables.cpp the program does not link.
#pragma once

#include <incuse/max7800x/deployment.hpp>

namespace incuse::max7800x {

/// The large tables of a deployment as objects that one file of a program owns. tables_owner.hpp defines them: GCC
/// would compute them wherever it sees a definition.
template <class Owner>
struct OwnedTables {
  static const typename Owner::tables::Weights weights;
  static const typename Owner::tables::Bias bias;
};
/// A deployment whose large tables are OwnedTables. Its `image` is that of the owner, computed where it is used.
template <class Owner>
struct WithOwnedTables : Owner {
  using tables = OwnedTables<Owner>;
};

}  // namespace incuse::max7800x
