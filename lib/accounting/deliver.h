/* SPDX-License-Identifier: ISC */
/*
 * deliver - empties the accounting spool: finds the sessions that ended without anybody noting it,
 * and tells the servers what is due. Blocks: runs in a process that has nothing else to do.
 */
#ifndef MW_DELIVER_H
#define MW_DELIVER_H

#include "policy.h"
#include "spool.h"
#include "state.h"

struct delivery {
    unsigned told; /* requests that were confirmed */
    unsigned left; /* sessions of which something waits, because no server confirmed */
    unsigned lost; /* sessions that were found to be over */
    bool busy;     /* another process is at it */
};

/* state: whose sessions live; NULL: only tells. Sessions with the same group go to its servers in
 * order; a group none of whose servers answers waits until the next time, and so does what is left
 * when ms are over (a request under way ends in LIMIT_AAA_MS). What is too old or too much is
 * dropped and logged. */
struct delivery deliver(const struct policy *p, const struct spool *s, struct state *state,
                        unsigned ms);

#endif
