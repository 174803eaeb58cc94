/* SPDX-License-Identifier: ISC */
/* lost_sessions - the spool's open sessions compared with the state file's. */
#ifndef MW_LOST_SESSIONS_H
#define MW_LOST_SESSIONS_H

#include "spool.h"
#include "state.h"

/* Notes the end of each session that the state file doesn't hold (any more), and an update of each
 * whose time for one has come. May wait LIMIT_SPOOL_GRACE_MS: somebody may have removed an entry
 * and be about to note the end. Returns how many sessions were changed. */
unsigned lost_sessions(const struct spool *s, struct state *state);

#endif
