/* SPDX-License-Identifier: ISC */
/*
 * worker - work that blocks or computes (asking AAA, looking up a name), in a process of its own.
 *
 * At most LIMIT_WORKERS run at once, the others wait their turn; at most LIMIT_WORKERS_OF of them ask
 * the same, so that a server that doesn't answer holds up nobody who asks another. A worker inherits
 * the question by fork, answers with one datagram, and is gone; it keeps no other descriptor than its
 * answer's. One that takes too long is killed. The struct is the caller's memory.
 */
#ifndef MW_WORKER_H
#define MW_WORKER_H

#include <sys/types.h>

#include "loop.h"

struct workers {
    struct loop *loop;
    struct worker *running;
    struct worker *first, *last; /* who waits */
};

struct worker_job {
    /* In the worker: fills answer (all zero before) from what owner holds, and wipes there what is
     * secret. */
    void (*work)(void *owner, void *answer);
    size_t answer_size;
    unsigned timeout_ms;
    /* In the helper: with the answer, or NULL where the worker died, was killed, or couldn't be
     * started. The worker may be started anew there. */
    void (*done)(void *owner, const void *answer);
};

enum worker_state { WORKER_NONE = 0, WORKER_WAITING, WORKER_RUNNING };

struct worker {
    enum worker_state state;
    const struct worker_job *job;
    void *owner;
    const void *asks; /* who asks the same has the same here; only compared */
    struct workers *workers;
    struct worker *next;
    struct loop_source source;
    struct loop_timer timer;
    pid_t pid;
};

#define WORKER_ANSWER_MAX 1024 /* octets */

void workers_init(struct workers *all, struct loop *loop);

/* done is called from the loop, never from in here. */
void worker_start(struct workers *all, struct worker *w, const struct worker_job *job, void *owner,
                  const void *asks);

/* Ends it without an answer; fine at any time. */
void worker_cancel(struct worker *w);

/* The same, but one that is at work comes to its end first: it must have one of its own. */
void worker_wait(struct worker *w);

#endif
