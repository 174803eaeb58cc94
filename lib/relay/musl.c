/* SPDX-License-Identifier: ISC */
/*
 * musl - functions that musl lacks and a nettle library built against glibc needs; linked only into
 * a relay built by musl-gcc. nettle calls them when it chooses code for the processor: one reads an
 * environment variable that overrides the choice, the other prints it.
 */
#include <stdarg.h>
#include <stdio.h>

char *secure_getenv(const char *name);
int __fprintf_chk(FILE *f, int flag, const char *format, ...); /* NOLINT: it is reserved */

/* The environment must not choose the relay's code. */
char *secure_getenv(const char *name)
{
    (void)name;
    return NULL;
}

/* Standard error may be the client's socket: never write to it. */
int __fprintf_chk(FILE *f, int flag, const char *format, ...)
{
    (void)f;
    (void)flag;
    (void)format;
    return 0;
}
