# cmake -D COMPILER=<c++> -D INCLUDE_DIR=<dir> -D HEADER=<header> -D ALLOWED=<regex> -D WORK_DIR=<dir>
#   -P CheckIgnorance.cmake
# Lets the compiler list every file that <header> opens and fails if one of them is a header of Incuse whose path below
# incuse/ does not match <regex>: for headers that are worth something because they do not know others.
cmake_minimum_required(VERSION 3.25)

# Tests run side by side: every compiler and header has a file of its own.
string(MD5 name "${COMPILER} ${HEADER}")
set(source ${WORK_DIR}/ignorant-${name}.cpp)
file(MAKE_DIRECTORY ${WORK_DIR})
file(WRITE ${source} "#include <${HEADER}>\n")
execute_process(COMMAND ${COMPILER} -std=c++20 -I${INCLUDE_DIR} -M ${source}
                OUTPUT_VARIABLE rule COMMAND_ERROR_IS_FATAL ANY)
string(REGEX MATCHALL "[^ \\\n]+" files "${rule}")
set(problems "")
set(count 0)
foreach(file IN LISTS files)
  if(NOT file MATCHES "^${INCLUDE_DIR}/incuse/(.*)$")
    continue()
  endif()
  set(header ${CMAKE_MATCH_1})
  math(EXPR count "${count} + 1")
  if(NOT header MATCHES "^(${ALLOWED})$")
    string(APPEND problems "  ${header}\n")
  endif()
endforeach()
if(problems)
  message(FATAL_ERROR "${HEADER} must not know:\n${problems}")
endif()
if(count LESS 2)
  message(FATAL_ERROR "${HEADER}: the compiler names no headers below ${INCLUDE_DIR}")
endif()
message(STATUS "${HEADER} knows ${count} headers, all of them allowed")
