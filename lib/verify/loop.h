/* SPDX-License-Identifier: ISC */
/*
 * loop - descriptors and timers of one process, on epoll. No threads.
 *
 * The caller owns sources and timers. A dropped source gets no further call, not even for what
 * epoll has already reported. Drop it BEFORE its descriptor is closed: a forked worker may hold a
 * copy, and epoll watches the open file. Free memory that holds a source with loop_free_later only,
 * since the loop may still look at it.
 */
#ifndef MW_LOOP_H
#define MW_LOOP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct loop_source {
    void (*ready)(void *owner); /* readable or writable, ended, or in error */
    void *owner;
    int fd; /* -1: not watched */
};

struct loop_timer {
    void (*fire)(void *owner); /* once; it may arm the timer again */
    void *owner;
    uint64_t at; /* clock_ms */
    bool armed;
    struct loop_timer *next, *previous;
};

struct loop_corpse; /* see loop_free_later */

struct loop {
    int epoll;
    uint64_t now;  /* clock_ms of this turn */
    uint64_t next; /* no timer is due before it */
    struct loop_timer *timers;
    struct loop_corpse *dead; /* freed after this turn */
};

int loop_open(struct loop *l); /* -1, errno */
void loop_close(struct loop *l);

/* Watches fd for reading, or for writing. -1, errno; the source is not watched then. */
int loop_watch(struct loop *l, struct loop_source *s, int fd, bool writing);
void loop_drop(struct loop *l, struct loop_source *s); /* harmless if not watched */

void loop_arm(struct loop *l, struct loop_timer *t, uint64_t at); /* or moves an armed one */
void loop_disarm(struct loop *l, struct loop_timer *t);           /* harmless if not armed */

/* Frees memory (from malloc) after this turn. The memory begins with a struct loop_corpse. */
struct loop_corpse {
    struct loop_corpse *next;
};
void loop_free_later(struct loop *l, struct loop_corpse *memory);

/* One turn: waits for the next event or timer and makes the calls. 0, or -1 and errno. */
int loop_turn(struct loop *l);

#endif
