/* SPDX-License-Identifier: ISC */
/* ctl_watch - a command's output again and again, until it is interrupted. */
#ifndef MW_CTL_WATCH_H
#define MW_CTL_WATCH_H

#include <stdbool.h>
#include <stdio.h>

#define WATCH_DEFAULT 2    /* s */
#define WATCH_MAX     3600 /* s */
#define WATCH_EXPECTS "seconds between two looks: 1 to 3600"

/* For getopt_long, which has just met --watch with its optional argument: also the next word is it
 * where that is a number. false: not right. */
bool watch_seconds(int argc, char **argv, unsigned *seconds);

/* What a look was like. */
struct watch_look {
    size_t count;  /* of rows */
    char note[96]; /* what isn't as it should be, or empty */
};

/* Prints what print says every so many seconds: a terminal is drawn anew, and what is beyond its
 * last line only counted; elsewhere the outputs stand behind each other. Above each stand its time,
 * its count, and its note.
 * Returns a ctl_exit: CTL_GOOD when SIGINT or SIGTERM came, or what print returned where that is
 * another one. */
int watch(int (*print)(void *context, FILE *f, struct watch_look *look), void *context,
          unsigned seconds);

#endif
