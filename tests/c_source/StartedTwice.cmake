# An exported network, started twice. NETWORK: of write_network.cpp; other variables as in CCase.cmake.
cmake_minimum_required(VERSION 3.25)
include(${CMAKE_CURRENT_LIST_DIR}/../cmake/RunCommand.cmake)

separate_arguments(FLAGS)
file(REMOVE_RECURSE ${WORK_DIR})
run(${WRITE_CASE} ${NETWORK} ${WORK_DIR} first)
foreach(source IN ITEMS ${WORK_DIR}/first_cnn.c ${WORK_DIR}/first_main.c ${WORK_DIR}/softmax.c
        ${CMAKE_CURRENT_LIST_DIR}/started_twice.c)
  if(NOT EXISTS ${source})
    continue()  # only networks that classify have a softmax.c
  endif()
  cmake_path(GET source FILENAME name)
  set(main "")
  if(name MATCHES "^first")
    set(main -Dmain=first_main -DCNN_ACCESS_HEADER="redirect.h")
  endif()
  run(${COMPILER} ${FLAGS} -x c -std=c99 -Wall -Wextra -Werror -I${CMAKE_CURRENT_LIST_DIR}/sdk ${PART} ${main} -c ${source}
      -o ${WORK_DIR}/${name}.o)
  list(APPEND objects ${WORK_DIR}/${name}.o)
endforeach()
run(${COMPILER} ${FLAGS} ${objects} ${HARNESS} -o ${WORK_DIR}/run)
run(${WORK_DIR}/run)
# The exit that the sample is made for: the second one, or none.
set(early 1)
set(late -1)
file(READ ${WORK_DIR}/first_main.c program)
if(DEFINED ${NETWORK} AND NOT program MATCHES "exit_taken\\(\\) == ${${NETWORK}};")
  message(FATAL_ERROR "the sample takes another exit")
endif()
if(NOT output MATCHES "PASS.*PASS")
  message(FATAL_ERROR "the network does not pass:\n${output}")
endif()
