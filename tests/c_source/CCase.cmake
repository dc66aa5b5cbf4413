# Writes the C project of a reference case, compiles and runs it. -D variables:
#   CASE        folder of the case
#   TABLES      "vendor" or "right": whose tables the C has
#   WRITE_CASE  the program incuse_write_c_case
#   HARNESS     library with the stub SDK and the comparisons
#   COMPILER    C++ compiler of the host, FLAGS its flags
#   ARM         prefix of the Cortex-M4's compilers, "" without; they, and the host as C++, compile if it is given
#   PART        definitions for the stub of the part's SDK, may be empty
#   WORK_DIR    folder for everything
cmake_minimum_required(VERSION 3.25)
include(${CMAKE_CURRENT_LIST_DIR}/../cmake/RunCommand.cmake)

separate_arguments(FLAGS)
set(warnings -Wall -Wextra -Wpedantic -Wconversion -Wshadow -Werror -I${CMAKE_CURRENT_LIST_DIR}/sdk ${PART})
set(redirected -DCNN_ACCESS_HEADER="redirect.h" -Dmain=exported_main)

file(REMOVE_RECURSE ${WORK_DIR})
run(${WRITE_CASE} ${CASE} ${WORK_DIR} ${TABLES})
file(GLOB sources ${WORK_DIR}/*.c)
foreach(source IN LISTS sources)
  run(${COMPILER} ${FLAGS} -x c -std=c99 ${warnings} ${redirected} -c ${source} -o ${source}.o)
  list(APPEND objects ${source}.o)
  if(ARM)
    run(${COMPILER} ${FLAGS} -std=c++11 -x c++ ${warnings} ${redirected} -c ${source} -o ${source}.other.o)
    run(${ARM}gcc -mcpu=cortex-m4 -mthumb -O1 -std=c99 ${warnings} -c ${source} -o ${source}.other.o)
    run(${ARM}g++ -mcpu=cortex-m4 -mthumb -O1 -std=c++11 -x c++ ${warnings} -DCNN_INFERENCE_TIMER=MXC_TMR0
        -c ${source} -o ${source}.other.o)
  endif()
endforeach()
run(${COMPILER} ${FLAGS} ${objects} ${HARNESS} -o ${WORK_DIR}/run)
run(${WORK_DIR}/run ${CASE} ${TABLES})
