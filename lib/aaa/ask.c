/* SPDX-License-Identifier: ISC */
/* ask - one question, by the server group's type, to its servers in turn; see aaa.h. */
#include "aaa.h"
#include "buf.h"
#include "clock.h"

/* How a type is asked: a group that has servers by one server at a time. */
static const struct type {
    enum aaa_outcome (*whole)(const struct aaa_question *q, struct aaa_answer *a);
    aaa_ask_server *one;
} types[] = {
    [GROUP_LOCAL] = {.whole = aaa_local},
    [GROUP_RADIUS] = {0},
    [GROUP_LDAP] = {.one = aaa_ldap},
    [GROUP_HTTP] = {.one = aaa_http},
};

static uint32_t bit(size_t i)
{
    return (uint32_t)1 << i;
}

/* The servers to be asked: all of them where all are dead. */
static uint32_t living(const struct aaa_question *q)
{
    uint32_t all = 0;

    for (size_t i = 0; i < q->group->server_count && i < LIMIT_AAA_SERVERS; i++)
        all |= bit(i);
    return all & ~q->dead ? all & ~q->dead : all;
}

/* When the next server's turn is over, with so many to be asked until end. */
static uint64_t turn(const struct aaa_server *s, uint64_t now, uint64_t end, unsigned count)
{
    uint64_t share = end > now ? (end - now) / count : 0, own = (uint64_t)s->timeout * 1000;

    return now + (own < share ? own : share);
}

/* The reasons of all servers in one text. */
static void join(struct buf *all, const struct err *why)
{
    if (all->len > 0)
        buf_puts(all, "; ");
    buf_put(all, span_head(span_str(why->text), buf_room(all)));
}

static enum aaa_outcome ask_servers(const struct aaa_question *q, aaa_ask_server *ask,
                                    struct aaa_answer *a)
{
    uint64_t now = clock_ms(), end = now + LIMIT_AAA_MS - LIMIT_AAA_SPARE_MS;
    uint32_t left = living(q);
    char text[ERR_MAX - 1];
    struct buf all = BUF(text);

    for (size_t i = 0; left; i++) {
        if (!(left & bit(i)))
            continue;
        now = clock_ms();
        a->group_policy[0] = '\0';
        enum aaa_outcome outcome =
            ask(q, &q->group->servers[i],
                turn(&q->group->servers[i], now, end, (unsigned)__builtin_popcount(left)), a);
        if (outcome != AAA_TEMPORARY)
            return outcome;
        left &= ~bit(i);
        a->dead |= bit(i);
        join(&all, &a->why);
    }
    a->group_policy[0] = '\0';
    if (all.len > 0)
        err_set(&a->why, "%.*s", SPAN_FMT(buf_span(&all)));
    else
        err_set(&a->why, "server group %s has no servers", q->group->name);
    return AAA_TEMPORARY;
}

static enum aaa_outcome no(struct aaa_answer *a, const char *why)
{
    err_set(&a->why, "%s", why);
    return AAA_NO;
}

enum aaa_outcome aaa_ask(const struct aaa_question *q, struct aaa_answer *a)
{
    const struct type *type = &types[q->group->type];

    a->dead = 0;
    if (type->whole)
        return type->whole(q, a);
    a->group_policy[0] = '\0';
    if (!type->one) {
        err_set(&a->why, "server group %s: its type is not available", q->group->name);
        return AAA_TEMPORARY;
    }
    if (span_find(q->user, '\0') != SPAN_NOT_FOUND ||
        span_find(q->password, '\0') != SPAN_NOT_FOUND)
        return no(a, "a name or password with a NUL");
    if (q->user.n == 0 || (!q->authorize && q->password.n == 0))
        return no(a, q->user.n ? "an empty password" : "an empty name");
    return ask_servers(q, type->one, a);
}
