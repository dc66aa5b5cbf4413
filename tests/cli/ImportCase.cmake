# Imports a reference case and compiles the header: its tables have to be those of the case.
#   -D CASE= -D PROGRAM= -D CASE_FILES= -D COMPARE= -D COMPILER= -D INCLUDE_DIR= -D WORK_DIR=
cmake_minimum_required(VERSION 3.25)
include(${CMAKE_CURRENT_LIST_DIR}/../cmake/RunCommand.cmake)

file(REMOVE_RECURSE ${WORK_DIR})
run(${CASE_FILES} ${CASE} ${WORK_DIR})
string(STRIP "${output}" flags)
separate_arguments(flags UNIX_COMMAND "${flags}")

# Some of these tables compute something else than their networks: no proof.
set(network ${CASE}/network.yaml --weights ${WORK_DIR} --input ${WORK_DIR}/input.npy --vendor-stream ${flags})
run(${PROGRAM} import ${network} --no-proof --name imported --output ${WORK_DIR}/imported.hpp)
if(EXISTS ${WORK_DIR}/output.npy)
  run(${PROGRAM} run ${network} --expected ${WORK_DIR}/output.npy)
endif()
run(${COMPILER} -std=c++20 -Wall -Wextra -Wpedantic -Wconversion -Wshadow -Werror -I${INCLUDE_DIR}
    -include ${WORK_DIR}/imported.hpp ${CMAKE_CURRENT_LIST_DIR}/compare_header.cpp ${COMPARE} -o ${WORK_DIR}/compare)
run(${WORK_DIR}/compare ${CASE})
