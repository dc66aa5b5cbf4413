# cmake -D PROGRAM=<program> [-D "ARGUMENTS=<its arguments>"] -D PAGE=<file> -P CheckPage.cmake: succeeds if the program prints the page.
cmake_minimum_required(VERSION 3.25)

separate_arguments(ARGUMENTS)
execute_process(COMMAND ${PROGRAM} ${ARGUMENTS} OUTPUT_VARIABLE text COMMAND_ERROR_IS_FATAL ANY)
set(written "")
if(EXISTS ${PAGE})
  file(READ ${PAGE} written)
endif()
if(NOT text STREQUAL written)
  message(FATAL_ERROR "${PAGE} is out of date: build the target incuse_docs")
endif()
