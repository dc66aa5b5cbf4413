# cmake -D FOLDERS=<dir;dir…> -P CheckFolders.cmake
# Fails if a file below the folders includes another by the way up to it: includes name the folder, <examples/…> or
# <support/…>, so that files can move. Folders of fixtures are left out.
cmake_minimum_required(VERSION 3.25)

set(problems "")
set(count 0)
foreach(folder IN LISTS FOLDERS)
  file(GLOB_RECURSE files ${folder}/*.hpp ${folder}/*.cpp)
  list(FILTER files EXCLUDE REGEX "^${folder}/.*/?fixtures/")
  foreach(file IN LISTS files)
    math(EXPR count "${count} + 1")
    file(STRINGS ${file} ways REGEX "^ *# *include \"\\.\\./")
    foreach(way IN LISTS ways)
      string(APPEND problems "  ${file}: ${way}\n")
    endforeach()
  endforeach()
endforeach()
if(count EQUAL 0 OR problems)
  message(FATAL_ERROR "files that include others by the way up, of ${count}:\n${problems}")
endif()
message(STATUS "none of ${count} files includes another by the way up")
