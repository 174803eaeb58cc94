/* SPDX-License-Identifier: ISC */
/* accounting_note - the accounting spool for the programs that end sessions: the helper and the
 * control program. */
#ifndef MW_ACCOUNTING_NOTE_H
#define MW_ACCOUNTING_NOTE_H

#include "policy.h"
#include "spool.h"
#include "state.h"
#include "wire.h"

/* The session's key in the spool. */
struct spool_key accounting_key(const struct state *state, const struct entry *s);

/* Notes the end of a session, with the entry's octets and this cause. Callers without a helper may
 * pass a closed spool: nothing happens then. A failure is logged. */
void accounting_stop(const struct spool *spool, struct state *state, const struct entry *s,
                     enum wire_cause cause);

/* Opens the policy's spool if it has one; a failure is logged and leaves the spool closed. create:
 * makes a missing spool if a protocol does accounting; otherwise a missing spool is no failure. */
void accounting_open(struct spool *spool, const struct policy *p, bool create);

/* Tells all that is due, and with a state file looks for lost sessions first. Blocks. */
void accounting_deliver(struct spool *spool, const struct policy *p, struct state *state);

#endif
