# cmake -D PROGRAM=<incuse> -D HELP2MAN=<help2man> -D VERSION=<version> -D SOURCE_DIR=<the project's> -D OUTPUT=<folder>
#       -P man_pages.cmake
# Writes incuse.1.gz and, for each verb that the program's help lists, incuse-<verb>.1.gz from the program's own words.
# Pages have the date of SOURCE_DATE_EPOCH or, without it, of the last commit or of the list of changes.
cmake_minimum_required(VERSION 3.25)
file(REMOVE_RECURSE ${OUTPUT})
file(MAKE_DIRECTORY ${OUTPUT})

set(seconds $ENV{SOURCE_DATE_EPOCH})
if(NOT seconds)
  execute_process(COMMAND git -C ${SOURCE_DIR} log -1 --format=%ct OUTPUT_VARIABLE seconds ERROR_QUIET
                  OUTPUT_STRIP_TRAILING_WHITESPACE)
endif()
if(NOT seconds MATCHES "^[0-9]+$")
  file(TIMESTAMP ${SOURCE_DIR}/CHANGELOG.md seconds "%s" UTC)
endif()

# mend_page(<file>): exit codes and examples become sections, an example a line; help2man makes one paragraph of each.
function(mend_page file)
  file(READ ${file} text)
  string(REPLACE ";" "\\;" text "${text}")  # no lists
  string(REGEX REPLACE "\n\\.PP\nExit codes: " "\n.SH \"EXIT STATUS\"\n" text "${text}")
  string(REGEX REPLACE "\nExamples:\n\\.IP\n(([^.][^\n]*\n)+)\\.PP\n" "\n.SH EXAMPLES\n.nf\n\\1.fi\n.SH NOTES\n" text
         "${text}")
  string(REPLACE "\\;" ";" text "${text}")
  file(WRITE ${file} "${text}")
endfunction()

# The text of an option begins in column 30. Where the option is as long as that, help2man takes both for one: it looks for
# two blanks, of which these rows have one. A text begins with a word, other than "NUMBER:0 to 127", "FILE REQUIRED".
set(two_blanks [[s/^\(  -.\{25\}[^ ]\) \([A-Z][a-z]* \)/\1  \2/]])

# man_page(<name> <description> <arguments of the program>...): help2man asks a script that has the page's name.
function(man_page name description)
  list(JOIN ARGN " " arguments)
  file(WRITE ${OUTPUT}/${name} "#!/bin/sh\n'${PROGRAM}' ${arguments} | sed '${two_blanks}'\n")
  file(CHMOD ${OUTPUT}/${name} PERMISSIONS OWNER_READ OWNER_WRITE OWNER_EXECUTE)
  execute_process(
    COMMAND ${CMAKE_COMMAND} -E env SOURCE_DATE_EPOCH=${seconds} ${HELP2MAN} --no-info --section=1 --version-string=${VERSION}
            --source=Incuse "--name=${description}" --output=${OUTPUT}/${name}.1 ${OUTPUT}/${name}
    COMMAND_ERROR_IS_FATAL ANY)
  mend_page(${OUTPUT}/${name}.1)
  file(REMOVE ${OUTPUT}/${name})
  file(REMOVE ${OUTPUT}/${name}.1.gz)
  execute_process(COMMAND gzip -9 -n ${OUTPUT}/${name}.1 COMMAND_ERROR_IS_FATAL ANY)
endfunction()

# man_pages_of(<program>): a page for each verb that its help lists. The program incuse starts all of them.
function(man_pages_of program)
  execute_process(COMMAND ${program} --help OUTPUT_VARIABLE help COMMAND_ERROR_IS_FATAL ANY)
  string(REGEX REPLACE "^.*\nSubcommands:\n" "\n" list "${help}")
  string(FIND "${list}" "\n\n" end)  # -1, the rest of it, where nothing follows
  string(SUBSTRING "${list}" 0 ${end} list)
  string(REGEX MATCHALL "\n  [a-z-]+ +[^\n]+" verbs "${list}")
  if(NOT verbs)
    message(FATAL_ERROR "the help of ${program} lists no verbs")
  endif()
  foreach(verb IN LISTS verbs)
    string(REGEX MATCH "^\n  ([a-z-]+) +(.+)$" unused "${verb}")
    set(description "${CMAKE_MATCH_2}")
    man_page(incuse-${CMAKE_MATCH_1} "${description}" ${CMAKE_MATCH_1} --help-all)
  endforeach()
endfunction()

man_pages_of(${PROGRAM})
# The verbs of training, where incuse-train has been built.
cmake_path(REPLACE_FILENAME PROGRAM incuse-train OUTPUT_VARIABLE training)
if(EXISTS ${training})
  man_pages_of(${training})
endif()
man_page(incuse "check, plan, run and import networks for small accelerators" --help)
