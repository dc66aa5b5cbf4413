# cmake -D INCLUDE_DIR=<dir> -P CheckChips.cmake
# Fails if a header names a chip of the MAX7800x family outside of comments: what differs between them is data of their
# Device (max7800x/devices/), what a board needs is in max7800x/board.hpp. "ai84 4" is section 4 of a sheet, "--ai85" a
# flag of the vendor's tool.
cmake_minimum_required(VERSION 3.25)

set(chips "[Mm][Aa][Xx]7800[0-9]|(^|[^a-z])[Aa][Ii]8[0-9]([^ 0-9]|$)")
file(GLOB_RECURSE headers RELATIVE ${INCLUDE_DIR}/incuse ${INCLUDE_DIR}/incuse/*.hpp)
list(LENGTH headers count)
list(FILTER headers EXCLUDE REGEX "^max7800x/(devices/.*|devices|board)\\.hpp$")
set(problems "")
foreach(header IN LISTS headers)
  file(STRINGS ${INCLUDE_DIR}/incuse/${header} lines REGEX "${chips}")
  foreach(line IN LISTS lines)
    string(REGEX REPLACE "//.*|\"--ai8[0-9]\"" "" code "${line}")
    if(code MATCHES "${chips}")
      string(APPEND problems "  incuse/${header}: ${code}\n")
    endif()
  endforeach()
endforeach()
if(count EQUAL 0 OR problems)
  message(FATAL_ERROR "chips are named where data of their Device belongs, in ${count} headers:\n${problems}")
endif()
message(STATUS "none of ${count} headers names a chip")
