// Names of the C library, which stand outside of all namespaces.
#pragma once

#include <string_view>

namespace incuse::cpp {

namespace detail {

/// Functions, types, objects and macros with small letters of the headers of C, and of POSIX and GNU that come with
/// them: without those that begin or end as the function below says.
inline constexpr std::string_view c_library_names[] = {
    // clang-format off
    "a64l", "abort", "abs", "accept", "accept4", "access", "acct", "acos", "acosh", "addrinfo", "addseverity",
    "adjtime", "aiocb", "aioinit", "alarm", "aligned_alloc", "alloca", "alphasort", "arc4random", "arc4random_buf",
    "arc4random_uniform", "asctime", "asin", "asinh", "asprintf", "assert", "assert_perror", "at_quick_exit", "atan",
    "atan2", "atanh", "atexit", "atof", "atoi", "atol", "basename", "bcmp", "bcopy", "be16toh", "be32toh", "be64toh",
    "bind", "bindresvport", "bindresvport6", "brk", "bsearch", "btowc", "bzero", "c16rtomb", "c32rtomb", "c8rtomb",
    "call_once", "calloc", "canonicalize", "canonicalize_file_name", "catclose", "catgets", "catopen", "cbrt", "ceil",
    "cfgetispeed", "cfgetospeed", "cfmakeraw", "cfsetispeed", "cfsetospeed", "cfsetspeed", "chdir", "chmod", "chown",
    "chroot", "clearenv", "clearerr", "clock", "clone", "close", "close_range", "closedir", "closefrom", "closelog",
    "cmsghdr", "confstr", "connect", "copy_file_range", "copysign", "cos", "cosh", "creat", "crypt", "ctermid", "ctime",
    "cuserid", "daddl", "daemon", "daylight", "ddivl", "dfmal", "difftime", "dirent", "dirfd", "dirname", "div",
    "dl_find_object", "dladdr", "dladdr1", "dlclose", "dlerror", "dlinfo", "dlmopen", "dlopen", "dlsym", "dlvsym",
    "dmull", "dprintf", "drand48", "drand48_data", "drem", "dsqrtl", "dsubl", "dup", "dup2", "dup3", "duplocale",
    "dysize", "eaccess", "ecvt", "endgrent", "endhostent", "endnetent", "endnetgrent", "endorder", "endprotoent",
    "endpwent", "endrpcent", "endservent", "endusershell", "endutxent", "entry", "environ", "erand48", "erf", "erfc",
    "errno", "euidaccess", "execl", "execle", "execlp", "execv", "execve", "execveat", "execvp", "execvpe", "exit",
    "exp", "exp10", "exp2", "explicit_bzero", "expm1", "f_owner_ex", "fabs", "faccessat", "fadd", "fallocate", "fchdir",
    "fchmod", "fchmodat", "fchown", "fchownat", "fclose", "fcloseall", "fcntl", "fcvt", "fd_mask", "fd_set",
    "fdatasync", "fdim", "fdiv", "fdopen", "fdopendir", "feclearexcept", "fedisableexcept", "feenableexcept",
    "fegetenv", "fegetexcept", "fegetexceptflag", "fegetmode", "fegetround", "feholdexcept", "feof", "feraiseexcept",
    "ferror", "fesetenv", "fesetexcept", "fesetexceptflag", "fesetmode", "fesetround", "fetestexcept",
    "fetestexceptflag", "feupdateenv", "fexecve", "fflush", "ffma", "ffs", "ffsll", "fgetc", "fgetgrent", "fgetpos",
    "fgetpwent", "fgets", "fgetwc", "fgetws", "file_handle", "fileno", "finite", "flock", "flockfile", "floor", "fma",
    "fmax", "fmaxmag", "fmemopen", "fmin", "fminmag", "fmod", "fmtmsg", "fmul", "fnmatch", "fopen", "fopencookie",
    "fork", "fpathconf", "fpclassify", "fprintf", "fputc", "fputs", "fputwc", "fputws", "fread", "free", "freeaddrinfo",
    "freeifaddrs", "freelocale", "freopen", "frexp", "fromfp", "fromfpx", "fscanf", "fseek", "fseeko", "fsetpos",
    "fsqrt", "fstat", "fstatat", "fstatvfs", "fsub", "fsync", "ftell", "ftello", "ftok", "ftruncate", "ftrylockfile",
    "ftw", "funlockfile", "futimens", "futimes", "futimesat", "fwide", "fwprintf", "fwrite", "fwscanf", "gai_cancel",
    "gai_error", "gai_strerror", "gai_suspend", "gaicb", "gamma", "gcvt", "get_current_dir_name", "getaddrinfo",
    "getaddrinfo_a", "getc", "getchar", "getcpu", "getcwd", "getdate", "getdate_err", "getdelim", "getdents64",
    "getdirentries", "getdomainname", "getdtablesize", "getegid", "getentropy", "getenv", "geteuid", "getgid",
    "getgrent", "getgrgid", "getgrnam", "getgrouplist", "getgroups", "gethostbyaddr", "gethostbyname", "gethostbyname2",
    "gethostent", "gethostid", "gethostname", "getifaddrs", "getipv4sourcefilter", "getitimer", "getline", "getloadavg",
    "getlogin", "getnameinfo", "getnetbyaddr", "getnetbyname", "getnetent", "getnetgrent", "getopt", "getpagesize",
    "getpass", "getpeername", "getpgid", "getpgrp", "getpid", "getppid", "getpriority", "getprotobyname",
    "getprotobynumber", "getprotoent", "getpt", "getpw", "getpwent", "getpwnam", "getpwuid", "getresgid", "getresuid",
    "getrlimit", "getrpcbyname", "getrpcbynumber", "getrpcent", "getrusage", "getservbyname", "getservbyport",
    "getservent", "getsid", "getsockname", "getsockopt", "getsourcefilter", "getsubopt", "gettid", "gettimeofday",
    "getuid", "getumask", "getusershell", "getutmp", "getutmpx", "getutxent", "getutxid", "getutxline", "getw", "getwc",
    "getwchar", "getwd", "glob", "glob_pattern_p", "globfree", "gmtime", "grantpt", "group", "group_filter",
    "group_member", "group_req", "group_source_req", "gsignal", "hcreate", "hdestroy", "herror", "hostent", "hsearch",
    "hsearch_data", "hstrerror", "htobe16", "htobe32", "htobe64", "htole16", "htole32", "htole64", "htonl", "htons",
    "hypot", "iconv", "iconv_close", "iconv_open", "iface", "ifaddr", "ifaddrs", "ifconf", "ifmap", "ifreq", "ilogb",
    "imaxabs", "imaxdiv", "in_addr", "in_pktinfo", "index", "initgroups", "initstate", "innetgr", "insque", "ioctl",
    "iovec", "ip6_mtuinfo", "ip_mreq", "ip_mreq_source", "ip_mreqn", "ip_msfilter", "ip_opts", "ipc_perm", "ipv6_mreq",
    "iruserok", "iruserok_af", "isalnum", "isalpha", "isascii", "isatty", "isblank", "iscanonical", "iscntrl",
    "isctype", "isdigit", "iseqsig", "isfdtype", "isfinite", "isgraph", "isgreater", "isgreaterequal", "isinf",
    "isinff", "isinfl", "isless", "islessequal", "islessgreater", "islower", "isnan", "isnanf", "isnanl", "isnormal",
    "isprint", "ispunct", "issignaling", "isspace", "issubnormal", "isunordered", "isupper", "iswalnum", "iswalpha",
    "iswblank", "iswcntrl", "iswctype", "iswdigit", "iswgraph", "iswlower", "iswprint", "iswpunct", "iswspace",
    "iswupper", "iswxdigit", "isxdigit", "iszero", "itimerspec", "itimerval", "j0", "j1", "jmp_buf", "jn", "jrand48",
    "kill", "killpg", "l64a", "labs", "lchmod", "lchown", "lcong48", "lconv", "ldexp", "ldiv", "le16toh", "le32toh",
    "le64toh", "leaf", "lfind", "lgamma", "linger", "link", "link_map", "linkat", "listen", "llabs", "lldiv", "llogb",
    "llrint", "llround", "localeconv", "localtime", "lockf", "log", "log10", "log1p", "log2", "logb", "longjmp",
    "lrand48", "lrint", "lround", "lsearch", "lseek", "lstat", "lutimes", "madvise", "major", "makedev", "malloc",
    "math_errhandling", "mblen", "mbsinit", "mbsnrtowcs", "mbsrtowcs", "mbstowcs", "mbtowc", "memccpy", "memchr",
    "memcmp", "memcpy", "memfd_create", "memfrob", "memmem", "memmove", "mempcpy", "memrchr", "memset", "mincore",
    "minor", "mkdir", "mkdirat", "mkdtemp", "mkfifo", "mkfifoat", "mknod", "mknodat", "mkostemp", "mkostemps",
    "mkstemp", "mkstemps", "mktemp", "mktime", "mlock", "mlock2", "mlockall", "mmap", "mmsghdr", "modf", "mprotect",
    "mrand48", "mremap", "msgbuf", "msgctl", "msgget", "msghdr", "msginfo", "msgrcv", "msgsnd", "msqid_ds", "msync",
    "munlock", "munlockall", "munmap", "name_to_handle_at", "nan", "nanosleep", "nearbyint", "netent", "newlocale",
    "nextafter", "nextdown", "nexttoward", "nextup", "nftw", "nice", "nrand48", "ntohl", "ntohs", "offsetof", "on_exit",
    "once_flag", "open", "open_by_handle_at", "open_memstream", "open_wmemstream", "openat", "opendir", "openlog",
    "optarg", "opterr", "optind", "optopt", "osockaddr", "passwd", "pathconf", "pause", "pclose", "perror", "pipe",
    "pipe2", "poll", "pollfd", "popen", "postorder", "pow", "ppoll", "pread", "preadv", "preadv2", "preadv64v2",
    "preorder", "printf", "prlimit", "process_madvise", "process_mrelease", "process_vm_readv", "process_vm_writev",
    "profil", "program_invocation_name", "program_invocation_short_name", "protoent", "pselect", "psiginfo", "psignal",
    "ptsname", "putc", "putchar", "putenv", "putgrent", "putpwent", "puts", "pututxline", "putw", "putwc", "putwchar",
    "pwrite", "pwritev", "pwritev2", "pwritev64v2", "qecvt", "qelem", "qfcvt", "qgcvt", "qsort", "quick_exit", "raise",
    "rand", "random", "random_data", "rawmemchr", "rcmd", "rcmd_af", "read", "readahead", "readdir", "readlink",
    "readlinkat", "readv", "realloc", "reallocarray", "realpath", "recv", "recvfrom", "recvmmsg", "recvmsg", "regcomp",
    "regerror", "regexec", "regfree", "remainder", "remap_file_pages", "remove", "remque", "remquo", "rename",
    "renameat", "renameat2", "revoke", "rewind", "rewinddir", "rexec", "rexec_af", "rindex", "rint", "rlimit", "rmdir",
    "round", "roundeven", "rpcent", "rpmatch", "rresvport", "rresvport_af", "rusage", "ruserok", "ruserok_af",
    "sa_handler", "sa_sigaction", "sbrk", "scalb", "scalbln", "scalbn", "scandir", "scandirat", "scanf",
    "secure_getenv", "seed48", "seekdir", "select", "sem_clockwait", "sem_close", "sem_destroy", "sem_getvalue",
    "sem_init", "sem_open", "sem_post", "sem_timedwait", "sem_trywait", "sem_unlink", "sem_wait", "sembuf", "semctl",
    "semget", "semid_ds", "seminfo", "semop", "semtimedop", "send", "sendfile", "sendmmsg", "sendmsg", "sendto",
    "servent", "setbuf", "setbuffer", "setdomainname", "setegid", "setenv", "seteuid", "setgid", "setgrent",
    "setgroups", "sethostent", "sethostid", "sethostname", "setipv4sourcefilter", "setitimer", "setjmp", "setlinebuf",
    "setlocale", "setlogin", "setlogmask", "setnetent", "setnetgrent", "setns", "setpgid", "setpgrp", "setpriority",
    "setprotoent", "setpwent", "setregid", "setresgid", "setresuid", "setreuid", "setrlimit", "setrpcent", "setservent",
    "setsid", "setsockopt", "setsourcefilter", "setstate", "settimeofday", "setuid", "setusershell", "setutxent",
    "setvbuf", "shmat", "shmctl", "shmdt", "shmget", "shmid_ds", "shminfo", "shutdown", "sigabbrev_np", "sigaction",
    "sigaddset", "sigaltstack", "sigandset", "sigblock", "sigcontext", "sigdelset", "sigdescr_np", "sigemptyset",
    "sigevent", "sigfillset", "siggetmask", "sighold", "sigignore", "siginterrupt", "sigisemptyset", "sigismember",
    "sigjmp_buf", "siglongjmp", "sigmask", "signal", "signbit", "signgam", "significand", "sigorset", "sigpause",
    "sigpending", "sigprocmask", "sigqueue", "sigrelse", "sigreturn", "sigset", "sigsetjmp", "sigsetmask", "sigstack",
    "sigsuspend", "sigtimedwait", "sigval", "sigwait", "sigwaitinfo", "sin", "sincos", "sinh", "sleep", "snprintf",
    "sockaddr", "sockaddr_in", "sockaddr_in6", "sockaddr_storage", "sockaddr_un", "sockatmark", "socket", "socketpair",
    "splice", "sprintf", "sqrt", "srand", "srand48", "srandom", "sscanf", "ssignal", "st_atime", "st_ctime", "st_mtime",
    "stat", "statvfs", "statx", "statx_timestamp", "stderr", "stdin", "stdout", "stpcpy", "stpncpy", "strcasecmp",
    "strcasestr", "strcat", "strchr", "strchrnul", "strcmp", "strcoll", "strcpy", "strcspn", "strdup", "strdupa",
    "strerror", "strerrordesc_np", "strerrorname_np", "strfmon", "strfromd", "strfromf", "strfromf128", "strfromf32",
    "strfromf32x", "strfromf64x", "strfroml", "strfry", "strftime", "strlen", "strncasecmp", "strncat", "strncmp",
    "strncpy", "strndup", "strndupa", "strnlen", "strpbrk", "strptime", "strrchr", "strsep", "strsignal", "strspn",
    "strstr", "strtod", "strtof", "strtof128", "strtof32", "strtof32x", "strtof64x", "strtoimax", "strtok", "strtol",
    "strtold", "strtoq", "strtoul", "strtoumax", "strtouq", "strverscmp", "strxfrm", "swab", "swprintf", "swscanf",
    "symlink", "symlinkat", "sync", "sync_file_range", "syncfs", "syscall", "sysconf", "syslog", "system",
    "sysv_signal", "tan", "tanh", "tcdrain", "tcflow", "tcflush", "tcgetattr", "tcgetpgrp", "tcgetsid", "tcphdr",
    "tcsendbreak", "tcsetattr", "tcsetpgrp", "tdelete", "tdestroy", "tee", "telldir", "tempnam", "termio", "termios",
    "tfind", "tgamma", "tgkill", "time", "timegm", "timelocal", "times", "timespec", "timespec_get", "timespec_getres",
    "timeval", "timex", "timezone", "tm", "tmpfile", "tmpnam", "tms", "toascii", "tolower", "toupper", "towctrans",
    "towlower", "towupper", "trunc", "truncate", "tsearch", "ttyname", "ttyslot", "twalk", "tzname", "tzset", "u_char",
    "u_int", "u_long", "u_short", "ualarm", "ucred", "ufromfp", "ufromfpx", "uint", "ulimit", "ulong", "umask", "uname",
    "ungetc", "ungetwc", "unlink", "unlinkat", "unlockpt", "unsetenv", "unshare", "updwtmpx", "uselocale", "ushort",
    "usleep", "utimbuf", "utime", "utimensat", "utimes", "utmp", "utmpx", "utmpxname", "utsname", "va_arg", "va_copy",
    "va_end", "va_list", "va_start", "valloc", "vasprintf", "vdprintf", "versionsort", "vfork", "vfprintf", "vfscanf",
    "vfwprintf", "vfwscanf", "vhangup", "vmsplice", "vprintf", "vscanf", "vsnprintf", "vsprintf", "vsscanf",
    "vswprintf", "vswscanf", "vsyslog", "vwprintf", "vwscanf", "wait", "wait3", "wait4", "waitid", "waitpid", "wcpcpy",
    "wcpncpy", "wcrtomb", "wctob", "wctomb", "wctrans", "wctype", "wcwidth", "winsize", "wordexp", "wordfree",
    "wprintf", "write", "writev", "wscanf", "y0", "y1", "yn",
    // clang-format on
};

}  // namespace detail

/// Whether a word is taken by the C library: a namespace outside of all others cannot be called so where a program
/// includes <cstdio>, <cmath>, <fcntl.h>, <sys/socket.h> and the like. Of a function there are also others for other
/// types of numbers (sqrtf, sqrtl, sqrtf32x), and some that end in _r, _l, _np or _unlocked.
constexpr bool is_c_library_name(std::string_view word) {
  for (const std::string_view family :
       {"aio_",       "clock_", "cnd_",    "epoll_",     "eventfd",    "f32",  "f64",     "fmaximum", "fminimum",
        "getpayload", "h_",     "if_",     "ifa_",       "ifc_",       "ifr_", "in6",     "inet_",    "inet6_",
        "inotify_",   "lio_",   "mbr",     "mq_",        "mtx_",       "nl_",  "obstack", "pkey_",    "posix_",
        "pthread_",   "re_",    "s6_",     "sched_",     "setpayload", "shm_", "sigev_",  "signalfd", "tcp_",
        "thrd_",      "timer_", "timerfd", "totalorder", "tss_",       "wcs",  "wmem"})
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
    for (const std::string_view type : {"", "f", "l", "64", "f32", "f32x", "f64", "f64x", "f128"})
      if (listed(without(without(word, variant), type))) return true;
  return false;
}

}  // namespace incuse::cpp
