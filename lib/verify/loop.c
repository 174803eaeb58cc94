/* SPDX-License-Identifier: ISC */
/* loop - an edge: waits for descriptors and timers; see loop.h. */
#include "loop.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <unistd.h>

#include "clock.h"

#define EVENTS 64 /* of one turn */
#define NEVER  UINT64_MAX

int loop_open(struct loop *l)
{
    *l = (struct loop){.epoll = epoll_create1(EPOLL_CLOEXEC), .now = clock_ms(), .next = NEVER};
    return l->epoll < 0 ? -1 : 0;
}

static void bury(struct loop *l)
{
    while (l->dead) {
        struct loop_corpse *memory = l->dead;
        l->dead = memory->next;
        free(memory);
    }
}

void loop_close(struct loop *l)
{
    bury(l);
    if (l->epoll >= 0)
        close(l->epoll);
    l->epoll = -1;
}

int loop_watch(struct loop *l, struct loop_source *s, int fd, bool writing)
{
    struct epoll_event e = {.events = writing ? EPOLLOUT : EPOLLIN, .data = {.ptr = s}};

    if (epoll_ctl(l->epoll, EPOLL_CTL_ADD, fd, &e))
        return -1;
    s->fd = fd;
    return 0;
}

void loop_drop(struct loop *l, struct loop_source *s)
{
    if (s->fd >= 0)
        epoll_ctl(l->epoll, EPOLL_CTL_DEL, s->fd, NULL);
    s->fd = -1;
}

void loop_arm(struct loop *l, struct loop_timer *t, uint64_t at)
{
    t->at = at;
    if (at < l->next)
        l->next = at;
    if (t->armed)
        return;
    t->armed = true;
    t->previous = NULL;
    t->next = l->timers;
    if (l->timers)
        l->timers->previous = t;
    l->timers = t;
}

void loop_disarm(struct loop *l, struct loop_timer *t)
{
    if (!t->armed)
        return;
    t->armed = false;
    if (t->previous)
        t->previous->next = t->next;
    else
        l->timers = t->next;
    if (t->next)
        t->next->previous = t->previous;
}

void loop_free_later(struct loop *l, struct loop_corpse *memory)
{
    memory->next = l->dead;
    l->dead = memory;
}

/* A timer that is due, or NULL; then l->next is exact again. */
static struct loop_timer *due(struct loop *l)
{
    uint64_t next = NEVER;

    for (struct loop_timer *t = l->timers; t; t = t->next) {
        if (t->at <= l->now)
            return t;
        if (t->at < next)
            next = t->at;
    }
    l->next = next;
    return NULL;
}

static void fire_timers(struct loop *l)
{
    struct loop_timer *t;

    while (l->next <= l->now && (t = due(l))) {
        loop_disarm(l, t);
        t->fire(t->owner);
    }
}

static int timeout(const struct loop *l)
{
    uint64_t now = clock_ms();

    if (l->next == NEVER)
        return -1;
    if (l->next <= now)
        return 0;
    return l->next - now < 3600000 ? (int)(l->next - now) : 3600000;
}

int loop_turn(struct loop *l)
{
    struct epoll_event events[EVENTS];
    int n = epoll_wait(l->epoll, events, EVENTS, timeout(l));

    if (n < 0 && errno != EINTR)
        return -1;
    l->now = clock_ms();
    for (int i = 0; i < n; i++) {
        struct loop_source *s = events[i].data.ptr;
        if (s->fd >= 0) /* not dropped in this turn */
            s->ready(s->owner);
    }
    fire_timers(l);
    bury(l);
    return 0;
}
