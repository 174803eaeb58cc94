/* SPDX-License-Identifier: ISC */
/* login_trial - an edge: tells the asker of a trial what each step came to; see login_mode.h. */
#include "login_mode.h"

#include <arpa/inet.h>
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "access.h"
#include "login_steps_internal.h"
#include "clock.h"
#include "event.h"
#include "helper.h"
#include "server_health.h"
#include "message.h"
#include "penalty.h"

/* The conversation itself finds an asker that no longer listens. */
static void trial_tell(struct conversation *t, const char *name, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

static void trial_tell(struct conversation *t, const char *name, const char *format, ...)
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

/* "at most 20" or "no limit". */
static const char *trial_at_most(unsigned limit, char room[32])
{
    if (limit == 0)
        return "no limit";
    snprintf(room, 32, "at most %u", limit);
    return room;
}

/* Compares as if the trial were one connection more. */
static void trial_enter(struct conversation *t)
{
    const struct protocol_policy *p = t->policy;
    struct state_counts counts;
    char most[32], most_early[32];

    trial_tell(t, "client", "%s", t->entry.address);
    conversation_become(t, CONVERSATION_CONNECTED);
    if (state_counts(t->helper->state, &counts)) {
        trial_tell(t, "connections", "state file: %s", strerror(errno));
        conversation_goodbye(t, GOODBYE_TROUBLE);
        return;
    }
    const uint64_t *n = counts.active[p->protocol];
    unsigned long early = n[ENTRY_UNAUTHENTICATED] + n[ENTRY_AUTHENTICATING];
    unsigned long all = early + n[ENTRY_AUTHENTICATED];
    trial_tell(t, "connections", "%lu of %s (%s), %lu of them not logged in (%s)%s", all,
               protocol_name(p->protocol), trial_at_most(p->max_sessions, most), early,
               trial_at_most(p->outstanding, most_early),
               p->outstanding && early >= p->outstanding ? ": one more ends the oldest of these"
                                                         : "");
    if (p->max_sessions == 0 || all < p->max_sessions)
        return;
    event_say(LOG_NOTICE, "tried", &t->entry, "max-sessions");
    trial_tell(t, "connections", "max-sessions is reached: one more is turned away");
    conversation_goodbye(t, GOODBYE_BUSY);
}

static void trial_guessing(struct conversation *t)
{
    unsigned times = penalty_of_address(t->helper->state, t->entry.address);

    if (times == 0)
        trial_tell(t, "guessing", "a login from this address isn't slowed down");
    else
        trial_tell(t, "guessing",
                   "so many logins from this address were refused that one waits %u s first",
                   times * PENALTY_FIRST_MS / 1000);
}

static void trial_certificate(struct conversation *t)
{
    if (t->steps.certified[0])
        trial_tell(t, "certificate", "good, and names %s", t->steps.certified);
    else if (t->policy->methods & METHOD_CERTIFICATE)
        trial_tell(t, "certificate", "good");
}

static void trial_names(struct conversation *t)
{
    const struct entry *s = &t->entry;
    const struct decision *d = &t->steps.decision;

    if (t->policy->methods & METHOD_AAA || t->policy->methods & METHOD_PIGGYBACK)
        trial_tell(t, "VPN name", "%s%s", s->vpn_user, d->name.has_vpn ? "" : " (the mail name)");
    trial_tell(t, "mail name", "%s", s->mail_user);
    trial_tell(t, "server", "%s, port %u; %s, line %d of the policy", s->server, d->server->port,
               d->server_by_default ? "the default server" : "named in the login, and allowed",
               d->server->line);
}

static void trial_piggyback(struct conversation *t)
{
    if (t->policy->methods & METHOD_PIGGYBACK)
        trial_tell(t, "piggyback", "%s has a VPN session from %s", t->entry.vpn_user,
                   t->entry.address);
}

static void trial_tell_server(struct conversation *t, const struct aaa_answer *a, size_t i)
{
    const struct server_group *g = t->steps.inquiry.group;
    const char *step = login_steps_name(t);
    uint32_t bit = (uint32_t)1 << i;
    char name[SERVER_HEALTH_NAME_MAX];

    server_health_name(name, g, i);
    if (a->dead & bit)
        trial_tell(t, step, "%s: %s gave no good answer", g->name, name);
    else if (a->alive & bit)
        trial_tell(t, step, "%s: %s answered", g->name, name);
    else if (t->steps.inquiry.dead & bit)
        trial_tell(t, step, "%s: %s is left out: it gave no good answer a short time ago", g->name,
                   name);
}

static void trial_heard(struct conversation *t, const struct aaa_answer *a)
{
    const struct server_group *g = t->steps.inquiry.group;

    if (g->type == GROUP_LOCAL)
        trial_tell(t, login_steps_name(t), "%s: users file %s", g->name, g->users);
    for (size_t i = 0; i < g->server_count && i < LIMIT_AAA_SERVERS; i++)
        trial_tell_server(t, a, i);
    for (size_t i = 0; i < a->unheeded_count && i < AAA_UNHEEDED; i++) {
        char name[AAA_ATTRIBUTE_NAME];

        aaa_attribute_name(name, &a->unheeded[i]);
        trial_tell(t, login_steps_name(t), "%s: %s is not honoured", g->name, name);
    }
    if (a->alive && a->dead && a->why.text[0])
        trial_tell(t, login_steps_name(t), "%s: %s", g->name, a->why.text);
}

static void trial_authenticated(struct conversation *t)
{
    if (t->policy->methods & METHOD_AAA)
        trial_tell(t, "aaa", "%s says yes to %s", t->policy->authentication->name,
                   t->entry.vpn_user);
    else
        trial_tell(t, "aaa", "no method of %s: nobody is asked",
                   protocol_name(t->policy->protocol));
}

static void trial_authorized(struct conversation *t, const char *why)
{
    const struct certificate_names *who = &t->steps.authorization.who;
    const char *group = t->policy->authorization->name;

    if (why)
        trial_tell(t, "authorization", "no, and it isn't required: %s", why);
    else if (who->count > 1)
        trial_tell(t, "authorization", "%s knows %s and %s", group, who->names[0], who->names[1]);
    else
        trial_tell(t, "authorization", "%s knows %s", group, who->names[0]);
}

static void trial_group_policy(struct conversation *t)
{
    const struct login_steps *c = &t->steps;

    trial_tell(t, "group policy", "%s, %s", c->group_policy->name,
               c->named[0]       ? "which the AAA server named"
               : c->vpn_named[0] ? "which the VPN session has"
                                 : "the default one: no AAA server named another one");
}

static void trial_access(struct conversation *t)
{
    uint32_t timeout = 0;
    const char *hours = t->steps.group_policy->access_hours;

    access_limited(t->steps.group_policy, &t->steps.limits, t->steps.range_hours,
                   (time_t)clock_wall(), &timeout);
    if (timeout)
        trial_tell(t, "access", "now (hours: %s); a session may last %u s", *hours ? hours : "all",
                   timeout);
    else
        trial_tell(t, "access", "now (hours: %s); a session may last as long as it likes",
                   *hours ? hours : "all");
}

static void trial_addresses(struct conversation *t)
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
    trial_tell(t, "address", "%s", text);
}

static void trial_dialled(struct conversation *t)
{
    char address[INET6_ADDRSTRLEN] = "";
    uint16_t port = 0;

    dial_peer(t->steps.dial.fd, false, address, &port);
    trial_tell(t, "mail server", "%s, port %u takes connections", address, port);
}

static bool trial_may_open(struct conversation *t)
{
    unsigned most = t->steps.group_policy->mail_sessions, count;
    char room[32];

    if (state_sessions_of(t->helper->state, &t->entry, &count)) {
        login_steps_deny(t, DENIAL_TEMPORARY, DENIED_STATE_FAILED, strerror(errno));
        return false;
    }
    trial_tell(t, "mail sessions", "%u (%s)", count, trial_at_most(most, room));
    if (most && count >= most) {
        login_steps_deny(t, DENIAL_LIMIT, DENIED_LIMIT_REACHED, "mail-sessions");
        return false;
    }
    return true;
}

static bool trial_let_in(struct conversation *t)
{
    event_say(LOG_NOTICE, "tried", &t->entry, NULL);
    return false;
}

static unsigned trial_denied(struct conversation *t, enum denial d, enum denial_event event,
                             const char *reason)
{
    struct log_line l;

    (void)event;
    trial_tell(t, login_steps_name(t), "%s: %s", denial_name(d), reason);
    event_start(&l, LOG_NOTICE, "tried", &t->entry);
    log_str(&l, "denial", denial_name(d));
    log_str(&l, "reason", reason);
    log_send(&l);
    return 0;
}

static int trial_present(struct conversation *t, struct span login)
{
    (void)t, (void)login;
    return 0;
}

static enum step_result trial_slow_down(struct conversation *t)
{
    (void)t;
    return STEP_ON;
}

/* Authorization and the last step tell by themselves. */
static void trial_passed(struct conversation *t, enum login_step step)
{
    static void (*const told[LOGIN_STEPS])(struct conversation * t) = {
        [STEP_GUESSING] = trial_guessing,   [STEP_CERTIFICATE] = trial_certificate,
        [STEP_LOGIN_NAME] = trial_names,    [STEP_PIGGYBACK] = trial_piggyback,
        [STEP_AAA] = trial_authenticated,   [STEP_GROUP_POLICY] = trial_group_policy,
        [STEP_ACCESS] = trial_access,       [STEP_ADDRESS] = trial_addresses,
        [STEP_MAIL_SERVER] = trial_dialled,
    };

    if (told[step])
        told[step](t);
}

static void trial_nothing(struct helper *h)
{
    (void)h; /* no accounting */
}

const struct login_mode login_trial = {
    .begin = trial_nothing,
    .end = trial_nothing,
    .enter = trial_enter,
    .present = trial_present,
    .slow_down = trial_slow_down,
    .passed = trial_passed,
    .heard = trial_heard,
    .authorized = trial_authorized,
    .may_open = trial_may_open,
    .let_in = trial_let_in,
    .denied = trial_denied,
};
