/* SPDX-License-Identifier: ISC */
/* ctl_watch - repeats a command's output until it is interrupted. */
#ifndef MW_CTL_WATCH_H
#define MW_CTL_WATCH_H

#include <stdbool.h>
#include <stdio.h>

#define WATCH_DEFAULT  2    /* s */
#define WATCH_MAX      3600 /* s */
#define WATCH_EXPECTED "1 to 3600 seconds"

/* Reads the argument of --watch, which getopt_long has just found. The argument is optional; it may
 * also be the next word, if that is a number. false: it is invalid. */
bool watch_seconds(int argc, char **argv, unsigned *seconds);

/* What one round printed. */
struct watch_look {
    size_t count;  /* rows */
    char note[96]; /* for the head line; empty if there is nothing to note */
};

/* Prints one round to f and fills *look, which is all zero. Returns a ctl_exit. */
typedef int watch_print(void *context, FILE *f, struct watch_look *look);

/* Calls print at once and then every so many seconds. On a terminal each output replaces the one
 * before, and rows below the last line are left out. Elsewhere the outputs follow one another.
 * Above each is a line with the time, the count and the note. Returns a ctl_exit: CTL_GOOD after
 * SIGINT or SIGTERM, otherwise the first other code that print returned. */
int watch(watch_print *print, void *context, unsigned seconds);

#endif
