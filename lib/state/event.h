/* SPDX-License-Identifier: ISC */
/* event - log lines about a connection. They have the same keys in the same order: id, protocol,
 * client, login, user, mail-user, server, group-policy; unknown ones are left out. */
#ifndef MW_EVENT_H
#define MW_EVENT_H

#include "log.h"
#include "state.h"

/* Begins a line; the caller may add keys, and sends it with log_send. */
void event_start(struct log_line *l, int level, const char *event, const struct entry *s);

/* A whole line; reason may be NULL. */
void event_say(int level, const char *event, const struct entry *s, const char *reason);

/* The end of a session, or of a connection that was not yet one. s has the octets. */
void event_ended(const struct entry *s, const char *cause);

#endif
