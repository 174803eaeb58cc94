/* SPDX-License-Identifier: ISC */
/*
 * snapshot - shows the state to those who may look at it without root: the group mailwicket-admin.
 *
 * The state file is the helper's alone: a reader needs to write to its lock file, and could hold or damage
 * the locks of everybody. So the service has a third socket (SOCK_SEQPACKET), whose mode says who may
 * look. Who connects gets one message, SNAPSHOT_GREETING, with one descriptor: a sealed copy of the state
 * file in memory (state_open_snapshot opens it). The helper reads nothing from such a connection, and
 * closes it at once.
 *
 * Copies take a small part of the helper's time, however many ask: another one is made only after ten
 * times as long as the last one took; until then all get that one.
 */
#ifndef MW_SNAPSHOT_H
#define MW_SNAPSHOT_H

#include "loop.h"
#include "program.h"
#include "state.h"

struct snapshot {
    struct loop *loop;
    struct state *state;
    struct loop_source listening;
    struct loop_timer expiry; /* of the copy, or of the pause after a failed accept */
    int listener;             /* -1: nobody is shown anything */
    int copy;                 /* -1: none */
};

/* Watches the listening socket, which the caller closes after snapshot_end. listener -1: does nothing.
 * Returns 0, or -1 with errno. */
int snapshot_begin(struct snapshot *s, struct loop *loop, struct state *state, int listener);
void snapshot_end(struct snapshot *s);

#endif
