"""python3 conan.py RECIPE WORK_DIR VERSION CMAKE CXX: runs a recipe of Conan without Conan, whose classes are here as far
as the recipe uses them."""
import fnmatch
import importlib.util
import os
import shutil
import subprocess
import sys
import types

recipe, work, version, cmake, cxx = sys.argv[1:]
shutil.rmtree(work, ignore_errors=True)


def load(_, path):
    with open(path) as file:
        return file.read()


def copy(_, pattern, source, target):
    for folder, _, names in os.walk(source):
        for name in names:
            path = os.path.relpath(os.path.join(folder, name), source)
            if fnmatch.fnmatch(path, pattern):
                os.makedirs(os.path.dirname(os.path.join(target, path)), exist_ok=True)
                shutil.copy(os.path.join(folder, name), os.path.join(target, path))


class Information:
    def __init__(self):
        self.properties = {}

    def clear(self):
        pass

    def set_property(self, name, value):
        self.properties[name] = value


class ConanFile:
    def __init__(self):
        self.recipe_folder = os.path.dirname(os.path.abspath(recipe))
        self.export_sources_folder = self.source_folder = os.path.join(work, "source")
        self.build_folder, self.package_folder = os.path.join(work, "build"), os.path.join(work, "package")
        self.info, self.cpp_info = Information(), Information()


class CMakeToolchain:
    def __init__(self, conanfile):
        self.conanfile, self.cache_variables = conanfile, {}

    def generate(self):
        self.conanfile.variables = self.cache_variables


class CMake:
    def __init__(self, conanfile):
        self.own = conanfile

    def configure(self):
        given = ["-D%s=%s" % one for one in self.own.variables.items()]
        subprocess.run([cmake, "-S", self.own.source_folder, "-B", self.own.build_folder, "-DCMAKE_CXX_COMPILER=" + cxx] + given,
                       check=True, stdout=subprocess.DEVNULL)

    def install(self):
        subprocess.run([cmake, "--install", self.own.build_folder, "--prefix", self.own.package_folder], check=True,
                       stdout=subprocess.DEVNULL)


def module(name, **members):
    sys.modules[name] = types.ModuleType(name)
    vars(sys.modules[name]).update(members)


module("conan", ConanFile=ConanFile)
module("conan.tools")
module("conan.tools.cmake", CMake=CMake, CMakeToolchain=CMakeToolchain)
module("conan.tools.files", copy=copy, load=load)
sys.dont_write_bytecode = True
spec = importlib.util.spec_from_file_location("recipe", recipe)
made = importlib.util.module_from_spec(spec)
spec.loader.exec_module(made)

package = made.Incuse()
package.set_version()
assert (package.name, package.version) == ("incuse", version), package.version
package.export_sources()
package.generate()
package.build()
package.package()
package.package_id()
package.package_info()
for path in ("include/incuse/incuse.hpp", "licenses/LICENSE", package.cpp_info.builddirs[0] + "/incuse-config.cmake"):
    assert os.path.isfile(os.path.join(package.package_folder, path)), "there is no " + path
print("packaged incuse " + package.version)
