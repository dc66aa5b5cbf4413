# cmake -D COMPILER=<c++> -D NM=<nm> -D INCLUDE_DIR=<dir> -D SOURCE=<file> -D WORK_DIR=<dir> -P CheckAbsence.cmake
# Compiles SOURCE with and without OBSERVED. Fails if a name of its line "// traces:" is among the symbols of the object
# without, or is not among those of the object with observers: such a name would prove nothing.
cmake_minimum_required(VERSION 3.25)

file(STRINGS ${SOURCE} traces REGEX "^// traces: ")
string(REPLACE "// traces: " "" traces "${traces}")
string(REPLACE " " ";" traces "${traces}")
if(NOT traces)
  message(FATAL_ERROR "${SOURCE} has no line '// traces: ...'")
endif()

file(MAKE_DIRECTORY ${WORK_DIR})
foreach(kind IN ITEMS absent present)
  set(object ${WORK_DIR}/${kind}.o)
  set(define "")
  if(kind STREQUAL "present")
    set(define -DOBSERVED)
  endif()
  execute_process(COMMAND ${COMPILER} -std=c++20 -O0 ${define} -I${INCLUDE_DIR} -c ${SOURCE} -o ${object}
                  COMMAND_ERROR_IS_FATAL ANY)
  execute_process(COMMAND ${NM} -C ${object} OUTPUT_VARIABLE ${kind} COMMAND_ERROR_IS_FATAL ANY)
endforeach()

set(problems "")
foreach(trace IN LISTS traces)
  if(absent MATCHES "[^\n]*${trace}[^\n]*")
    string(APPEND problems "  without observers there is ${CMAKE_MATCH_0}\n")
  endif()
  if(NOT present MATCHES "${trace}")
    string(APPEND problems "  with observers there is no ${trace}\n")
  endif()
endforeach()
if(problems)
  message(FATAL_ERROR "observers are not what they should be:\n${problems}")
endif()
