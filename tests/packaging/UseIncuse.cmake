# cmake -D WAY=<way> -D PROJECT_DIR=<dir> -D BUILD_DIR=<dir> -D WORK_DIR=<dir> -D CXX=<c++>
#       -D GENERATOR=<generator> -D VERSION=<version> -P UseIncuse.cmake
# Builds the consumer beside this file in a clean folder, with Incuse reached in the way that WAY names, and runs it.
cmake_minimum_required(VERSION 3.25)
file(REMOVE_RECURSE ${WORK_DIR})

if(WAY STREQUAL "find_package")
  execute_process(COMMAND ${CMAKE_COMMAND} --install ${BUILD_DIR} --prefix ${WORK_DIR}/installed
                  OUTPUT_QUIET COMMAND_ERROR_IS_FATAL ANY)
  set(where -D CMAKE_PREFIX_PATH=${WORK_DIR}/installed)
else()
  set(where -D INCUSE_SOURCE=${PROJECT_DIR})
endif()

execute_process(COMMAND ${CMAKE_COMMAND} -S ${CMAKE_CURRENT_LIST_DIR}/consumer -B ${WORK_DIR}/build -G ${GENERATOR}
                        -D WAY=${WAY} ${where} -D CMAKE_CXX_COMPILER=${CXX} COMMAND_ERROR_IS_FATAL ANY)
execute_process(COMMAND ${CMAKE_COMMAND} --build ${WORK_DIR}/build COMMAND_ERROR_IS_FATAL ANY)
execute_process(COMMAND ${WORK_DIR}/build/consumer OUTPUT_VARIABLE output COMMAND_ERROR_IS_FATAL ANY)
if(NOT output MATCHES "Incuse ${VERSION}\n")
  message(FATAL_ERROR "the consumer says '${output}', not 'Incuse ${VERSION}'")
endif()

# A project that takes Incuse in does not install it along.
if(WAY STREQUAL "add_subdirectory")
  execute_process(COMMAND ${CMAKE_COMMAND} --install ${WORK_DIR}/build --prefix ${WORK_DIR}/prefix
                  OUTPUT_QUIET COMMAND_ERROR_IS_FATAL ANY)
  file(GLOB_RECURSE installed ${WORK_DIR}/prefix/*)
  if(installed)
    message(FATAL_ERROR "the consumer installs ${installed}")
  endif()
endif()
