"""Incuse as a package of Conan 2, from the source that this file lies in: conan create docs/packaging/conan
Only headers are packaged; users say find_package(incuse) and link incuse::incuse."""
import os
import re

from conan import ConanFile
from conan.tools.cmake import CMake, CMakeToolchain
from conan.tools.files import copy, load


class Incuse(ConanFile):
    name = "incuse"
    license = "BSL-1.0"
    description = "Convolutional networks as C++ types for small accelerators"
    package_type = "header-library"
    settings = "os", "arch", "compiler", "build_type"
    no_copy_source = True

    def _source_of_recipe(self):
        return os.path.join(self.recipe_folder, "..", "..", "..")

    def set_version(self):
        text = load(self, os.path.join(self._source_of_recipe(), "include", "incuse", "version.hpp"))
        parts = [re.search(r"#define INCUSE_VERSION_%s (\d+)" % part, text).group(1) for part in ("MAJOR", "MINOR", "PATCH")]
        self.version = ".".join(parts)

    def export_sources(self):
        for pattern in ("CMakeLists.txt", "LICENSE", "include/*", "single_include/*"):
            copy(self, pattern, self._source_of_recipe(), self.export_sources_folder)

    def generate(self):
        toolchain = CMakeToolchain(self)
        for part in ("BUILD_TESTS", "BUILD_EXAMPLES", "BUILD_BENCH"):
            toolchain.cache_variables["INCUSE_" + part] = "OFF"
        toolchain.cache_variables["INCUSE_INSTALL"] = "ON"
        toolchain.generate()

    def build(self):
        CMake(self).configure()

    def package(self):
        CMake(self).install()
        copy(self, "LICENSE", self.source_folder, os.path.join(self.package_folder, "licenses"))

    def package_id(self):
        self.info.clear()

    def package_info(self):
        # The package brings its own CMake files.
        self.cpp_info.set_property("cmake_find_mode", "none")
        self.cpp_info.builddirs = [os.path.join("share", "cmake", "incuse")]
        self.cpp_info.bindirs = []
        self.cpp_info.libdirs = []
