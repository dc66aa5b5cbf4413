# The rooms of include/incuse and the arrows that are allowed between them: each may include itself and what stands here.
include_guard()

set(INCUSE_ROOMS core model max7800x k210 hosted host import export report train)
set(INCUSE_core_MAY_INCLUDE)
set(INCUSE_model_MAY_INCLUDE core)
set(INCUSE_max7800x_MAY_INCLUDE core model)
set(INCUSE_k210_MAY_INCLUDE core model)
set(INCUSE_hosted_MAY_INCLUDE core model)
set(INCUSE_host_MAY_INCLUDE core model max7800x k210 hosted)
set(INCUSE_import_MAY_INCLUDE core model max7800x k210 hosted)
set(INCUSE_export_MAY_INCLUDE core model max7800x k210 hosted)
set(INCUSE_report_MAY_INCLUDE core model max7800x k210 hosted)
set(INCUSE_train_MAY_INCLUDE core model max7800x hosted host import export report)

# incuse.hpp, what firmware includes, reaches these rooms ...
set(INCUSE_FIRMWARE_ROOMS core model max7800x k210)
# ... and these headers of other rooms, which need no heap, no exceptions and no streams either.
set(INCUSE_FIRMWARE_HEADERS incuse/version.hpp incuse/incuse.hpp)
# These headers of its rooms it does not reach: they are included by who wants them.
set(INCUSE_OPT_IN_HEADERS incuse/model/hana.hpp incuse/model/repeat.hpp)

# Headers that firmware must not pay for, or does not have.
set(INCUSE_FORBIDDEN_IN_FIRMWARE algorithm functional immintrin.h iostream memory ranges string string_view vector
    boost)

# incuse_room_of(<out> <header>): the folder below incuse/ that the header is in, or "." for one at the top.
function(incuse_room_of out header)
  set(room .)
  if(header MATCHES "^incuse/([^/]+)/")
    set(room ${CMAKE_MATCH_1})
  endif()
  set(${out} ${room} PARENT_SCOPE)
endfunction()

# incuse_is_firmware(<out> <header>): whether incuse.hpp may reach the header.
function(incuse_is_firmware out header)
  incuse_room_of(room ${header})
  if(header IN_LIST INCUSE_OPT_IN_HEADERS)
    set(${out} FALSE PARENT_SCOPE)
  elseif(room IN_LIST INCUSE_FIRMWARE_ROOMS OR header IN_LIST INCUSE_FIRMWARE_HEADERS)
    set(${out} TRUE PARENT_SCOPE)
  else()
    set(${out} FALSE PARENT_SCOPE)
  endif()
endfunction()
