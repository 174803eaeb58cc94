/* SPDX-License-Identifier: ISC */
/*
 * accounting - what becomes of sessions in the accounting spool, and who empties it (R3.5).
 *
 * The helper only writes to the spool, which takes as long as a small file takes; a worker empties
 * it, one at a time, soon after something was written, each LIMIT_SWEEP_MS, and less and less often
 * while no server answers. So a server that is away holds up nobody.
 */
#ifndef MW_ACCOUNTING_WORKER_H
#define MW_ACCOUNTING_WORKER_H

#include "accounting_note.h"
#include "worker.h"

struct helper;
struct conversation;

struct accounting_worker {
    struct spool spool; /* -1 -1: no protocol does accounting, or it can't be opened */
    struct worker worker;
    struct loop_timer timer;
    unsigned pause_ms; /* before the next attempt, where the last one failed; or 0 */
    bool again;        /* something was written while the worker was at it */
};

/* A session begins. Before it is told so: whatever happens next, the spool knows it. */
void accounting_worker_start(struct conversation *t);

void accounting_worker_begin(struct helper *h); /* opens it; a service empties it */
void accounting_worker_kick(struct helper *h);  /* something was written */
void accounting_worker_end(struct helper *h);   /* stops the worker */

#endif
