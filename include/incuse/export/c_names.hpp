// Names of the C library, which stand outside of all namespaces.
#pragma once

#include <string_view>

namespace incuse::cpp {

namespace detail {

/// Functions, types, objects and macros with small letters of the headers of C, and of POSIX and GNU that come with
/// them: without those that begin or end as the function below says.
inline constexpr std::string_view c_library_names[] = {
    // clang-format off
    "a64l", "abort", "abs", "access", "acct", "acos", "acosh", "adjtime", "alarm", "aligned_alloc", "alloca",
    "arc4random", "arc4random_buf", "arc4random_uniform", "asctime", "asin", "asinh", "asprintf", "assert",
    "assert_perror", "at_quick_exit", "atan", "atan2", "atanh", "atexit", "atof", "atoi", "atol", "basename", "bcmp",
    "bcopy", "be16toh", "be32toh", "be64toh", "brk", "bsearch", "btowc", "bzero", "c16rtomb", "c32rtomb", "c8rtomb",
    "calloc", "canonicalize", "canonicalize_file_name", "cbrt", "ceil", "chdir", "chmod", "chown", "chroot", "clearenv",
    "clearerr", "clock", "clone", "close", "close_range", "closefrom", "confstr", "copy_file_range", "copysign", "cos",
    "cosh", "crypt", "ctermid", "ctime", "cuserid", "daddl", "daemon", "daylight", "ddivl", "dfmal", "difftime", "div",
    "dmull", "dprintf", "drand48", "drand48_data", "drem", "dsqrtl", "dsubl", "dup", "dup2", "dup3", "duplocale",
    "dysize", "eaccess", "ecvt", "endusershell", "environ", "erand48", "erf", "erfc", "errno", "euidaccess", "execl",
    "execle", "execlp", "execv", "execve", "execveat", "execvp", "execvpe", "exit", "exp", "exp10", "exp2",
    "explicit_bzero", "expm1", "fabs", "faccessat", "fadd", "fchdir", "fchmod", "fchmodat", "fchown", "fchownat",
    "fclose", "fcloseall", "fcvt", "fd_mask", "fd_set", "fdatasync", "fdim", "fdiv", "fdopen", "feclearexcept",
    "fedisableexcept", "feenableexcept", "fegetenv", "fegetexcept", "fegetexceptflag", "fegetmode", "fegetround",
    "feholdexcept", "feof", "feraiseexcept", "ferror", "fesetenv", "fesetexcept", "fesetexceptflag", "fesetmode",
    "fesetround", "fetestexcept", "fetestexceptflag", "feupdateenv", "fexecve", "fflush", "ffma", "ffs", "ffsll",
    "fgetc", "fgetpos", "fgets", "fgetwc", "fgetws", "fileno", "finite", "flockfile", "floor", "fma", "fmax", "fmaxmag",
    "fmemopen", "fmin", "fminmag", "fmod", "fmul", "fopen", "fopencookie", "fork", "fpathconf", "fprintf", "fputc",
    "fputs", "fputwc", "fputws", "fread", "free", "freelocale", "freopen", "frexp", "fromfp", "fromfpx", "fscanf",
    "fseek", "fseeko", "fsetpos", "fsqrt", "fstat", "fstatat", "fsub", "fsync", "ftell", "ftello", "ftruncate",
    "ftrylockfile", "funlockfile", "futimens", "futimes", "futimesat", "fwide", "fwprintf", "fwrite", "fwscanf",
    "gamma", "gcvt", "get_current_dir_name", "getc", "getchar", "getcpu", "getcwd", "getdate", "getdate_err",
    "getdelim", "getdomainname", "getdtablesize", "getegid", "getentropy", "getenv", "geteuid", "getgid", "getgroups",
    "gethostid", "gethostname", "getitimer", "getline", "getloadavg", "getlogin", "getopt", "getpagesize", "getpass",
    "getpgid", "getpgrp", "getpid", "getppid", "getpt", "getresgid", "getresuid", "getsid", "getsubopt", "gettid",
    "gettimeofday", "getuid", "getumask", "getusershell", "getw", "getwc", "getwchar", "getwd", "gmtime", "grantpt",
    "group_member", "gsignal", "htobe16", "htobe32", "htobe64", "htole16", "htole32", "htole64", "hypot", "ilogb",
    "imaxabs", "imaxdiv", "index", "initstate", "isalnum", "isalpha", "isascii", "isatty", "isblank", "iscanonical",
    "iscntrl", "isctype", "isdigit", "iseqsig", "isgraph", "isinff", "isinfl", "islower", "isnanf", "isnanl", "isprint",
    "ispunct", "issignaling", "isspace", "issubnormal", "isupper", "iswalnum", "iswalpha", "iswblank", "iswcntrl",
    "iswctype", "iswdigit", "iswgraph", "iswlower", "iswprint", "iswpunct", "iswspace", "iswupper", "iswxdigit",
    "isxdigit", "iszero", "itimerspec", "itimerval", "j0", "j1", "jmp_buf", "jn", "jrand48", "kill", "killpg", "l64a",
    "labs", "lchmod", "lchown", "lcong48", "lconv", "ldexp", "ldiv", "le16toh", "le32toh", "le64toh", "lgamma", "link",
    "linkat", "llabs", "lldiv", "llogb", "llrint", "llround", "localeconv", "localtime", "lockf", "log", "log10",
    "log1p", "log2", "logb", "longjmp", "lrand48", "lrint", "lround", "lseek", "lstat", "lutimes", "major", "makedev",
    "malloc", "math_errhandling", "mblen", "mbsinit", "mbsnrtowcs", "mbsrtowcs", "mbstowcs", "mbtowc", "memccpy",
    "memchr", "memcmp", "memcpy", "memfrob", "memmem", "memmove", "mempcpy", "memrchr", "memset", "minor", "mkdir",
    "mkdirat", "mkdtemp", "mkfifo", "mkfifoat", "mknod", "mknodat", "mkostemp", "mkostemps", "mkstemp", "mkstemps",
    "mktemp", "mktime", "modf", "mrand48", "nan", "nanosleep", "nearbyint", "newlocale", "nextafter", "nextdown",
    "nexttoward", "nextup", "nice", "nrand48", "offsetof", "on_exit", "open_memstream", "open_wmemstream", "optarg",
    "opterr", "optind", "optopt", "pathconf", "pause", "pclose", "perror", "pipe", "pipe2", "popen", "pow", "pread",
    "printf", "profil", "program_invocation_name", "program_invocation_short_name", "pselect", "psiginfo", "psignal",
    "ptsname", "putc", "putchar", "putenv", "puts", "putw", "putwc", "putwchar", "pwrite", "qecvt", "qfcvt", "qgcvt",
    "qsort", "quick_exit", "raise", "rand", "random", "random_data", "rawmemchr", "read", "readlink", "readlinkat",
    "realloc", "reallocarray", "realpath", "remainder", "remove", "remquo", "rename", "renameat", "renameat2", "revoke",
    "rewind", "rindex", "rint", "rmdir", "round", "roundeven", "rpmatch", "sa_handler", "sa_sigaction", "sbrk", "scalb",
    "scalbln", "scalbn", "scanf", "secure_getenv", "seed48", "select", "sem_clockwait", "sem_close", "sem_destroy",
    "sem_getvalue", "sem_init", "sem_open", "sem_post", "sem_timedwait", "sem_trywait", "sem_unlink", "sem_wait",
    "setbuf", "setbuffer", "setdomainname", "setegid", "setenv", "seteuid", "setgid", "sethostid", "sethostname",
    "setitimer", "setjmp", "setlinebuf", "setlocale", "setlogin", "setns", "setpgid", "setpgrp", "setregid",
    "setresgid", "setresuid", "setreuid", "setsid", "setstate", "settimeofday", "setuid", "setusershell", "setvbuf",
    "sigabbrev_np", "sigaction", "sigaddset", "sigaltstack", "sigandset", "sigblock", "sigcontext", "sigdelset",
    "sigdescr_np", "sigemptyset", "sigevent", "sigfillset", "siggetmask", "sighold", "sigignore", "siginterrupt",
    "sigisemptyset", "sigismember", "sigjmp_buf", "siglongjmp", "sigmask", "signal", "signgam", "significand",
    "sigorset", "sigpause", "sigpending", "sigprocmask", "sigqueue", "sigrelse", "sigreturn", "sigset", "sigsetjmp",
    "sigsetmask", "sigstack", "sigsuspend", "sigtimedwait", "sigval", "sigwait", "sigwaitinfo", "sin", "sincos", "sinh",
    "sleep", "snprintf", "sprintf", "sqrt", "srand", "srand48", "srandom", "sscanf", "ssignal", "st_atime", "st_ctime",
    "st_mtime", "stat", "statx", "statx_timestamp", "stderr", "stdin", "stdout", "stpcpy", "stpncpy", "strcasecmp",
    "strcasestr", "strcat", "strchr", "strchrnul", "strcmp", "strcoll", "strcpy", "strcspn", "strdup", "strdupa",
    "strerror", "strerrordesc_np", "strerrorname_np", "strfromd", "strfromf", "strfromf32", "strfromf32x",
    "strfromf64x", "strfroml", "strfry", "strftime", "strlen", "strncasecmp", "strncat", "strncmp", "strncpy",
    "strndup", "strndupa", "strnlen", "strpbrk", "strptime", "strrchr", "strsep", "strsignal", "strspn", "strstr",
    "strtod", "strtof", "strtof32", "strtof32x", "strtof64x", "strtoimax", "strtok", "strtol", "strtold", "strtoq",
    "strtoul", "strtoumax", "strtouq", "strverscmp", "strxfrm", "swab", "swprintf", "swscanf", "symlink", "symlinkat",
    "sync", "syncfs", "syscall", "sysconf", "system", "sysv_signal", "tan", "tanh", "tcgetpgrp", "tcsetpgrp", "tempnam",
    "tgamma", "tgkill", "time", "timegm", "timelocal", "timespec", "timespec_get", "timespec_getres", "timeval",
    "timex", "timezone", "tm", "tmpfile", "tmpnam", "toascii", "tolower", "toupper", "towctrans", "towlower",
    "towupper", "trunc", "truncate", "ttyname", "ttyslot", "tzname", "tzset", "u_char", "u_int", "u_long", "u_short",
    "ualarm", "ufromfp", "ufromfpx", "uint", "ulong", "umask", "ungetc", "ungetwc", "unlink", "unlinkat", "unlockpt",
    "unsetenv", "unshare", "uselocale", "ushort", "usleep", "utimensat", "utimes", "va_arg", "va_copy", "va_end",
    "va_list", "va_start", "valloc", "vasprintf", "vdprintf", "vfork", "vfprintf", "vfscanf", "vfwprintf", "vfwscanf",
    "vhangup", "vprintf", "vscanf", "vsnprintf", "vsprintf", "vsscanf", "vswprintf", "vswscanf", "vwprintf", "vwscanf",
    "wcpcpy", "wcpncpy", "wcrtomb", "wctob", "wctomb", "wctrans", "wctype", "wcwidth", "wprintf", "write", "wscanf",
    "y0", "y1", "yn",
    // clang-format on
};

}  // namespace detail

/// Whether the C library takes a word: no global namespace can have this name in a program that includes <cstdio>,
/// <cstdlib>, <cmath> and the like. Of a function there are also others for other types of numbers (sqrtf, sqrtl,
/// sqrtf32x), and some that end in _r, _l, _np or _unlocked.
constexpr bool is_c_library_name(std::string_view word) {
  for (const std::string_view family :
       {"clock_", "f32", "f64", "fmaximum", "fminimum", "getpayload", "mbr", "obstack", "posix_", "pthread_", "sched_",
        "setpayload", "sigev_", "timer_", "totalorder", "wcs", "wmem"})
    if (word.substr(0, family.size()) == family) return true;
  const auto listed = [](std::string_view name) {
    for (const std::string_view other : detail::c_library_names)
      if (name == other) return true;
    return false;
  };
  const auto without = [](std::string_view name, std::string_view ending) {
    const bool ends = name.size() > ending.size() && name.substr(name.size() - ending.size()) == ending;
    return ends ? name.substr(0, name.size() - ending.size()) : name;
  };
  for (const std::string_view variant : {"", "_r", "_l", "_np", "_unlocked"})
    for (const std::string_view type : {"", "f", "l", "64", "f32", "f32x", "f64", "f64x"})
      if (listed(without(without(word, variant), type))) return true;
  return false;
}

}  // namespace incuse::cpp
