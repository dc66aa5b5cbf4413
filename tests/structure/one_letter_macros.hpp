// Macros of one letter, as headers of Arduino and of small C libraries leave them behind, F and B among them. The
// headers of models, firmware and executors have to live with all of them but N, which templates use for sizes
// throughout.
#pragma once

#define A the letter a is a macro
#define B the letter b is a macro
#define C the letter c is a macro
#define D the letter d is a macro
#define E the letter e is a macro
#define F the letter f is a macro
#define G the letter g is a macro
#define H the letter h is a macro
#define I the letter i is a macro
#define J the letter j is a macro
#define K the letter k is a macro
#define L the letter l is a macro
#define M the letter m is a macro
#define O the letter o is a macro
#define P the letter p is a macro
#define Q the letter q is a macro
#define R the letter r is a macro
#define S the letter s is a macro
#define T the letter t is a macro
#define U the letter u is a macro
#define V the letter v is a macro
#define W the letter w is a macro
#define X the letter x is a macro
#define Y the letter y is a macro
#define Z the letter z is a macro
