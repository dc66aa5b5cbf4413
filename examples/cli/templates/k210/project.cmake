# Read by the vendor's standalone SDK behind its own target: this C++ is newer than the SDK's.
# INCUSE_INCLUDE: the folder that has incuse/incuse.hpp in it. Not /usr/include, which has the headers of another system.
set(INCUSE_INCLUDE ${CMAKE_CURRENT_LIST_DIR}/headers CACHE PATH "the folder that has incuse/incuse.hpp in it")
if(NOT EXISTS ${INCUSE_INCLUDE}/incuse/incuse.hpp)
  message(FATAL_ERROR "there is no ${INCUSE_INCLUDE}/incuse/incuse.hpp: copy /usr/include/incuse there")
endif()
target_compile_options(${PROJECT_NAME} PRIVATE $<$<COMPILE_LANGUAGE:CXX>:-std=gnu++20> -isystem ${INCUSE_INCLUDE}
  $<$<COMPILE_LANGUAGE:CXX>:-fno-exceptions> $<$<COMPILE_LANGUAGE:CXX>:-fno-rtti>
  $<$<COMPILE_LANGUAGE:CXX>:-fno-threadsafe-statics>)
