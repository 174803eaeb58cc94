/* SPDX-License-Identifier: ISC */
/* ctl_live - see ctl_live.h. */
#include "ctl_live.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>

#include "clock.h"
#include "program.h"
#include "tcp_peers.h"
#include "wire.h"

#define WINDOW   8   /* asked at once: the helper's socket may hold no more than ten reports */
#define AGAIN_MS 100 /* a report found no room there */
#define SLACK_MS 20  /* the kernel counts in ticks */

struct question {
    uint64_t id;
    struct process process;
    uint64_t sent; /* clock_ms; 0: not yet */
};

struct questions {
    const struct pick *pick;
    bool told; /* the kernel tells when data moved */
    struct tcp_peers peers;
    uint64_t now; /* of that */
    struct question *all;
    size_t count;
};

/* In doubt it has: a session by hand has no TCP connection. */
static bool has_moved(const struct questions *q, const struct entry *s)
{
    uint32_t quiet;

    return !q->told || !tcp_peers_find(&q->peers, s->address, s->port, &quiet) ||
           q->now + SLACK_MS > s->reported + quiet;
}

static bool collect(void *context, const struct entry *s)
{
    struct questions *q = context;

    if (s->state != ENTRY_AUTHENTICATED || !pick_is(q->pick, s) || !has_moved(q, s))
        return true;
    if ((q->count & (q->count - 1)) == 0) { /* full: it has room for powers of two */
        q->all = reallocarray(q->all, q->count ? q->count * 2 : 1, sizeof *q->all);
        if (!q->all) {
            perror(PROGRAM_CONTROL);
            exit(1);
        }
    }
    q->all[q->count++] = (struct question){.id = s->id, .process = s->process};
    return true;
}

enum progress { WAITS, ANSWERED, FORBIDDEN };

/* Asks, or looks for the answer. One that has ended needs none. */
static enum progress step(struct state *s, struct question *q, uint64_t now)
{
    struct entry e;

    if (q->sent && (state_peek(s, q->id, &e) != 0 || e.reported >= q->sent))
        return ANSWERED;
    if (q->sent && now < q->sent + AGAIN_MS)
        return WAITS;
    q->sent = clock_ms();
    if (process_signal(&q->process, WIRE_ASK) == 0)
        return WAITS;
    return errno == EPERM ? FORBIDDEN : ANSWERED;
}

/* The first WINDOW of them are under way; who is done gives his place to the last one. */
static void ask(struct state *s, struct questions *q, struct live *result)
{
    uint64_t now = clock_ms(), end = now + LIVE_WAIT_MS;

    for (; q->count > 0 && now < end; now = clock_ms()) {
        size_t before = q->count;
        for (size_t i = 0; i < WINDOW && i < q->count;) {
            enum progress p = step(s, &q->all[i], now);
            result->forbidden += p == FORBIDDEN;
            if (p == WAITS)
                i++;
            else
                q->all[i] = q->all[--q->count];
        }
        if (q->count == before)
            poll(NULL, 0, 1);
    }
    result->late = q->count;
}

int live_refresh(struct state *s, const struct pick *pick, struct live *result)
{
    struct questions q = {.pick = pick, .now = clock_ms()};

    *result = (struct live){0};
    q.told = tcp_peers_load(&q.peers) == 0;
    int rc = state_each(s, collect, &q);
    result->asked = q.count;
    if (rc == 0)
        ask(s, &q, result);
    tcp_peers_free(&q.peers);
    free(q.all);
    return rc;
}
