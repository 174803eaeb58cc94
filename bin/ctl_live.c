/* SPDX-License-Identifier: ISC */
/* ctl_live - asks relays for their octets; see ctl_live.h. */
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

#define WINDOW   8   /* relays asked at once: the helper's socket holds about ten reports */
#define AGAIN_MS 100 /* asks again: a report found no room there */
#define SLACK_MS 20  /* the kernel's times are rounded to ticks */

struct question {
    uint64_t id;
    struct process process;
    uint64_t sent; /* clock_ms; 0: not yet */
};

struct questions {
    const struct pick *pick;
    bool has_peers; /* peers could be read from the kernel */
    struct tcp_peers peers;
    uint64_t now; /* clock_ms, when peers were read */
    struct question *all;
    size_t count;
};

/* Whether data has moved since the last report. True if unknown: a session without a TCP
 * connection, such as one on standard input, has no peer. */
static bool has_moved(const struct questions *q, const struct entry *e)
{
    uint32_t quiet;

    return !q->has_peers || !tcp_peers_find(&q->peers, e->address, e->port, &quiet) ||
           q->now + SLACK_MS > e->reported + quiet;
}

static bool collect_question(void *context, const struct entry *e)
{
    struct questions *q = context;

    if (e->state != ENTRY_AUTHENTICATED || !pick_is(q->pick, e) || !has_moved(q, e))
        return true;
    if ((q->count & (q->count - 1)) == 0) { /* full: the room is a power of two */
        q->all = reallocarray(q->all, q->count ? q->count * 2 : 1, sizeof *q->all);
        if (!q->all) {
            perror(PROGRAM_CONTROL);
            exit(1);
        }
    }
    q->all[q->count++] = (struct question){.id = e->id, .process = e->process};
    return true;
}

enum progress { WAITS, ANSWERED, FORBIDDEN };

/* Asks one relay, or looks for its answer. A session that has ended counts as answered. */
static enum progress question_step(struct state *s, struct question *q, uint64_t now)
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

/* Asks all relays. The first WINDOW questions are under way; the last one replaces one that is
 * done. */
static void ask_relays(struct state *s, struct questions *q, struct live *result)
{
    uint64_t now = clock_ms(), end = now + LIVE_WAIT_MS;

    for (; q->count > 0 && now < end; now = clock_ms()) {
        size_t before = q->count;
        for (size_t i = 0; i < WINDOW && i < q->count;) {
            enum progress p = question_step(s, &q->all[i], now);
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
    q.has_peers = tcp_peers_load(&q.peers) == 0;
    int rc = state_each(s, collect_question, &q);
    if (rc == 0)
        ask_relays(s, &q, result);
    tcp_peers_free(&q.peers);
    free(q.all);
    return rc;
}
