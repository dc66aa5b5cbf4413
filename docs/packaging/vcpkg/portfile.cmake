# Incuse as a port of vcpkg, from the source that this file lies in:
#     vcpkg install incuse --overlay-ports=docs/packaging/vcpkg
# A registry's port has vcpkg_from_git in place of the next line. Only headers are installed.
get_filename_component(SOURCE_PATH "${CMAKE_CURRENT_LIST_DIR}/../../.." ABSOLUTE)
set(VCPKG_BUILD_TYPE release)
vcpkg_cmake_configure(
  SOURCE_PATH "${SOURCE_PATH}"
  OPTIONS -DINCUSE_BUILD_TESTS=OFF -DINCUSE_BUILD_EXAMPLES=OFF -DINCUSE_BUILD_BENCH=OFF -DINCUSE_INSTALL=ON)
vcpkg_cmake_install()
vcpkg_cmake_config_fixup(CONFIG_PATH share/cmake/incuse)
vcpkg_install_copyright(FILE_LIST "${SOURCE_PATH}/LICENSE")
