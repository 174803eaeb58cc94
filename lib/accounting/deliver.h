/* SPDX-License-Identifier: ISC */
/*
 * deliver - empties the accounting spool: finds sessions whose end nobody noted, and tells the
 * servers what is due. It blocks, and so runs in a process of its own.
 */
#ifndef MW_DELIVER_H
#define MW_DELIVER_H

#include "policy.h"
#include "spool.h"
#include "state.h"

struct delivery {
    unsigned told; /* requests that were confirmed */
    unsigned left; /* sessions for which something still waits, because no server confirmed */
    unsigned lost; /* sessions whose end was found here */
    bool busy;     /* another process is delivering */
};

/* Tells what is due, oldest first, for up to ms milliseconds (a request under way ends within
 * LIMIT_AAA_MS). With a state file it also looks for lost sessions; NULL: it does not. A group
 * none of whose servers answers waits for the next call. Records that are too old or too many
 * are dropped and logged. */
struct delivery deliver(const struct policy *p, const struct spool *s, struct state *state,
                        unsigned ms);

#endif
