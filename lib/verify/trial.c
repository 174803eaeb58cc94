/* SPDX-License-Identifier: ISC */
/* trial - an edge: tells whoever tries a login what its steps came to; see trial.h. */
#include "trial.h"

#include <arpa/inet.h>
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "access.h"
#include "login_steps_internal.h"
#include "clock.h"
#include "event.h"
#include "server_health.h"
#include "message.h"
#include "penalty.h"

/* An asker that doesn't listen any more is found by the talk itself. */
static void tell(struct conversation *t, const char *name, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

static void tell(struct conversation *t, const char *name, const char *format, ...)
{
    char text[LIMIT_STEP], room[LIMIT_STEP + LIMIT_STEP_NAME + 16];
    struct buf out = BUF(room);
    struct wire w = {.type = WIRE_STEP, .step = {.name = span_str(name)}};
    va_list args;

    va_start(args, format);
    vsnprintf(text, sizeof text, format, args);
    va_end(args);
    w.step.text = span_str(text);
    if (wire_encode(&w, &out))
        message_send(t->filter.fd, buf_span(&out), NULL, 0);
}

/* "at most 20", or "no limit". */
static const char *at_most(unsigned limit, char room[32])
{
    if (limit == 0)
        return "no limit";
    snprintf(room, 32, "at most %u", limit);
    return room;
}

/* The trial itself counts as the one more that it would be. */
void trial_enter(struct conversation *t)
{
    const struct protocol_policy *p = t->policy;
    struct state_counts counts;
    char most[32], most_early[32];

    tell(t, "client", "%s", t->entry.address);
    t->state = CONVERSATION_CONNECTED;
    if (state_counts(t->helper->state, &counts)) {
        tell(t, "connections", "state file: %s", strerror(errno));
        conversation_goodbye(t, GOODBYE_TROUBLE);
        return;
    }
    const uint64_t *n = counts.active[p->protocol];
    unsigned long early = n[ENTRY_UNAUTHENTICATED] + n[ENTRY_AUTHENTICATING];
    unsigned long all = early + n[ENTRY_AUTHENTICATED];
    tell(t, "connections", "%lu of %s (%s), %lu of them not logged in (%s)%s", all,
         protocol_name(p->protocol), at_most(p->max_sessions, most), early,
         at_most(p->outstanding, most_early),
         p->outstanding && early >= p->outstanding ? ": one more ends the oldest of these" : "");
    if (p->max_sessions == 0 || all < p->max_sessions)
        return;
    event_say(LOG_NOTICE, "tried", &t->entry, "max-sessions");
    tell(t, "connections", "max-sessions is reached: one more is turned away");
    conversation_goodbye(t, GOODBYE_BUSY);
}

void trial_guessing(struct conversation *t)
{
    unsigned times = penalty_of_address(t->helper->state, t->entry.address);

    if (times == 0)
        tell(t, "guessing", "a login from this address isn't slowed down");
    else
        tell(t, "guessing",
             "so many logins from this address were refused that one waits %u s first",
             times * PENALTY_FIRST_MS / 1000);
}

void trial_certificate(struct conversation *t)
{
    if (t->steps.certified[0])
        tell(t, "certificate", "good, and names %s", t->steps.certified);
    else if (t->policy->methods & METHOD_CERTIFICATE)
        tell(t, "certificate", "good");
}

void trial_names(struct conversation *t)
{
    const struct entry *s = &t->entry;
    const struct decision *d = &t->steps.decision;

    if (t->policy->methods & METHOD_AAA || t->policy->methods & METHOD_PIGGYBACK)
        tell(t, "VPN name", "%s%s", s->vpn_user, d->name.has_vpn ? "" : " (the mail name)");
    tell(t, "mail name", "%s", s->mail_user);
    tell(t, "server", "%s, port %u; %s, line %d of the policy", s->server, d->server->port,
         d->server_by_default ? "the default server" : "named in the login, and allowed",
         d->server->line);
}

void trial_piggyback(struct conversation *t)
{
    if (t->policy->methods & METHOD_PIGGYBACK)
        tell(t, "piggyback", "%s has a VPN session from %s", t->entry.vpn_user, t->entry.address);
}

static void tell_server(struct conversation *t, const struct aaa_answer *a, size_t i)
{
    const struct server_group *g = t->steps.inquiry.group;
    const char *step = login_steps_name(t);
    uint32_t bit = (uint32_t)1 << i;
    char name[SERVER_HEALTH_NAME_MAX];

    server_health_name(name, g, i);
    if (a->dead & bit)
        tell(t, step, "%s: %s gave no good answer", g->name, name);
    else if (a->alive & bit)
        tell(t, step, "%s: %s answered", g->name, name);
    else if (t->steps.inquiry.dead & bit)
        tell(t, step, "%s: %s is left out: it gave no good answer a short time ago", g->name, name);
}

void trial_asked(struct conversation *t, const struct aaa_answer *a)
{
    const struct server_group *g = t->steps.inquiry.group;

    if (g->type == GROUP_LOCAL)
        tell(t, login_steps_name(t), "%s: users file %s", g->name, g->users);
    for (size_t i = 0; i < g->server_count && i < LIMIT_AAA_SERVERS; i++)
        tell_server(t, a, i);
    if (a->alive && a->dead && a->why.text[0])
        tell(t, login_steps_name(t), "%s: %s", g->name, a->why.text);
}

void trial_authenticated(struct conversation *t)
{
    if (t->policy->methods & METHOD_AAA)
        tell(t, "aaa", "%s says yes to %s", t->policy->authentication->name, t->entry.vpn_user);
    else
        tell(t, "aaa", "no method of %s: nobody is asked", protocol_name(t->policy->protocol));
}

void trial_authorized(struct conversation *t, const char *why)
{
    const struct certificate_names *who = &t->steps.authorization.who;
    const char *group = t->policy->authorization->name;

    if (why)
        tell(t, "authorization", "no, and it isn't required: %s", why);
    else if (who->count > 1)
        tell(t, "authorization", "%s knows %s and %s", group, who->names[0], who->names[1]);
    else
        tell(t, "authorization", "%s knows %s", group, who->names[0]);
}

void trial_group_policy(struct conversation *t)
{
    const struct login_steps *c = &t->steps;

    tell(t, "group policy", "%s, %s", c->group_policy->name,
         c->named[0]       ? "which the AAA server named"
         : c->vpn_named[0] ? "which the VPN session has"
                           : "the default one: no AAA server named another one");
}

void trial_access(struct conversation *t)
{
    uint32_t timeout = 0;
    const char *hours = t->steps.group_policy->access_hours;

    access_now(t->steps.group_policy, (time_t)clock_wall(), &timeout);
    if (timeout)
        tell(t, "access", "now (hours: %s); a session may last %u s", *hours ? hours : "all",
             timeout);
    else
        tell(t, "access", "now (hours: %s); a session may last as long as it likes",
             *hours ? hours : "all");
}

void trial_addresses(struct conversation *t)
{
    const struct dial_addresses *a = &t->steps.addresses;
    char text[LIMIT_ADDRESSES * (INET6_ADDRSTRLEN + 2)] = "", one[INET6_ADDRSTRLEN];
    size_t n = 0;

    for (size_t i = 0; i < a->count && n < sizeof text; i++) {
        const union dial_address *d = &a->list[i];
        bool v4 = d->any.sa_family == AF_INET;
        const void *bits = v4 ? (const void *)&d->v4.sin_addr : (const void *)&d->v6.sin6_addr;

        n += (size_t)snprintf(text + n, sizeof text - n, "%s%s", n ? ", " : "",
                              inet_ntop(d->any.sa_family, bits, one, sizeof one));
    }
    tell(t, "address", "%s", text);
}

void trial_dialled(struct conversation *t)
{
    char address[INET6_ADDRSTRLEN] = "";
    uint16_t port = 0;

    dial_peer(t->steps.dial.fd, false, address, &port);
    tell(t, "mail server", "%s, port %u takes connections", address, port);
}

bool trial_may_open(struct conversation *t)
{
    unsigned most = t->steps.group_policy->mail_sessions, count;
    char room[32];

    if (state_sessions_of(t->helper->state, &t->entry, &count)) {
        login_steps_deny(t, DENIAL_TEMPORARY, "state-failed", strerror(errno));
        return false;
    }
    tell(t, "mail sessions", "%u (%s)", count, at_most(most, room));
    if (most && count >= most) {
        login_steps_deny(t, DENIAL_LIMIT, "limit-reached", "mail-sessions");
        return false;
    }
    event_say(LOG_NOTICE, "tried", &t->entry, NULL);
    return true;
}

void trial_denied(struct conversation *t, enum denial d, const char *reason)
{
    struct log_line l;

    tell(t, login_steps_name(t), "%s: %s", denial_name(d), reason);
    event_start(&l, LOG_NOTICE, "tried", &t->entry);
    log_str(&l, "denial", denial_name(d));
    log_str(&l, "reason", reason);
    log_send(&l);
}
