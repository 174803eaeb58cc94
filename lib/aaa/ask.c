/* SPDX-License-Identifier: ISC */
/* ask - asks a server group by its type; see aaa.h. */
#include "aaa.h"

#include <string.h>
#include "curl_run.h"
#include "in_turn.h"
#include "ldap_client.h"
#include "utf8.h"

/* How each type is asked: the whole group at once, or server by server. */
static const struct type {
    enum aaa_outcome (*whole)(const struct aaa_question *q, struct aaa_answer *a);
    aaa_ask_server *one;
    bool utf8; /* it takes no other password: RFC 4511 section 4.1.2, RFC 7617 section 2.1 */
} types[] = {
    [GROUP_LOCAL] = {.whole = aaa_local},
    [GROUP_RADIUS] = {.one = aaa_radius},
    [GROUP_LDAP] = {.one = aaa_ldap, .utf8 = true},
    [GROUP_HTTP] = {.one = aaa_http, .utf8 = true},
};

static enum aaa_outcome ask_one(const void *context, const struct aaa_server *s, uint64_t deadline,
                                struct aaa_answer *a)
{
    const struct aaa_question *q = context;

    return types[q->group->type].one(q, s, deadline, a);
}

static enum aaa_outcome refuse_unasked(struct aaa_answer *a, const char *why)
{
    err_set(&a->why, "%s", why);
    return AAA_NO;
}

static uint32_t tighter(uint32_t a, uint32_t b)
{
    return b && (a == 0 || b < a) ? b : a;
}

void aaa_limits_tighten(struct aaa_limits *l, const struct aaa_limits *other)
{
    l->blocked |= other->blocked;
    l->session_timeout = tighter(l->session_timeout, other->session_timeout);
    l->idle_timeout = tighter(l->idle_timeout, other->idle_timeout);
    if (!l->time_range[0])
        memcpy(l->time_range, other->time_range, sizeof l->time_range);
}

enum aaa_outcome aaa_ask(const struct aaa_question *q, struct aaa_answer *a)
{
    const struct type *type = &types[q->group->type];

    a->dead = a->alive = 0;
    a->class_size = a->unheeded_count = 0;
    a->group_policy[0] = '\0';
    if (type->whole)
        return type->whole(q, a);
    if (span_find(q->user, '\0') != SPAN_NOT_FOUND ||
        span_find(q->password, '\0') != SPAN_NOT_FOUND)
        return refuse_unasked(a, "a name or password with a NUL");
    if (q->user.n == 0 || (!q->authorize && q->password.n == 0))
        return refuse_unasked(a, q->user.n ? "an empty password" : "an empty name");
    if (type->utf8 && !utf8_valid(q->password))
        return refuse_unasked(a, "a password that is not UTF-8, which LDAP and HTTP need");
    return in_turn(q->group, q->dead, ask_one, q, a);
}

void aaa_prepare(const struct policy *p)
{
    bool http = false, ldap = false;

    for (size_t i = 0; i < p->group_count; i++) {
        http = http || p->groups[i].type == GROUP_HTTP;
        ldap = ldap || p->groups[i].type == GROUP_LDAP;
    }
    if (http)
        curl_prepare();
    if (ldap)
        ldap_client_prepare();
}
