# The library incuse::train: training with libtorch, compiled once in the build of whoever uses it. Does not exist where
# libtorch or libzip is not found; incuse_train_missing then says what there should be.
if(TARGET incuse_train)
  return()
endif()
set(incuse_train_missing "")
set(CMAKE_MESSAGE_LOG_LEVEL_before "${CMAKE_MESSAGE_LOG_LEVEL}")
set(CMAKE_MESSAGE_LOG_LEVEL WARNING)  # its package talks although it is told to be quiet
find_package(Torch QUIET)
set(CMAKE_MESSAGE_LOG_LEVEL "${CMAKE_MESSAGE_LOG_LEVEL_before}")
if(NOT Torch_FOUND)
  list(APPEND incuse_train_missing "libtorch (Debian: libtorch-dev libopenblas0-openmp)")
endif()
find_path(INCUSE_ZIP_INCLUDE zip.h)
find_library(INCUSE_ZIP_LIBRARY zip)
mark_as_advanced(INCUSE_ZIP_INCLUDE INCUSE_ZIP_LIBRARY)
if(NOT INCUSE_ZIP_INCLUDE OR NOT INCUSE_ZIP_LIBRARY)
  list(APPEND incuse_train_missing "libzip (Debian: libzip-dev)")
endif()
list(JOIN incuse_train_missing ", " incuse_train_missing)
if(incuse_train_missing)
  return()
endif()

set(source ${CMAKE_CURRENT_BINARY_DIR}/incuse_train.cpp)
file(CONFIGURE OUTPUT ${source} CONTENT "#include <incuse/train/torch/implementation.hpp>\n" @ONLY)
add_library(incuse_train STATIC EXCLUDE_FROM_ALL ${source})
add_library(incuse::train ALIAS incuse_train)
target_link_libraries(incuse_train PUBLIC incuse::incuse PRIVATE torch ${INCUSE_ZIP_LIBRARY})
# Loops over all values are its own: they are optimised even where nobody asks for that. GCC makes vectors of comparisons
# only if these need not trap.
target_compile_options(incuse_train PRIVATE "$<$<NOT:$<CONFIG:Debug>>:-O3;-fno-trapping-math>")
target_include_directories(incuse_train SYSTEM PRIVATE ${TORCH_INCLUDE_DIRS} ${INCUSE_ZIP_INCLUDE})
