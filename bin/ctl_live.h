/* SPDX-License-Identifier: ISC */
/*
 * ctl_live - brings the octets of sessions up to date.
 *
 * The kernel knows when data last moved on each client's connection (tcp_peers.h). A relay is asked
 * (WIRE_ASK) only if data has moved since its last report, and only a few relays at a time. It
 * answers by a report to the helper, which writes it to the state file. The relay of a quiet
 * session is not woken, because its last report is still exact.
 */
#ifndef MW_CTL_LIVE_H
#define MW_CTL_LIVE_H

#include "ctl_pick.h"
#include "state.h"

#define LIVE_WAIT_MS 1000 /* longest wait, as for a relay that is stopped or has no helper */

struct live {
    size_t late;      /* relays that did not answer in time */
    size_t forbidden; /* relays of another user, which only root can ask */
};

/* Brings the octets of the picked sessions up to date in the state file, but for those that *result
 * counts as late or forbidden. 0, or -1 and errno: the state file cannot be read. */
int live_refresh(struct state *s, const struct pick *pick, struct live *result);

#endif
