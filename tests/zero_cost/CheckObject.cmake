# cmake -D COMPILER=<c++> -D OBJDUMP=<objdump> -D FLAGS=<flags> -D SOURCE=<file> -D OBJECT=<file> -P CheckObject.cmake
# Compiles SOURCE and fails unless the object costs a firmware nothing but code and read-only tables: no writable data, no
# code that runs before main, no heap, no exceptions. A line "// rodata: <N>" in SOURCE asks for at least N bytes of
# read-only data, so that tables which were never emitted do not pass for free ones; "// rodata at most: <N>" says what
# there may be of it.
cmake_minimum_required(VERSION 3.25)

cmake_path(GET OBJECT PARENT_PATH folder)
file(MAKE_DIRECTORY ${folder})
separate_arguments(FLAGS)
execute_process(COMMAND ${COMPILER} ${FLAGS} -c ${SOURCE} -o ${OBJECT} COMMAND_ERROR_IS_FATAL ANY)
execute_process(COMMAND ${OBJDUMP} -h -t ${OBJECT} OUTPUT_VARIABLE dump COMMAND_ERROR_IS_FATAL ANY)

set(problems "")
set(text_bytes 0)
set(rodata_bytes 0)

# Section headers: "  3 .rodata  0000012c  00000000 ..."
string(REGEX MATCHALL "\n +[0-9]+ [^ \n]+ +[0-9a-f]+ " sections "${dump}")
foreach(section IN LISTS sections)
  string(REGEX MATCH "[0-9]+ ([^ ]+) +([0-9a-f]+)" section "${section}")
  set(name ${CMAKE_MATCH_1})
  math(EXPR bytes "0x${CMAKE_MATCH_2}")
  if(name MATCHES "^\\.text")
    math(EXPR text_bytes "${text_bytes} + ${bytes}")
  elseif(name MATCHES "^\\.rodata")
    math(EXPR rodata_bytes "${rodata_bytes} + ${bytes}")
  elseif(bytes EQUAL 0)
  elseif(name MATCHES "^\\.(data|bss|tdata|tbss)(\\.|$)")
    string(APPEND problems "  ${bytes} bytes of writable data in ${name}\n")
  elseif(name MATCHES "^\\.(preinit_array|init_array|fini_array|ctors|dtors)(\\.|$)")
    string(APPEND problems "  code that runs before or after main (${name})\n")
  elseif(name MATCHES "^\\.(gcc_except_table|ARM\\.extab)")
    string(APPEND problems "  exception tables (${name})\n")
  endif()
endforeach()

# Symbols that are wanted from elsewhere: "00000000  *UND*  00000000 _Znwj"
string(REGEX MATCHALL "\\*UND\\*[^\n]*" symbols "${dump}")
foreach(symbol IN LISTS symbols)
  string(REGEX MATCH "[^ \t]+$" symbol "${symbol}")
  if(symbol MATCHES "^(malloc|calloc|realloc|free|aligned_alloc|_Zn[wa].*|_Zd[la].*)$")
    string(APPEND problems "  uses the heap (${symbol})\n")
  elseif(symbol MATCHES "^(__cxa_.*|__gxx_personality.*|_Unwind_.*|__aeabi_atexit|atexit|_ZSt[0-9]+__throw_.*)$")
    string(APPEND problems "  needs the C++ run-time (${symbol})\n")
  endif()
endforeach()

file(READ ${SOURCE} source)
if(source MATCHES "\n// rodata: ([0-9]+)\n" AND rodata_bytes LESS CMAKE_MATCH_1)
  string(APPEND problems "  ${rodata_bytes} bytes of read-only data, ${CMAKE_MATCH_1} expected\n")
endif()
if(source MATCHES "\n// rodata at most: ([0-9]+)\n" AND rodata_bytes GREATER CMAKE_MATCH_1)
  string(APPEND problems "  ${rodata_bytes} bytes of read-only data, at most ${CMAKE_MATCH_1} expected\n")
endif()

if(problems)
  message(FATAL_ERROR "${OBJECT} is not free of cost:\n${problems}")
endif()
message(STATUS "${text_bytes} bytes of code, ${rodata_bytes} bytes of read-only tables, nothing else")
