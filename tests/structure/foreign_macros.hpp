// Macros that headers of C, of Linux and of other C libraries leave behind. The project's headers have to live with
// them: tests include this file in front of all others.
#pragma once

#include <complex.h>        // I, complex where the compiler takes it for C's
#include <ctype.h>          // _U, _L, _N, ... with newlib
#include <math.h>           // OVERFLOW, DOMAIN, M_PI, ...
#include <sys/param.h>      // MIN, MAX, ...
#include <sys/sysmacros.h>  // major, minor, makedev
#include <termios.h>        // ECHO, B0, ...

#ifndef I
#define I _Complex_I
#endif

// What <ctype.h> of newlib, the C library of most firmware, defines.
#ifndef _U
#define _U 01
#define _L 02
#define _N 04
#define _S 010
#define _P 020
#define _C 040
#define _X 0100
#define _B 0200
#endif
