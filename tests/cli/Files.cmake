# To be included: where output goes, what is read, and standard output. The scripts say what has to hold.
foreach(case IN ITEMS new link circle hard_link mode fifo device folder input planted limit signal standard_output)
  incuse_test(cli.output_files.${case} sh ${CMAKE_CURRENT_LIST_DIR}/output_files.sh ${program}
    ${CMAKE_CURRENT_LIST_DIR}/fixtures ${CMAKE_CURRENT_BINARY_DIR}/output_files ${case})
  incuse_long_test(cli.output_files.${case} 2)
endforeach()
incuse_test(cli.standard_output sh ${CMAKE_CURRENT_LIST_DIR}/standard_output.sh ${program}
  ${CMAKE_CURRENT_LIST_DIR}/fixtures)
incuse_test(cli.input_files sh ${CMAKE_CURRENT_LIST_DIR}/input_files.sh ${program} ${CMAKE_CURRENT_LIST_DIR}/fixtures
  ${CMAKE_CURRENT_BINARY_DIR}/input_files)
incuse_test(cli.pipes sh ${CMAKE_CURRENT_LIST_DIR}/pipes.sh ${program} ${CMAKE_CURRENT_LIST_DIR}/fixtures
  ${CMAKE_CURRENT_BINARY_DIR}/pipes)
add_executable(incuse_namespace_names ${CMAKE_CURRENT_LIST_DIR}/namespace_names.cpp)
target_link_libraries(incuse_namespace_names PRIVATE incuse::incuse incuse_warnings)
incuse_test(cli.namespace_names sh ${CMAKE_CURRENT_LIST_DIR}/namespace_names.sh $<TARGET_FILE:incuse_namespace_names>
  ${PROJECT_SOURCE_DIR}/include ${CMAKE_CURRENT_BINARY_DIR}/namespace_names ${CMAKE_CXX_COMPILER})
incuse_test(cli.completion bash ${CMAKE_CURRENT_LIST_DIR}/completion.sh ${program}
  ${PROJECT_SOURCE_DIR}/examples/cli/install/incuse.bash)
incuse_long_test(cli.completion)
if(INCUSE_HELP2MAN)
  incuse_test(cli.man_pages sh ${CMAKE_CURRENT_LIST_DIR}/man_pages.sh ${program} ${INCUSE_HELP2MAN}
    ${PROJECT_SOURCE_DIR}/examples/cli/install/man_pages.cmake ${PROJECT_SOURCE_DIR} ${CMAKE_COMMAND}
    ${CMAKE_CURRENT_BINARY_DIR}/man_pages)
endif()
incuse_test(cli.written_headers sh ${CMAKE_CURRENT_LIST_DIR}/written_headers.sh ${program} ${PROJECT_SOURCE_DIR}
  ${CMAKE_CURRENT_BINARY_DIR}/written_headers ${CMAKE_CXX_COMPILER})
incuse_long_test(cli.written_headers 4)
incuse_test(cli.import_names sh ${CMAKE_CURRENT_LIST_DIR}/import_names.sh ${program}
  $<TARGET_FILE:incuse_namespace_names> ${CMAKE_CURRENT_LIST_DIR}/fixtures ${PROJECT_SOURCE_DIR}/include
  ${PROJECT_SOURCE_DIR}/single_include/incuse.hpp ${CMAKE_CURRENT_BINARY_DIR}/import_names ${CMAKE_CXX_COMPILER})
incuse_long_test(cli.import_names 12)
