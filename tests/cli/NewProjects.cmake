# Projects that `incuse new` makes: built with Debian's cross compilers, run under QEMU, compiled with stubs of the SDKs.
incuse_cli_test(new.unknown_board 2 "unknown board 'max'; there are: max78000fthr, max78000evkit, max78002evkit, maix-bit"
  new --board max ${CMAKE_CURRENT_BINARY_DIR}/unknown_board)
incuse_cli_test(new.wrong_name 2 "letters, digits, _ and -; not '9 lives'"
  new --board maix-bit "${CMAKE_CURRENT_BINARY_DIR}/9 lives")
foreach(name IN ITEMS run ALL_BUILD edit_cache package RUN_TESTS)
  incuse_cli_test(new.taken_name.${name} 2 "'${name}' is a target of every project" new --board maix-bit
    ${CMAKE_CURRENT_BINARY_DIR}/${name})
endforeach()

find_program(INCUSE_ARM_GXX arm-none-eabi-g++)
find_program(INCUSE_RISCV_GXX riscv64-unknown-elf-g++)
find_program(INCUSE_QEMU_ARM qemu-system-arm)
find_program(INCUSE_QEMU_RISCV64 qemu-system-riscv64)
find_program(INCUSE_MAKE make)
mark_as_advanced(INCUSE_ARM_GXX INCUSE_RISCV_GXX INCUSE_QEMU_ARM INCUSE_QEMU_RISCV64 INCUSE_MAKE)
foreach(board IN ITEMS max78000fthr max78000evkit max78002evkit maix-bit)
  if(board STREQUAL "maix-bit")
    set(needs INCUSE_RISCV_GXX INCUSE_QEMU_RISCV64 INCUSE_CXX_HEADERS)
  else()
    set(needs INCUSE_ARM_GXX INCUSE_QEMU_ARM INCUSE_MAKE)
  endif()
  set(missing "")
  foreach(need IN LISTS needs)
    if(NOT ${need})
      list(APPEND missing ${need})
    endif()
  endforeach()
  if(missing)
    incuse_test(cli.new.${board} ${CMAKE_COMMAND} -E echo "skipped: not found: ${missing}")
    set_property(TEST cli.new.${board} PROPERTY SKIP_REGULAR_EXPRESSION "^skipped: ")
    continue()
  endif()
  incuse_test(cli.new.${board} ${CMAKE_COMMAND} -D PROGRAM=${program} -D BOARD=${board}
    -D INCLUDE_DIR=${PROJECT_SOURCE_DIR}/include -D WORK_DIR=${CMAKE_CURRENT_BINARY_DIR}/new/${board}
    -D GENERATOR=${CMAKE_GENERATOR} -D CXX_HEADERS=${INCUSE_CXX_HEADERS} -P ${CMAKE_CURRENT_SOURCE_DIR}/NewProject.cmake)
endforeach()
