# cmake -D PROJECT_DIR=<dir> -D WORK_DIR=<dir> -P CheckSingleHeader.cmake
# Fails if single_include/incuse.hpp is not what its generator would write now.
cmake_minimum_required(VERSION 3.25)
execute_process(COMMAND ${CMAKE_COMMAND} -D INCLUDE_DIR=${PROJECT_DIR}/include -D OUTPUT=${WORK_DIR}/incuse.hpp
                        -P ${PROJECT_DIR}/single_include/generate.cmake COMMAND_ERROR_IS_FATAL ANY)
execute_process(COMMAND ${CMAKE_COMMAND} -E compare_files ${WORK_DIR}/incuse.hpp
                        ${PROJECT_DIR}/single_include/incuse.hpp RESULT_VARIABLE result)
if(NOT result EQUAL 0)
  message(FATAL_ERROR "single_include/incuse.hpp is out of date; the target incuse_single_include writes it anew")
endif()
