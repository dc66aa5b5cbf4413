# cmake -D COMPILER=<c++> -D PROJECT_DIR=<dir> -D WORK_DIR=<dir> -P SingleHeaders.cmake
# Single headers alone and together in both orders; and what compilers say where one meets the headers of include/, or a
# single header of another version.
cmake_minimum_required(VERSION 3.25)
file(REMOVE_RECURSE ${WORK_DIR})
file(MAKE_DIRECTORY ${WORK_DIR}/other)

set(single -I${PROJECT_DIR}/single_include)
set(separate -I${PROJECT_DIR}/include)
set(warnings -Wall -Wextra -Wpedantic -Wconversion -Wshadow -Werror)

# compile(<regex; empty: it compiles> <flags of folders> <header>...)
function(compile complaint folders)
  set(text "")
  foreach(header IN LISTS ARGN)
    string(APPEND text "#include <${header}>\n")
  endforeach()
  file(WRITE ${WORK_DIR}/file.cpp "${text}
struct TinyNet : incuse::Network<incuse::Input<1, 8, 8>, incuse::Conv2d<4, incuse::kernel<3>, incuse::pad<1>>> {};
static_assert(incuse::graph_of<TinyNet>().size == 1);
")
  execute_process(COMMAND ${COMPILER} -std=c++20 ${warnings} -fsyntax-only ${folders} ${WORK_DIR}/file.cpp
                  RESULT_VARIABLE result ERROR_VARIABLE errors)
  if(complaint STREQUAL "" AND NOT result EQUAL 0)
    message(SEND_ERROR "${ARGN} do not compile together:\n${errors}")
  elseif(complaint AND result EQUAL 0)
    message(SEND_ERROR "${ARGN} compile together")
  elseif(complaint AND NOT errors MATCHES "${complaint}")
    message(SEND_ERROR "${ARGN}: the first error does not say '${complaint}':\n${errors}")
  endif()
endfunction()

file(GLOB headers RELATIVE ${PROJECT_DIR}/single_include ${PROJECT_DIR}/single_include/*.hpp)
list(SORT headers)
list(LENGTH headers count)
if(count LESS 4)
  message(FATAL_ERROR "there are only ${headers}")
endif()
foreach(header IN LISTS headers)
  compile("" "${single}" ${header})
  compile("${header} behind the headers of include/incuse" "${single};${separate}" incuse/incuse.hpp ${header})
  compile("behind a single header of Incuse" "${single};${separate}" ${header} incuse/host/detection.hpp)
endforeach()
compile("" "${single}" ${headers})
list(REVERSE headers)
compile("" "${single}" ${headers})

file(READ ${PROJECT_DIR}/single_include/incuse.hpp text)
string(REGEX REPLACE "(INCUSE_SINGLE_HEADER[ !=]* )0x[0-9a-f]+" "\\10x1234567" text "${text}")
file(WRITE ${WORK_DIR}/other/other_version.hpp "${text}")
compile("of different versions" "${single};-I${WORK_DIR}/other" incuse_k210.hpp other_version.hpp)
