/* SPDX-License-Identifier: ISC */
/*
 * musl - what a nettle library that was built against glibc wants and musl lacks; linked only into
 * the relay that musl-gcc makes. nettle asks for them where it chooses the processor's fast code:
 * an environment variable that overrides the choice, and a line about it.
 */
#include <stdarg.h>
#include <stdio.h>

char *secure_getenv(const char *name);
int __fprintf_chk(FILE *f, int flag, const char *format, ...); /* NOLINT: it is reserved */

/* The relay doesn't let its environment choose its code. */
char *secure_getenv(const char *name)
{
    (void)name;
    return NULL;
}

/* Standard error may be the client's socket: nothing is ever written. */
int __fprintf_chk(FILE *f, int flag, const char *format, ...)
{
    (void)f;
    (void)flag;
    (void)format;
    return 0;
}
