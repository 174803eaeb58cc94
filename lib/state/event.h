/* SPDX-License-Identifier: ISC */
/* event - log lines about a connection, always with the same keys in the same order: id protocol
 * client login user mail-user server group-policy; unknown ones are left out. */
#ifndef MW_EVENT_H
#define MW_EVENT_H

#include "log.h"
#include "state.h"

void event_start(struct log_line *l, int level, const char *event, const struct entry *s);

/* A whole line, with the reason where there is one. */
void event_say(int level, const char *event, const struct entry *s, const char *reason);

/* A session is over (authenticated), or a connection that was none yet. s has the bytes. */
void event_ended(const struct entry *s, const char *cause);

#endif
