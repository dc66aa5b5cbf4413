# cmake -D COMPILER=<c++> -D KIND=gcc|clang -D "FLAGS=<flags>" -D SOURCE=<file> -P ExpectCompileError.cmake
# Compiles SOURCE and succeeds if the compiler rejects it as the comments in SOURCE say:
#   // expect: <regex>        one line of the output matches (CMake's regular expressions, matched line by line)
#   // expect-gcc: <regex>    the same for one compiler only; also expect-clang
#   // errors: <N>            the output has exactly N errors; errors-gcc and errors-clang win over it
# There has to be at least one expectation for the compiler at hand.
cmake_minimum_required(VERSION 3.25)

# Lines that begin with blanks are not folded by message().
function(fail text)
  message(FATAL_ERROR "${SOURCE}\n  ${text}\n")
endfunction()

# Takes the first line off a text. A plain foreach would split at ; and join at [ ].
macro(take_line text line)
  string(FIND "${${text}}" "\n" at)
  if(at EQUAL -1)
    set(${line} "${${text}}")
    set(${text} "")
  else()
    string(SUBSTRING "${${text}}" 0 ${at} ${line})
    math(EXPR at "${at} + 1")
    string(SUBSTRING "${${text}}" ${at} -1 ${text})
  endif()
endmacro()

# Words are compared: keep the compiler from translating, colouring or folding them, and from quoting the source, where
# they could be found without having been said.
set(ENV{LC_ALL} C)
set(no_quotes_gcc -fno-diagnostics-show-caret)
set(no_quotes_clang -fno-caret-diagnostics)
separate_arguments(FLAGS)
execute_process(
  COMMAND ${COMPILER} -std=c++20 -fsyntax-only -fmessage-length=0 -fdiagnostics-color=never ${no_quotes_${KIND}}
          ${FLAGS} ${SOURCE}
  RESULT_VARIABLE result OUTPUT_VARIABLE output ERROR_VARIABLE output)
if(result EQUAL 0)
  fail("compiles, but must not")
endif()

# What the source expects: regex_<i>, found_<i> and expected_errors.
set(expected_errors "")
set(regex_count 0)
file(READ ${SOURCE} rest)
while(NOT rest STREQUAL "")
  take_line(rest line)
  if(line MATCHES "^// expect(-${KIND})?: *(.*)$")
    set(regex_${regex_count} "${CMAKE_MATCH_2}")
    set(found_${regex_count} FALSE)
    math(EXPR regex_count "${regex_count} + 1")
  elseif(line MATCHES "^// errors-${KIND}: *([0-9]+) *$")
    set(expected_errors ${CMAKE_MATCH_1})
  elseif(line MATCHES "^// errors: *([0-9]+) *$" AND expected_errors STREQUAL "")
    set(expected_errors ${CMAKE_MATCH_1})
  elseif(line MATCHES "^// *(expect|errors)" AND NOT line MATCHES "^// (expect(-gcc|-clang)?: *[^ ]|errors(-gcc|-clang)?: *[0-9]+ *$)")
    fail("cannot read this expectation: ${line}")
  endif()
endwhile()
if(regex_count EQUAL 0)
  fail("has no '// expect: ...' line for ${KIND}")
endif()

math(EXPR last "${regex_count} - 1")
set(errors 0)
set(rest "${output}")
while(NOT rest STREQUAL "")
  take_line(rest line)
  if(line MATCHES "^[^ ].*:[0-9]+: (fatal )?error: ")
    math(EXPR errors "${errors} + 1")
  endif()
  foreach(i RANGE ${last})
    if(NOT found_${i} AND line MATCHES "${regex_${i}}")
      set(found_${i} TRUE)
    endif()
  endforeach()
endwhile()

set(problems "")
foreach(i RANGE ${last})
  if(NOT found_${i})
    string(APPEND problems "  no line matches: ${regex_${i}}\n")
  endif()
endforeach()
if(NOT expected_errors STREQUAL "" AND NOT errors EQUAL expected_errors)
  string(APPEND problems "  ${errors} errors instead of ${expected_errors}\n")
endif()
if(problems)
  string(REPLACE "\n" "\n  " output "  ${output}")
  fail("is rejected, but not as expected:\n${problems}  the compiler said:\n${output}")
endif()
message(STATUS "rejected as expected, ${errors} errors")
