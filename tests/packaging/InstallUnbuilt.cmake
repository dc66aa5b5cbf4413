# cmake -D PROJECT_DIR=<dir> -D WORK_DIR=<dir> -D CXX=<c++> -D GENERATOR=<generator> -P InstallUnbuilt.cmake
# A build folder in which nothing has been built installs the headers, and says that the program is missing; packages of the
# program cannot be made of it.
cmake_minimum_required(VERSION 3.25)
file(REMOVE_RECURSE ${WORK_DIR})
execute_process(COMMAND ${CMAKE_COMMAND} -S ${PROJECT_DIR} -B ${WORK_DIR}/build -G ${GENERATOR} -D CMAKE_CXX_COMPILER=${CXX}
                        -D INCUSE_BUILD_TESTS=OFF -D INCUSE_BUILD_BENCH=OFF -D INCUSE_BUILD_TRAIN=OFF
                OUTPUT_VARIABLE configured ERROR_QUIET COMMAND_ERROR_IS_FATAL ANY)
execute_process(COMMAND ${CMAKE_COMMAND} --install ${WORK_DIR}/build --prefix ${WORK_DIR}/prefix
                OUTPUT_QUIET ERROR_VARIABLE said COMMAND_ERROR_IS_FATAL ANY)
foreach(file IN ITEMS include/incuse/incuse.hpp share/cmake/incuse/incuse-config.cmake)
  if(NOT EXISTS ${WORK_DIR}/prefix/${file})
    message(FATAL_ERROR "${file} is not installed")
  endif()
endforeach()
file(GLOB_RECURSE of_program ${WORK_DIR}/prefix/bin/* ${WORK_DIR}/prefix/share/bash-completion/* ${WORK_DIR}/prefix/share/doc/incuse/*)
if(of_program)
  message(FATAL_ERROR "without the program, this of it is installed: ${of_program}")
endif()
if(configured MATCHES "the program incuse is not built")
  return()
endif()
if(NOT said MATCHES "program incuse has not been built.*incuse_cli")
  message(FATAL_ERROR "it is not said that the program is missing, but '${said}'")
endif()
execute_process(COMMAND ${CMAKE_COMMAND} --install ${WORK_DIR}/build --prefix ${WORK_DIR}/prefix --component program
                OUTPUT_QUIET ERROR_VARIABLE said RESULT_VARIABLE code)
if(code EQUAL 0 OR NOT said MATCHES "program incuse has not been built")
  message(FATAL_ERROR "the component of the program is installed without the program: ${said}")
endif()
