# cmake -D PROJECT_DIR=<dir> -D WORK_DIR=<dir> -P CheckSingleHeaders.cmake
# Fails if a file of single_include/ is not what the generator would write now, or if there is one that it does not write.
cmake_minimum_required(VERSION 3.25)
set(written ${WORK_DIR}/single_include)
file(REMOVE_RECURSE ${written})
execute_process(COMMAND ${CMAKE_COMMAND} -D INCLUDE_DIR=${PROJECT_DIR}/include -D OUTPUT=${written}/incuse.hpp
                        -P ${PROJECT_DIR}/single_include/generate.cmake COMMAND_ERROR_IS_FATAL ANY)
file(GLOB headers RELATIVE ${written} ${written}/*.hpp)
file(GLOB present RELATIVE ${PROJECT_DIR}/single_include ${PROJECT_DIR}/single_include/*.hpp)
if(NOT headers STREQUAL present)
  message(FATAL_ERROR "single_include/ has ${present}, but its generator writes ${headers}")
endif()
foreach(header IN LISTS headers)
  execute_process(COMMAND ${CMAKE_COMMAND} -E compare_files ${written}/${header}
                          ${PROJECT_DIR}/single_include/${header} RESULT_VARIABLE result)
  if(NOT result EQUAL 0)
    message(SEND_ERROR "single_include/${header} is out of date; the target incuse_single_include writes it anew")
  endif()
endforeach()
