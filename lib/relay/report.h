/* SPDX-License-Identifier: ISC */
/* report - what the relay reports to the helper: INTERIM while a session lasts, END at its end. Each is
 * one datagram on RELAY_FD_REPORT; see relay.h and wire.h. */
#ifndef MW_RELAY_REPORT_H
#define MW_RELAY_REPORT_H

#include "relay.h"

/* Prepares the descriptor, before the jail. */
void report_open(void);

/* Sends INTERIM (cause 0), or END. What can't be sent is lost. */
void report_send(struct relay *r, enum wire_cause cause);

/* Sends INTERIM if it was asked for, or if its interval is over and data has moved. Call it after
 * reading, so that the report counts what had arrived by r->now. */
void report_if_due(struct relay *r, bool asked);

/* Returns whether data has moved since the last report. */
bool report_moved(const struct relay *r);

#endif
