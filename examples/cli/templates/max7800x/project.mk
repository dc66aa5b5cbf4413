# Read by the Makefile in front of the SDK's files: sources, folders and options of yours.

# The folder that has incuse/incuse.hpp in it. Not /usr/include, which has the headers of another system, too: copy
# /usr/include/incuse to headers/incuse, or make a link.
INCUSE_INCLUDE ?= headers

# SRCS += camera_task.cpp
# IPATH += drivers
# LIB_CAMERA = 1
