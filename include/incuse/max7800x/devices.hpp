// The chips of the family.
#pragma once

#include <incuse/max7800x/devices/ai84.hpp>
#include <incuse/max7800x/devices/max78000.hpp>
#include <incuse/max7800x/devices/max78002.hpp>
