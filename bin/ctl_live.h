/* SPDX-License-Identifier: ISC */
/*
 * ctl_live - the octets of sessions as of now, and not of their relays' last reports.
 *
 * The kernel tells when data moved last on the clients' connections (tcp_peers.h). Only the relays
 * of those where that was behind the last report are asked (WIRE_ASK), a few at a time, and answer
 * by a report to the helper, which puts it in the state file. A session that is quiet isn't even
 * woken: what stands about it is exact.
 */
#ifndef MW_CTL_LIVE_H
#define MW_CTL_LIVE_H

#include "ctl_pick.h"
#include "state.h"

/* A relay that was stopped, or whose helper is away, isn't waited for longer. */
#define LIVE_WAIT_MS 1000

struct live {
    size_t asked;
    size_t late;      /* didn't answer in time */
    size_t forbidden; /* belong to another user, and who runs this isn't root */
};

/* Brings the state file's octets up to date for the sessions that are picked. Those of late and
 * forbidden stay as of their last report. 0, or -1 with errno where the state file can't be read. */
int live_refresh(struct state *s, const struct pick *pick, struct live *result);

#endif
