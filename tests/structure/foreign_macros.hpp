// Macros that headers of C, of Linux, of Windows and of other C libraries leave behind. The project's headers have to live with
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

// What <windows.h> and what it includes define, besides functions such as min.
#define near
#define far
#define small char
#define interface struct
#define pascal
#define cdecl
#define IN
#define OUT
#define OPTIONAL
#define CONST const
#define VOID void
#define DELETE 0x00010000L
#define STRICT 1
#define ABSOLUTE 1
#define RELATIVE 2
#define OPAQUE 2
#define TRANSPARENT 1
#define ALTERNATE 1
#define WINDING 2
#define INFINITE 0xFFFFFFFF
#define PASSTHROUGH 19
#define ERROR 0
#define NO_ERROR 0
#define CALLBACK
#define THIS
#define PURE
#define TRUE 1
#define FALSE 0
