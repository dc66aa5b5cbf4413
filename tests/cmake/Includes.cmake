# Reads #include lines. Used by the test of the rooms and by the generator of the single header.
include_guard()

# incuse_read_includes(<out> <file>): the names that the file includes, in order, with their brackets or quotes.
function(incuse_read_includes out file)
  file(READ ${file} text)
  set(names "")
  string(REGEX MATCHALL "(^|\n)[ \t]*#[ \t]*include[ \t]*(<[^>\n]*>|\"[^\"\n]*\")" lines "${text}")
  foreach(line IN LISTS lines)
    string(REGEX MATCH "[<\"].*$" name "${line}")
    list(APPEND names "${name}")
  endforeach()
  set(${out} "${names}" PARENT_SCOPE)
endfunction()

# incuse_resolve_include(<out> <name with brackets or quotes> <including file> <include dir>): the path below the include
# dir of the project header that is meant, or an empty string for a header of somebody else.
function(incuse_resolve_include out name from include_dir)
  string(REGEX REPLACE "^.(.*).$" "\\1" path "${name}")
  set(found "")
  if(name MATCHES "^\"")
    cmake_path(GET from PARENT_PATH folder)
    cmake_path(ABSOLUTE_PATH path BASE_DIRECTORY ${folder} NORMALIZE OUTPUT_VARIABLE beside)
    if(EXISTS ${beside})
      cmake_path(RELATIVE_PATH beside BASE_DIRECTORY ${include_dir} OUTPUT_VARIABLE found)
    endif()
  endif()
  if(NOT found AND path MATCHES "^incuse/")
    set(found ${path})
  endif()
  set(${out} "${found}" PARENT_SCOPE)
endfunction()
