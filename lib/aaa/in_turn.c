/* SPDX-License-Identifier: ISC */
/* in_turn - shares the time among a group's servers; see in_turn.h. */
#include "in_turn.h"

#include "buf.h"
#include "clock.h"

static uint32_t bit(size_t i)
{
    return (uint32_t)1 << i;
}

/* Returns the servers to ask: those that are not dead, or all if all are dead. */
static uint32_t living(const struct server_group *g, uint32_t dead)
{
    uint32_t all = 0;

    for (size_t i = 0; i < g->server_count && i < LIMIT_AAA_SERVERS; i++)
        all |= bit(i);
    return (all & ~dead) ? all & ~dead : all;
}

/* Returns when the turn of s ends, if count servers are left until end. */
static uint64_t turn(const struct aaa_server *s, uint64_t now, uint64_t end, unsigned count)
{
    uint64_t share = end > now ? (end - now) / count : 0;
    uint64_t own = (uint64_t)s->timeout * 1000 * (s->retries + 1);

    return now + (own < share ? own : share);
}

/* Appends a server's reason to the others. */
static void join(struct buf *all, const struct err *why)
{
    if (all->len > 0)
        buf_puts(all, "; ");
    buf_put(all, span_head(span_str(why->text), buf_room(all)));
}

/* Removes the answer of the server before. */
static void clean(struct aaa_answer *a)
{
    a->group_policy[0] = '\0';
    a->class_size = a->unheeded_count = 0;
}

enum aaa_outcome in_turn(const struct server_group *g, uint32_t dead, in_turn_ask *ask,
                         const void *context, struct aaa_answer *a)
{
    uint64_t now = clock_ms(), end = now + LIMIT_AAA_MS - LIMIT_AAA_SPARE_MS;
    uint32_t left = living(g, dead);
    char text[ERR_MAX - 1];
    struct buf all = BUF(text);

    a->dead = a->alive = 0;
    for (size_t i = 0; left; i++) {
        if (!(left & bit(i)))
            continue;
        now = clock_ms();
        clean(a);
        enum aaa_outcome outcome =
            ask(context, &g->servers[i],
                turn(&g->servers[i], now, end, (unsigned)__builtin_popcount(left)), a);
        if (outcome != AAA_TEMPORARY) {
            a->alive = bit(i);
            if (outcome == AAA_YES)
                err_set(&a->why, "%.*s", SPAN_FMT(buf_span(&all)));
            return outcome;
        }
        left &= ~bit(i);
        a->dead |= bit(i);
        join(&all, &a->why);
    }
    clean(a);
    if (all.len > 0)
        err_set(&a->why, "%.*s", SPAN_FMT(buf_span(&all)));
    else
        err_set(&a->why, "server group %s has no servers", g->name);
    return AAA_TEMPORARY;
}
