/* SPDX-License-Identifier: ISC */
/*
 * report - how sessions end: the relays' messages, and entries whose process is gone without one.
 *
 * A relay's last message can still wait in a socket when somebody meets its entry, dead already.
 * Such entries are kept until the sockets have been read, so that none is called lost that isn't.
 */
#ifndef MW_REPORT_H
#define MW_REPORT_H

#include "helper.h"
#include "wire.h"

/* Takes all that waits in h->report: a loop_source's ready. owner: the helper. */
void report_readable(void *owner);

/* One message: from pid, or 0 where the socket itself says whose it is. */
void report_take(struct helper *h, const struct wire *w, pid_t sender);

/* A session ends without a last message. */
void report_lost(struct helper *h, uint64_t id);

/* A session, or a connection that was none yet, is over and out of the state file: the log and
 * accounting hear of it. */
void report_finish(struct helper *h, const struct entry *s, enum wire_cause cause);

/* A state_gone; context: the helper. */
void report_gone(void *context, const struct entry *dead);

/* Before each turn: finishes the entries that nobody spoke for. */
void report_settle(struct helper *h);

#endif
