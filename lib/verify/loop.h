/* SPDX-License-Identifier: ISC */
/*
 * loop - descriptors and timers of one process, on epoll. No threads.
 *
 * Sources and timers are the caller's memory. A source that was dropped gets no call any more, also
 * not for what epoll had already reported; drop it BEFORE its descriptor is closed (a forked worker
 * may hold a copy, and epoll watches the open file). Memory that holds a source is freed by
 * loop_free_later only, since the loop may still look at it.
 */
#ifndef MW_LOOP_H
#define MW_LOOP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct loop_source {
    void (*ready)(void *owner); /* readable (or writable), at an end or in error: try, and see */
    void *owner;
    int fd; /* -1: not watched */
};

struct loop_timer {
    void (*fire)(void *owner); /* once: arm it again there if need be */
    void *owner;
    uint64_t at; /* clock_ms */
    bool armed;
    struct loop_timer *next, *previous;
};

struct loop_corpse; /* what loop_free_later keeps */

struct loop {
    int epoll;
    uint64_t now;  /* clock_ms of this turn */
    uint64_t next; /* no timer is due before it */
    struct loop_timer *timers;
    struct loop_corpse *dead; /* to be freed behind this turn */
};

int loop_open(struct loop *l); /* -1, errno */
void loop_close(struct loop *l);

/* Watches fd for reading, or for writing. -1, errno; the source is not watched then. */
int loop_watch(struct loop *l, struct loop_source *s, int fd, bool writing);
void loop_drop(struct loop *l, struct loop_source *s); /* fine where it isn't watched */

void loop_arm(struct loop *l, struct loop_timer *t, uint64_t at); /* or moves it */
void loop_disarm(struct loop *l, struct loop_timer *t);           /* fine where it isn't armed */

/* memory (from malloc) is freed behind this turn. It begins with a struct loop_corpse. */
struct loop_corpse {
    struct loop_corpse *next;
};
void loop_free_later(struct loop *l, struct loop_corpse *memory);

/* One turn: waits for the next event or timer, and calls whom it concerns. -1, errno. */
int loop_turn(struct loop *l);

#endif
