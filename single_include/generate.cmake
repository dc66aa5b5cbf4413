# cmake -D INCLUDE_DIR=<dir> -D OUTPUT=<folder>/incuse.hpp -P generate.cmake
# Writes the single headers into the folder: each has some headers of the project and every one that they reach in one
# file, standard headers first, then each header once, where it is first needed. Every header keeps a guard of its own,
# so that single headers can be included together.
cmake_minimum_required(VERSION 3.25)
include(${CMAKE_CURRENT_LIST_DIR}/../tests/cmake/Includes.cmake)
cmake_path(ABSOLUTE_PATH INCLUDE_DIR NORMALIZE)
cmake_path(GET OUTPUT PARENT_PATH folder)

# headers_in(<out> <folder> <regex of those to leave out>): headers of a folder of include/incuse.
function(headers_in out folder without)
  file(GLOB found RELATIVE ${INCLUDE_DIR} ${INCLUDE_DIR}/incuse/${folder}/*.hpp)
  list(SORT found)
  if(without)
    list(FILTER found EXCLUDE REGEX ${without})
  endif()
  set(${out} ${found} PARENT_SCOPE)
endfunction()

# Who includes what: models alone, firmware of each family, hosts.
set(outputs incuse incuse_max7800x incuse_k210 incuse_host)
set(about_incuse "Models, checks and tables")
set(headers_incuse incuse/incuse.hpp)
set(about_incuse_max7800x "Firmware of the MAX7800x family: models, deployment and driver")
headers_in(family max7800x "virtual_chip|verify")
set(headers_incuse_max7800x incuse/incuse.hpp ${family})
set(about_incuse_k210 "Firmware of the K210: models, deployment and driver")
headers_in(family k210 "virtual_")
headers_in(tables k210/tables "/quantiser")
set(headers_incuse_k210 incuse/incuse.hpp ${family} ${tables} incuse/model/activations.hpp incuse/model/software.hpp)
set(about_incuse_host "Hosts: executors, virtual chips, drivers of both families")
headers_in(host host "")
set(fast incuse/host/fast/executor.hpp incuse/host/fast/kmodel.hpp incuse/host/fast/proof.hpp)
set(headers_incuse_host ${headers_incuse_max7800x} ${headers_incuse_k210} incuse/max7800x/virtual_chip.hpp
  incuse/k210/virtual_chip.hpp incuse/k210/virtual_bus.hpp ${host} ${fast})

# Collected while the headers are walked; global properties, because functions that call themselves have no other state.
function(forget)
  foreach(name IN ITEMS seen foreign body)
    set_property(GLOBAL PROPERTY ${name} "")
  endforeach()
  set_property(GLOBAL PROPERTY conditional FALSE)
endfunction()
function(emit text)
  set_property(GLOBAL APPEND_STRING PROPERTY body "${text}")
endfunction()

# Appends one header to the body, its own includes in its place. Works on the text from one preprocessor directive to the
# next; a list of lines would lose brackets and semicolons.
function(inline_header header)
  get_property(seen GLOBAL PROPERTY seen)
  if(header IN_LIST seen)
    return()
  endif()
  if(NOT EXISTS ${INCLUDE_DIR}/${header})
    message(FATAL_ERROR "${header} is included, but does not exist")
  endif()
  file(READ ${INCLUDE_DIR}/${header} rest)
  if(NOT rest MATCHES "#pragma once")  # a text that is read several times
    emit("\n${rest}\n")
    return()
  endif()
  set_property(GLOBAL APPEND PROPERTY seen ${header})
  string(MAKE_C_IDENTIFIER "${header}" guard)
  string(TOUPPER "${guard}" guard)
  emit("\n// ---- ${header} ----\n\n#ifndef ${guard}_IS_THERE\n#define ${guard}_IS_THERE\n\n")
  set(depth 0)  # of #if
  while("\n${rest}" MATCHES "\n([ \t]*#[ \t]*([a-z]+)[^\n]*\n?)")
    set(directive "${CMAKE_MATCH_1}")
    set(kind ${CMAKE_MATCH_2})
    string(FIND "\n${rest}" "\n${directive}" at)  # the newline in front makes this the offset in `rest` too
    string(SUBSTRING "${rest}" 0 ${at} before)
    string(LENGTH "${directive}" length)
    math(EXPR at "${at} + ${length}")
    string(SUBSTRING "${rest}" ${at} -1 rest)
    emit("${before}")
    if(kind MATCHES "^if")
      math(EXPR depth "${depth} + 1")
    elseif(kind STREQUAL "endif")
      math(EXPR depth "${depth} - 1")
    endif()
    if(kind STREQUAL "include" AND directive MATCHES "(<[^>]*>|\"[^\"]*\")")
      set(name "${CMAKE_MATCH_1}")
      incuse_resolve_include(target "${name}" ${INCLUDE_DIR}/${header} ${INCLUDE_DIR})
      get_property(conditional GLOBAL PROPERTY conditional)
      if(target AND depth GREATER 0)
        # What is there under a condition only is there once more where others need it: guards leave out what is too much.
        get_property(seen GLOBAL PROPERTY seen)
        set_property(GLOBAL PROPERTY conditional TRUE)
        inline_header(${target})
        set_property(GLOBAL PROPERTY conditional ${conditional})
        set_property(GLOBAL PROPERTY seen ${seen})
      elseif(target)
        inline_header(${target})
      elseif(depth GREATER 0 OR conditional)
        emit("${directive}")  # stays under its condition
      else()
        set_property(GLOBAL APPEND PROPERTY foreign "${name}")
      endif()
    elseif(NOT directive MATCHES "#[ \t]*pragma[ \t]+once")
      emit("${directive}")
    endif()
  endwhile()
  emit("${rest}\n#endif  // ${header}\n")
endfunction()

# Whether a header reaches the first header of all, which tells separate headers and single ones apart.
function(reaches_first out header)
  get_property(known GLOBAL PROPERTY reaches_${header} SET)
  if(NOT known)
    set(result FALSE)
    if(header STREQUAL "incuse/core/language.hpp")
      set(result TRUE)
    else()
      incuse_read_includes(names ${INCLUDE_DIR}/${header})
      foreach(name IN LISTS names)
        incuse_resolve_include(target "${name}" ${INCLUDE_DIR}/${header} ${INCLUDE_DIR})
        if(target AND NOT result)
          reaches_first(result ${target})
        endif()
      endforeach()
    endif()
    set_property(GLOBAL PROPERTY reaches_${header} ${result})
  endif()
  get_property(result GLOBAL PROPERTY reaches_${header})
  set(${out} ${result} PARENT_SCOPE)
endfunction()

set(all "")
foreach(output IN LISTS outputs)
  forget()
  foreach(header IN LISTS headers_${output})
    inline_header(${header})
  endforeach()
  get_property(body GLOBAL PROPERTY body)
  string(REGEX REPLACE "\n\n\n+" "\n\n" body_${output} "${body}")
  string(APPEND all "${body_${output}}")
  get_property(foreign GLOBAL PROPERTY foreign)
  list(REMOVE_DUPLICATES foreign)
  list(SORT foreign)
  list(TRANSFORM foreign PREPEND "#include ")
  list(JOIN foreign "\n" foreign_${output})
  get_property(seen GLOBAL PROPERTY seen)
  foreach(header IN LISTS seen)
    reaches_first(reached ${header})
    if(NOT reached)
      message(FATAL_ERROR "${header} does not include core/language.hpp, nor what includes it")
    endif()
  endforeach()
endforeach()

# The same number in all single headers of one state of the sources.
string(SHA256 state "${all}")
string(SUBSTRING ${state} 0 7 state)
foreach(output IN LISTS outputs)
  # Written aside first: a run that fails leaves the old file whole.
  file(WRITE ${folder}/${output}.hpp.new "// SPDX-License-Identifier: BSL-1.0
// Incuse in one header. ${about_${output}}.
// Generated by single_include/generate.cmake from include/incuse; edit those files instead.
#pragma once

#ifdef INCUSE_SEPARATE_HEADERS
#error \"${output}.hpp behind the headers of include/incuse: include either the single headers or these\"
#include <single headers of Incuse or those of its folder, not both>
#endif
#if defined INCUSE_SINGLE_HEADER && INCUSE_SINGLE_HEADER != 0x${state}
#error \"${output}.hpp and another single header of Incuse are of different versions\"
#include <single headers of Incuse of one version>
#endif
#define INCUSE_SINGLE_HEADER 0x${state}
#define INCUSE_INSIDE_SINGLE_HEADER

${foreign_${output}}
${body_${output}}
#undef INCUSE_INSIDE_SINGLE_HEADER
")
  file(RENAME ${folder}/${output}.hpp.new ${folder}/${output}.hpp)
endforeach()
