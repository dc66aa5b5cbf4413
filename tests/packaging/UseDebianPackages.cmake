# cmake -D BUILD_DIR=<dir> -D WORK_DIR=<dir> -D CPACK=<cpack> -D DPKG_DEB=<dpkg-deb> -D CXX=<c++> -D GENERATOR=<generator>
#       -D VERSION=<version> -P UseDebianPackages.cmake
# Makes the Debian packages of a finished build, unpacks them, and uses the library and the program that they hold.
cmake_minimum_required(VERSION 3.25)
file(REMOVE_RECURSE ${WORK_DIR})
execute_process(COMMAND ${CPACK} -G DEB --config ${BUILD_DIR}/CPackConfig.cmake -B ${WORK_DIR}
                OUTPUT_QUIET COMMAND_ERROR_IS_FATAL ANY)

# unpack(<package>): the one file of the package goes to WORK_DIR/root; its dependencies to <package>_needs.
function(unpack package)
  file(GLOB files ${WORK_DIR}/${package}_${VERSION}_*.deb)
  list(LENGTH files count)
  if(NOT count EQUAL 1)
    message(FATAL_ERROR "there are ${count} packages ${package}, not one: ${files}")
  endif()
  execute_process(COMMAND ${DPKG_DEB} -x ${files} ${WORK_DIR}/root COMMAND_ERROR_IS_FATAL ANY)
  execute_process(COMMAND ${DPKG_DEB} -f ${files} Depends OUTPUT_VARIABLE needs COMMAND_ERROR_IS_FATAL ANY)
  set(${package}_needs "${needs}" PARENT_SCOPE)
endfunction()

# expect(<what> <text> <regex>)
function(expect what text regex)
  if(NOT text MATCHES "${regex}")
    message(FATAL_ERROR "${what}: '${text}' has no '${regex}'")
  endif()
endfunction()

unpack(libincuse-dev)
execute_process(COMMAND ${CMAKE_COMMAND} -S ${CMAKE_CURRENT_LIST_DIR}/consumer -B ${WORK_DIR}/build -G ${GENERATOR}
                        -D WAY=find_package -D CMAKE_PREFIX_PATH=${WORK_DIR}/root/usr -D CMAKE_CXX_COMPILER=${CXX}
                OUTPUT_QUIET COMMAND_ERROR_IS_FATAL ANY)
execute_process(COMMAND ${CMAKE_COMMAND} --build ${WORK_DIR}/build OUTPUT_QUIET COMMAND_ERROR_IS_FATAL ANY)
execute_process(COMMAND ${WORK_DIR}/build/consumer OUTPUT_VARIABLE output COMMAND_ERROR_IS_FATAL ANY)
expect("the consumer" "${output}" "Incuse ${VERSION}\n")

set(program ${WORK_DIR}/root/usr/bin/incuse)
file(GLOB packages ${WORK_DIR}/incuse_*.deb)
if(NOT packages)
  message("the program was not built: only the library's package is there")
  return()
endif()
unpack(incuse)
expect("what the program needs" "${incuse_needs}" "libzip.*libyaml-cpp|libyaml-cpp.*libzip")
execute_process(COMMAND ${program} --version OUTPUT_VARIABLE output COMMAND_ERROR_IS_FATAL ANY)
expect("the program" "${output}" "${VERSION}")

# Completion: a verb, an option of it; files are left to bash.
set(completion ${WORK_DIR}/root/usr/share/bash-completion/completions/incuse)
file(WRITE ${WORK_DIR}/complete.sh
  ". '${completion}'\nwords() { COMP_WORDS=(\"$@\"); COMP_CWORD=$(($# - 1)); _incuse \"$1\"; echo \"\${COMPREPLY[*]}\"; }\n"
  "words '${program}' ch\nwords '${program}' check --mega\nwords '${program}' plan ne\n")
execute_process(COMMAND bash ${WORK_DIR}/complete.sh OUTPUT_VARIABLE output COMMAND_ERROR_IS_FATAL ANY)
expect("completion" "${output}" "^check\n--megahertz\n\n$")

file(GLOB pages RELATIVE ${WORK_DIR}/root/usr/share/man/man1 ${WORK_DIR}/root/usr/share/man/man1/*.1.gz)
if(pages)
  expect("the man pages" "${pages}" "incuse-check.1.gz;.*incuse-run.1.gz;.*incuse.1.gz$")
endif()
