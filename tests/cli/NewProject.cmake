# cmake -D PROGRAM=<incuse> -D BOARD=<board> -D INCLUDE_DIR=<dir> -D WORK_DIR=<dir> -D GENERATOR=<generator>
#       -D CXX_HEADERS=<dir> -P NewProject.cmake
# Makes a project, builds it with the cross compiler, runs it under QEMU, and compiles it with stubs of the vendor's SDK.
cmake_minimum_required(VERSION 3.25)
file(REMOVE_RECURSE ${WORK_DIR})
file(MAKE_DIRECTORY ${WORK_DIR})
set(project ${WORK_DIR}/wildlife)
set(stubs ${CMAKE_CURRENT_LIST_DIR}/stub_sdk)

execute_process(COMMAND ${PROGRAM} new --board ${BOARD} ${project} OUTPUT_QUIET COMMAND_ERROR_IS_FATAL ANY)
file(GLOB files ${project}/*)
foreach(file IN LISTS files)
  file(READ ${file} text)
  if(text MATCHES "@[A-Z_]+@")
    message(SEND_ERROR "${file} has a hole: ${CMAKE_MATCH_0}")
  endif()
endforeach()
execute_process(COMMAND ${PROGRAM} new --board ${BOARD} ${project} RESULT_VARIABLE again OUTPUT_QUIET ERROR_QUIET)
if(NOT again EQUAL 2)
  message(SEND_ERROR "a folder that is full is written into")
endif()

file(GLOB toolchain ${project}/cortex-m4.cmake ${project}/riscv64.cmake)
execute_process(COMMAND ${CMAKE_COMMAND} -S ${project} -B ${project}/build -G ${GENERATOR} --toolchain ${toolchain}
  -D INCUSE_INCLUDE=${INCLUDE_DIR} -D CXX_HEADERS=${CXX_HEADERS} -D CMAKE_COMPILE_WARNING_AS_ERROR=ON
  OUTPUT_QUIET COMMAND_ERROR_IS_FATAL ANY)
execute_process(COMMAND ${CMAKE_COMMAND} --build ${project}/build COMMAND_ERROR_IS_FATAL ANY)
execute_process(COMMAND ${CMAKE_COMMAND} --build ${project}/build --target run OUTPUT_VARIABLE output
  ERROR_VARIABLE output TIMEOUT 200 COMMAND_ERROR_IS_FATAL ANY)
if(NOT output MATCHES "The stroke is falling")
  message(FATAL_ERROR "the program says: ${output}")
endif()

# other_network(<what it is>): another network in the place of the project's, and nothing else has changed. Its outputs
# are no strokes.
function(other_network what)
  execute_process(COMMAND ${CMAKE_COMMAND} --build ${project}/build OUTPUT_VARIABLE output ERROR_VARIABLE output
    RESULT_VARIABLE code)
  if(NOT code EQUAL 0)
    message(FATAL_ERROR "${what} does not fit into the project: ${output}")
  endif()
  execute_process(COMMAND ${CMAKE_COMMAND} --build ${project}/build --target run OUTPUT_VARIABLE output
    ERROR_VARIABLE output TIMEOUT 200 COMMAND_ERROR_IS_FATAL ANY)
  if(NOT output MATCHES "The strongest output is number [0-9]" OR output MATCHES "stroke")
    message(FATAL_ERROR "the program says of ${what}: ${output}")
  endif()
endfunction()
string(REGEX MATCH "^max7800[02]" part ${BOARD})
# The board's part decides: of two boards with the same one the first.
if(NOT BOARD STREQUAL "max78000evkit")
  set(fixtures ${CMAKE_CURRENT_LIST_DIR}/fixtures)
  if(part)
    set(other ${fixtures}/small.yaml --input ${fixtures}/input.npy --weights ${fixtures}/small)
    set(for_part --device ${part})
  else()
    set(other ${fixtures}/small.kmodel)
  endif()
  file(RENAME ${project}/network.hpp ${WORK_DIR}/network.hpp)
  execute_process(COMMAND ${PROGRAM} import ${other} ${for_part} --name network --output ${project}/network.hpp
    OUTPUT_QUIET COMMAND_ERROR_IS_FATAL ANY)
  other_network("an imported network")
  # The sizes of the input and of the output are those of the project's network; layers and values are all that headers have.
  file(READ ${WORK_DIR}/network.hpp text)
  string(REGEX REPLACE "(struct Net : [^{]*){[^}]*};" "\\1{};" text "${text}")
  file(WRITE ${project}/network.hpp "${text}")
  other_network("a network of 256 inputs and 4 outputs")
  # One for another part is refused by both programs.
  if(BOARD STREQUAL "max78000fthr")
    execute_process(COMMAND ${PROGRAM} import ${other} --device max78002 --name network --output ${project}/network.hpp
      OUTPUT_QUIET COMMAND_ERROR_IS_FATAL ANY)
    foreach(target IN ITEMS simulated wildlife)
      execute_process(COMMAND ${CMAKE_COMMAND} --build ${project}/build --target ${target} OUTPUT_VARIABLE output
        ERROR_VARIABLE output RESULT_VARIABLE code)
      if(code EQUAL 0 OR NOT output MATCHES "another part")
        message(FATAL_ERROR "a network for another part is taken by ${target}: ${output}")
      endif()
    endforeach()
  endif()
  file(RENAME ${WORK_DIR}/network.hpp ${project}/network.hpp)
endif()

# The vendor's SDK, of which the files that the project names are stubs.
if(EXISTS ${project}/Makefile)
  file(READ ${project}/Makefile text)
  if(NOT text MATCHES "BOARD [?]= ([A-Za-z0-9_]+)")
    message(FATAL_ERROR "the Makefile names no board")
  endif()
  set(board ${CMAKE_MATCH_1})
  string(TOUPPER ${part} upper)
  set(sdk ${WORK_DIR}/sdk/Libraries)
  file(MAKE_DIRECTORY ${sdk}/Boards/${upper}/${board} ${sdk}/CMSIS/Device/Maxim/${upper}/Source/GCC)
  configure_file(${stubs}/max7800x/make/board.mk ${sdk}/Boards/${upper}/${board}/board.mk COPYONLY)
  configure_file(${stubs}/max7800x/make/device.mk ${sdk}/CMSIS/Device/Maxim/${upper}/Source/GCC/${part}.mk COPYONLY)
  execute_process(COMMAND make -C ${project} MAXIM_PATH=${WORK_DIR}/sdk INCUSE_INCLUDE=${INCLUDE_DIR}
    STUB_INCLUDE=${stubs}/max7800x COMMAND_ERROR_IS_FATAL ANY)
else()
  foreach(source IN ITEMS main application)
    execute_process(COMMAND riscv64-unknown-elf-g++ -march=rv64imafdc -mabi=lp64d -mcmodel=medany -std=gnu++17 -Os -Wall
      -Wextra -Werror=all -std=gnu++20 -fno-exceptions -fno-rtti -fno-threadsafe-statics -ffreestanding
      -isystem ${INCLUDE_DIR} -isystem ${CXX_HEADERS} -isystem ${CXX_HEADERS}/arm-none-eabi -I${stubs}/k210
      -c ${project}/${source}.cpp -o ${WORK_DIR}/${source}.o COMMAND_ERROR_IS_FATAL ANY)
  endforeach()
endif()
