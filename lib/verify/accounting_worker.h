/* SPDX-License-Identifier: ISC */
/*
 * accounting_worker - the helper's part of accounting (R3.5): writes to the spool, and has a worker
 * empty it.
 *
 * Writing takes as long as a small file takes. One worker at a time empties the spool: soon after
 * something was written, every LIMIT_SWEEP_MS, and less and less often while no server answers. So
 * an accounting server that is away delays no login.
 */
#ifndef MW_ACCOUNTING_WORKER_H
#define MW_ACCOUNTING_WORKER_H

#include "accounting_note.h"
#include "worker.h"

struct helper;
struct conversation;

struct accounting_worker {
    struct spool spool; /* closed: no protocol does accounting, or it can't be opened */
    struct worker worker;
    struct loop_timer timer;
    unsigned pause_ms; /* until the next attempt after one that failed; else 0 */
    bool again;        /* something was written while the worker ran */
};

/* Writes a new session to the spool, before the client hears of it: whatever happens next, the
 * spool knows the session. */
void accounting_worker_start(struct conversation *t);

void accounting_worker_begin(struct helper *h); /* opens the spool; a service begins to empty it */
void accounting_worker_kick(struct helper *h);  /* something was written: empty the spool soon */
void accounting_worker_end(
    struct helper *h); /* stops the worker; without a service tells the rest */

#endif
