// For the one file of a program that owns the tables of a deployment: see tables_once.hpp.
#pragma once

#include <incuse/max7800x/tables_once.hpp>

namespace incuse::max7800x {

template <class Owner>
constinit const typename Owner::tables::Weights OwnedTables<Owner>::weights = Owner::tables::weights;
template <class Owner>
constinit const typename Owner::tables::Bias OwnedTables<Owner>::bias = Owner::tables::bias;

}  // namespace incuse::max7800x
