# Words that may name the namespace of an imported header: sh namespace_names.sh PRINT_NAMES INCLUDE_DIR WORK COMPILER...
# Of all words of the headers of C and POSIX, those that PRINT_NAMES takes can be namespaces where all of these headers
# are included; of all names of Incuse's namespaces, those that it takes are not ambiguous behind `using namespace incuse`.
set -u
print_names=$1 include=$2 work=$3
shift 3
mkdir -p "$work"
cd "$work" || exit 1

# The headers that this machine has.
for header in aio.h arpa/inet.h dirent.h dlfcn.h fcntl.h fmtmsg.h fnmatch.h ftw.h glob.h grp.h iconv.h ifaddrs.h \
  langinfo.h libgen.h locale.h monetary.h mqueue.h net/if.h netdb.h netinet/in.h netinet/tcp.h nl_types.h poll.h \
  pthread.h pwd.h regex.h sched.h search.h semaphore.h spawn.h strings.h sys/epoll.h sys/eventfd.h sys/file.h \
  sys/inotify.h sys/ioctl.h sys/ipc.h sys/mman.h sys/msg.h sys/resource.h sys/select.h sys/sem.h sys/sendfile.h \
  sys/shm.h sys/signalfd.h sys/socket.h sys/stat.h sys/statvfs.h sys/time.h sys/timerfd.h sys/times.h sys/types.h \
  sys/uio.h sys/un.h sys/utsname.h sys/wait.h syslog.h termios.h threads.h ulimit.h unistd.h utime.h utmpx.h \
  wordexp.h cassert cctype cerrno cfenv cfloat cinttypes climits clocale cmath csetjmp csignal cstdarg cstddef cstdint \
  cstdio cstdlib cstring ctime cuchar cwchar cwctype; do
  printf '#if __has_include(<%s>)\n#include <%s>\n#endif\n' "$header" "$header"
done >system.hpp

# words COMPILER_OUTPUT: its words that can be names
words() { tr -cs 'A-Za-z0-9_' '\n' | grep '^[A-Za-z][A-Za-z0-9_]*$' | sort -u; }

for mode in c++20 gnu++20; do
  { "$@" -std=$mode -E -x c++ system.hpp && "$@" -std=$mode -E -dM -x c++ system.hpp; } | sed '/^#[^d]/d' | words >words
  "$print_names" <words >taken || exit 1
  echo "$mode: $(wc -l <taken) of $(wc -l <words) words of the system's headers can be namespaces"
  [ "$(wc -l <taken)" -gt 300 ] && [ "$(wc -l <words)" -gt 3000 ] || exit 1
  { cat system.hpp && sed 's/.*/namespace & {}/' taken; } >system.cpp
  "$@" -std=$mode -Wall -Wextra -Werror -fsyntax-only system.cpp || exit 1
done

find "$include/incuse" -name '*.hpp' -exec cat {} + | grep -o '^ *namespace [a-z0-9_:]*' | sed 's/^ *namespace//' |
  words >own
"$print_names" <own >taken
echo "$(wc -l <taken) of $(wc -l <own) namespaces of Incuse leave their names free"
[ "$(wc -l <own)" -gt 30 ] || exit 1
{
  # Not the code for single processors, which needs their options, nor what needs libtorch or generated headers.
  find "$include/incuse" -name '*.hpp' ! -path '*/fast/*' ! -path '*/torch/*' ! -path '*/tflite/*' | sed "s|^$include/\\(.*\\)|#include <\\1>|"
  echo 'using namespace incuse;'
  sed 's/.*/namespace & { struct Probe; } using In_& = &::Probe;/' taken
} >own.cpp
"$@" -std=c++20 -fsyntax-only -I"$include" own.cpp
