/* SPDX-License-Identifier: ISC */
/* back_play - plays scripted dialogues with a mail server, cut in two at every place. */
#ifndef MW_BACK_PLAY_H
#define MW_BACK_PLAY_H

#include "back.h"

/*
 * A script is lines, each ended by '\n':
 *     S: a line from the server, CRLF is added        C: the line that back must send, likewise
 *     T: back must want TLS now, and gets it
 * Runs of S lines come in one piece, octet by octet, and in two pieces, cut at every place. After
 * the last line the dialogue must end as `end` says. What the server sends after that must be left
 * in b->in.
 */
struct play {
    const char *name;
    struct back_config config; /* defaults: user "alice", password "secret", helo "proxy.test" */
    const char *script;
    enum back_event end;
    enum denial failure;    /* with BACK_FAILED */
    const char *why;        /* with BACK_FAILED: part of b->why, or NULL */
    const char *capability; /* with BACK_DONE: the whole list, or NULL */
    const char *alert;      /* what the user must be shown; or NULL */
    const char *offer;      /* the whole list before the login, complete; or NULL */
    const char *left;       /* with BACK_DONE: what is left for the client; NULL: nothing */
    bool unauthenticated;   /* config.authenticate is false */
    bool whole_only;        /* runs come in one piece only: it matters when they arrive */
};

void back_play(const struct play *rows, size_t n, enum protocol protocol);

#endif
