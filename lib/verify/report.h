/* SPDX-License-Identifier: ISC */
/*
 * report - how sessions end: by the relay's last message, or without one when its process is gone.
 *
 * A relay's last message may still wait in a socket when its entry is found dead. Such entries are
 * kept until the sockets have been read, so that no session is wrongly called lost.
 */
#ifndef MW_REPORT_H
#define MW_REPORT_H

#include "helper.h"
#include "wire.h"

/* Takes all messages that wait in h->report. A loop_source's ready; owner: the helper. */
void report_readable(void *owner);

/* Takes one message. sender: its process; 0: the socket belongs to that session alone. */
void report_take(struct helper *h, const struct wire *w, pid_t sender);

/* Ends a session without a last message. */
void report_lost(struct helper *h, uint64_t id);

/* Logs the end of a connection or session that has left the state file, and notes a session's end
 * for accounting. */
void report_finish(struct helper *h, const struct entry *s, enum wire_cause cause);

/* A state_gone callback; context: the helper. */
void report_gone(void *context, const struct entry *dead);

/* Before each turn of the loop: ends the kept entries whose last message did not come. */
void report_settle(struct helper *h);

#endif
