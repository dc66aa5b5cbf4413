# cmake -D COMPILER=<c++> -D INCLUDE_DIR=<dir> -D HEADER=<header> -D WORK_DIR=<dir> -P CheckReached.cmake
# Lets the compiler list every file that <header> opens and fails if one of them is a header that firmware must not pay
# for, however far down it is included.
cmake_minimum_required(VERSION 3.25)
include(${CMAKE_CURRENT_LIST_DIR}/../cmake/Rooms.cmake)

file(MAKE_DIRECTORY ${WORK_DIR})
file(WRITE ${WORK_DIR}/reached.cpp "#include <${HEADER}>\n")
execute_process(COMMAND ${COMPILER} -std=c++20 -I${INCLUDE_DIR} -M ${WORK_DIR}/reached.cpp
                OUTPUT_VARIABLE rule COMMAND_ERROR_IS_FATAL ANY)
string(REGEX MATCHALL "[^ \\\n]+" files "${rule}")
set(problems "")
foreach(file IN LISTS files)
  foreach(forbidden IN LISTS INCUSE_FORBIDDEN_IN_FIRMWARE)
    # <name> of the standard library or of the compiler, and whole folders such as boost.
    if(file MATCHES "/(c\\+\\+/[^/]+|include)/${forbidden}$" OR file MATCHES "/include/${forbidden}/")
      string(APPEND problems "  ${file}\n")
    endif()
  endforeach()
endforeach()
list(LENGTH files count)
if(problems)
  message(FATAL_ERROR "${HEADER} reaches headers that firmware must not pay for:\n${problems}")
endif()
message(STATUS "none of the ${count} files behind ${HEADER} is forbidden")
