/* Debian's compiler for RISC-V has no C library; the vendor's has one. */
#pragma once
typedef struct file FILE;
extern FILE* stdout;
int fputs(const char* text, FILE* to);
