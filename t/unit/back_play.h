/* SPDX-License-Identifier: ISC */
/* back_play - plays dialogues with a mail server that isn't there, at every cut of what it says. */
#ifndef MW_BACK_PLAY_H
#define MW_BACK_PLAY_H

#include "back.h"

/*
 * A script is lines, each ended by '\n':
 *     S: what the server says, CRLF is added        C: what must be said to it, likewise
 *     T: TLS must be wanted now, and stands then
 * Runs of S lines come in one piece, octet by octet, and in two pieces at every cut. Behind the
 * last line stands how it must end. What the server says behind that end must be left in b->in.
 */
struct play {
    const char *name;
    struct back_config config; /* missing: user "alice", password "secret", helo "proxy.test" */
    const char *script;
    enum back_event end;
    enum denial failure;    /* of BACK_FAILED */
    const char *why;        /* part of b->why, or NULL */
    const char *capability; /* of BACK_DONE, or NULL */
    const char *left;       /* of BACK_DONE: what is left for the client; NULL: nothing */
    bool unauthenticated;   /* config.authenticate is false */
    bool whole_only;        /* only one piece per run: the time of arrival matters */
};

void back_play(const struct play *rows, size_t n, enum protocol protocol);

#endif
