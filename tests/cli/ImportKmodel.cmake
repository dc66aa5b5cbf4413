# Imports a kmodel, compiles the header and runs it: its output has to be that of the vendor's simulator.
#   -D MODEL=<folder> -D PROGRAM= -D COMPILER= -D FLAGS= -D WORK_DIR=
cmake_minimum_required(VERSION 3.25)
include(${CMAKE_CURRENT_LIST_DIR}/../cmake/RunCommand.cmake)

separate_arguments(FLAGS)
file(MAKE_DIRECTORY ${WORK_DIR})
run(${PROGRAM} import ${MODEL}/model.kmodel --name imported --output ${WORK_DIR}/imported.hpp)
run(${COMPILER} -std=c++20 -O1 -Wall -Wextra -Wpedantic -Wconversion -Wshadow -Werror ${FLAGS}
    -include ${WORK_DIR}/imported.hpp ${CMAKE_CURRENT_LIST_DIR}/compare_kmodel.cpp -o ${WORK_DIR}/compare)
file(GLOB outputs ${MODEL}/output?.npy)
run(${WORK_DIR}/compare ${MODEL}/input.npy ${outputs})
