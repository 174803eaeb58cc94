/* SPDX-License-Identifier: ISC */
/* lost_sessions - finds sessions in the spool that the state file no longer holds. */
#ifndef MW_LOST_SESSIONS_H
#define MW_LOST_SESSIONS_H

#include "spool.h"
#include "state.h"

/* Notes the end of each session that the state file does not hold, and an update of each session
 * that is due for one. May wait LIMIT_SPOOL_GRACE_MS: another process may have removed an entry
 * and be about to note its end. Returns how many sessions were changed. */
unsigned lost_sessions(const struct spool *s, struct state *state);

#endif
