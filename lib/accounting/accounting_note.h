/* SPDX-License-Identifier: ISC */
/* accounting_note - the accounting spool as everybody uses it who ends sessions: the helper, and
 * the control program. */
#ifndef MW_ACCOUNTING_NOTE_H
#define MW_ACCOUNTING_NOTE_H

#include "policy.h"
#include "spool.h"
#include "state.h"
#include "wire.h"

struct spool_key accounting_key(const struct state *state, const struct entry *s);

/* A session is over: bytes and cause are known or as good as can be. Also for who has no helper:
 * spool may be closed. */
void accounting_stop(const struct spool *spool, struct state *state, const struct entry *s,
                     enum wire_cause cause);

/* The policy's spool, where there is one. create: it is made where a protocol does accounting; else
 * one that isn't there yet is no failure. */
void accounting_open(struct spool *spool, const struct policy *p, bool create);

/* In a process that blocks: finds what is over, and tells all that is due. */
void accounting_deliver(struct spool *spool, const struct policy *p, struct state *state);

#endif
