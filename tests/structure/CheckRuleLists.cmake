# cmake -D INCLUDE_DIR=<dir> -P CheckRuleLists.cmake
# Fails unless every rule is a row of one of its room's tables, and every table is named outside of its definition: what
# is in no table, or in one that nothing reads, is never checked.
cmake_minimum_required(VERSION 3.25)

# A rule has a subject and a name: INCUSE_RULE(OneLayer, kernel_size, …; every family has a macro of its own.
set(rule_regex "INCUSE_([A-Z]+_)?(RULE|WARNING)\\([ \n]*[A-Z][A-Za-z]+, [a-z0-9_]+")
set(table_regex "CheckedRule<[A-Za-z]+> [a-z0-9_]+\\[\\]")

set(problems "")
set(rule_count 0)
set(table_count 0)
file(GLOB rooms ${INCLUDE_DIR}/incuse/*)
foreach(room IN LISTS rooms)
  set(code "")
  file(GLOB_RECURSE headers ${room}/*.hpp)
  foreach(header IN LISTS headers)
    file(READ ${header} text)
    string(APPEND code "${text}")
  endforeach()
  string(REGEX REPLACE "//[^\n]*|#define([^\n]*\\\\\n)*[^\n]*" "" code "${code}")

  string(REGEX MATCHALL "${rule_regex}" rules "${code}")
  list(TRANSFORM rules REPLACE ".*, " "")
  foreach(rule IN LISTS rules)
    if(NOT code MATCHES "INCUSE_RULE_ROW(_ABOUT)?\\(${rule}[,)]")
      string(APPEND problems "  the rule ${rule} has no row\n")
    endif()
  endforeach()

  string(REGEX MATCHALL "${table_regex}" tables "${code}")
  string(REGEX REPLACE "${table_regex}" "" uses "${code}")
  list(TRANSFORM tables REPLACE ".* ([a-z0-9_]+)\\[\\]$" "\\1")
  foreach(table IN LISTS tables)
    if(NOT uses MATCHES "[^a-z0-9_]${table}[^a-z0-9_]")
      string(APPEND problems "  the table ${table} is applied to nothing\n")
    endif()
  endforeach()

  list(LENGTH rules count)
  math(EXPR rule_count "${rule_count} + ${count}")
  list(LENGTH tables count)
  math(EXPR table_count "${table_count} + ${count}")
endforeach()

if(rule_count EQUAL 0 OR table_count EQUAL 0)
  string(APPEND problems "  ${rule_count} rules and ${table_count} tables were found\n")
endif()
if(problems)
  message(FATAL_ERROR "rules that are never checked:\n${problems}")
endif()
message(STATUS "${rule_count} rules have rows, ${table_count} tables are applied")
