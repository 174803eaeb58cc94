/* SPDX-License-Identifier: ISC */
/*
 * worker - work that blocks or computes (asking AAA, looking up a name), each in its own process.
 *
 * At most LIMIT_WORKERS run at once; the others wait. At most LIMIT_WORKERS_OF of these ask the
 * same server group, so that a silent server delays only those who ask it. A worker inherits the
 * question by fork, answers with one datagram and exits; it keeps no descriptor but the one for its
 * answer. A worker that takes too long is killed. The caller owns the struct.
 */
#ifndef MW_WORKER_H
#define MW_WORKER_H

#include <sys/types.h>

#include "loop.h"

struct workers {
    struct loop *loop;
    struct worker *running;
    struct worker *first, *last; /* the queue */
};

struct worker_job {
    /* In the worker: fills answer (all zero) from what owner holds, and wipes the secrets there. */
    void (*work)(void *owner, void *answer);
    size_t answer_size;
    unsigned timeout_ms;
    /* In the helper: gets the answer, or NULL when the worker died, was killed, or could not be
     * started. It may start the worker again. */
    void (*done)(void *owner, const void *answer);
};

enum worker_state { WORKER_NONE = 0, WORKER_WAITING, WORKER_RUNNING };

struct worker {
    enum worker_state state;
    const struct worker_job *job;
    void *owner;
    const void *asks; /* equal for workers that ask the same; only compared */
    struct workers *workers;
    struct worker *next;
    struct loop_source source;
    struct loop_timer timer;
    pid_t pid;
};

#define WORKER_ANSWER_MAX 16384 /* octets */

void workers_init(struct workers *all, struct loop *loop);

/* Starts it or queues it. done is called from the loop, never from here. */
void worker_start(struct workers *all, struct worker *w, const struct worker_job *job, void *owner,
                  const void *asks);

/* Ends it without an answer; harmless at any time. */
void worker_cancel(struct worker *w);

/* The same, but lets a running worker finish first: its work must end by itself. */
void worker_wait(struct worker *w);

#endif
