/* SPDX-License-Identifier: ISC */
/* login_steps - see login_steps.h. Holds the passwords in transit, in one place. */
#include "login_steps.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "access.h"
#include "clock.h"
#include "login_steps_internal.h"
#include "event.h"
#include "server_health.h"
#include "dns_cache.h"
#include "conversation.h"
#include "helper.h"
#include "login_mode.h"

void login_steps_forget_secret(struct login_steps *c)
{
    if (c->secret)
        explicit_bzero(c->secret, c->secret_size);
    free(c->secret);
    c->secret = NULL;
    memset(&c->request, 0, sizeof c->request);
    memset(&c->decision, 0, sizeof c->decision);
}

static void stop_dialling(struct conversation *t)
{
    struct login_steps *c = &t->steps;

    loop_disarm(&t->helper->loop, &c->timer);
    loop_drop(&t->helper->loop, &c->server);
    dial_cancel(&c->dial);
}

void login_steps_stop(struct conversation *t)
{
    worker_cancel(&t->steps.worker);
    pause_stop(t);
    stop_dialling(t);
    login_steps_forget_secret(&t->steps);
}

static enum step_result deny(struct conversation *t, enum denial d, enum denial_event event,
                             const char *reason)
{
    login_steps_deny(t, d, event, reason);
    return STEP_OVER;
}

static const struct group_policy *find_group_policy(const struct policy *p, const char *name)
{
    for (size_t i = 0; i < p->group_policy_count; i++)
        if (strcmp(p->group_policies[i].name, name) == 0)
            return &p->group_policies[i];
    return NULL;
}

/* R3.2: the group policy that AAA named, else the VPN session's, else the default, else none. */
static enum step_result choose_group_policy(struct conversation *t)
{
    struct login_steps *c = &t->steps;
    struct entry *s = &t->entry;
    const char *name = c->named[0] ? c->named : c->vpn_named;

    if (*name) {
        span_copy(s->group_policy, sizeof s->group_policy, span_str(name));
        c->group_policy = find_group_policy(t->rules->policy, name);
        if (!c->group_policy)
            return deny(t, DENIAL_REFUSED, DENIED_REFUSED,
                        c->named[0] ? "no group policy of the name that AAA gave"
                                    : "no group policy of the VPN session's name");
        return STEP_ON;
    }
    c->group_policy = t->policy->default_group_policy;
    if (!c->group_policy)
        return deny(t, DENIAL_REFUSED, DENIED_REFUSED,
                    "no group policy: none named, no default one");
    span_copy(s->group_policy, sizeof s->group_policy, span_str(c->group_policy->name));
    return STEP_ON;
}

/* The hours of the time range that AAA servers named. NULL: the policy has no such range. */
static const char *find_hours(const struct policy *p, const char *name)
{
    for (size_t i = 0; *name && i < p->time_range_count; i++)
        if (strcmp(p->time_ranges[i].name, name) == 0)
            return p->time_ranges[i].hours;
    return *name ? NULL : "";
}

/* R6.3, R3.2a: the group policy and the AAA servers may block the user, or be closed at this
 * hour. */
static enum step_result look_at_access(struct conversation *t)
{
    struct login_steps *c = &t->steps;
    uint32_t timeout;
    const char *why;

    c->range_hours = find_hours(t->rules->policy, c->limits.time_range);
    if (!c->range_hours)
        return deny(t, DENIAL_REFUSED, DENIED_REFUSED, "no time range of the name that AAA gave");
    why =
        access_limited(c->group_policy, &c->limits, c->range_hours, (time_t)clock_wall(), &timeout);
    return why ? deny(t, DENIAL_REFUSED, DENIED_REFUSED, why) : STEP_ON;
}

struct resolved {
    int failed;
    struct dial_addresses addresses;
    struct err why;
};

static void look_up(void *owner, void *answer)
{
    struct conversation *t = owner;
    struct resolved *r = answer;

    login_steps_forget_secret(&t->steps);
    r->failed = dial_resolve(&r->addresses, t->steps.host, &r->why);
}

static void looked_up(void *owner, const void *answer)
{
    struct conversation *t = owner;
    const struct resolved *r = answer;
    struct helper *h = t->helper;

    if (!r || r->failed) {
        deny_at_server(t, DENIAL_TEMPORARY, DENIED_DNS_FAILED,
                       r ? r->why.text : "DNS did not answer in time");
        return;
    }
    t->steps.addresses = r->addresses;
    dns_cache_put(&h->dns_cache, t->steps.host, &r->addresses, h->loop.now);
    login_steps_resume(t);
}

static enum step_result resolve(struct conversation *t)
{
    static const struct worker_job job = {.work = look_up,
                                          .answer_size = sizeof(struct resolved),
                                          .timeout_ms = LIMIT_DNS_MS,
                                          .done = looked_up};
    struct helper *h = t->helper;
    const struct dial_addresses *known;

    _Static_assert(sizeof(struct resolved) <= WORKER_ANSWER_MAX, "an answer's room");
    if (dial_numeric(&t->steps.addresses, t->steps.host))
        return STEP_ON;
    known = dns_cache_get(&h->dns_cache, t->steps.host, h->loop.now);
    if (known) {
        t->steps.addresses = *known;
        return STEP_ON;
    }
    worker_start(&h->workers, &t->steps.worker, &job, t, &h->dns_cache);
    return STEP_WAIT;
}

/* Waits for the mail server, or takes the outcome of the dialling. */
static enum step_result dialled(struct conversation *t, enum dial_event event)
{
    struct login_steps *c = &t->steps;
    struct loop *loop = &t->helper->loop;

    switch (event) {
    case DIAL_DONE:
        loop_disarm(loop, &c->timer);
        return STEP_ON;
    case DIAL_FAILED:
        deny_at_server(t, DENIAL_TEMPORARY, DENIED_SERVER_UNREACHABLE, c->dial.why.text);
        return STEP_OVER;
    case DIAL_PENDING:
        break;
    }
    if (loop_watch(loop, &c->server, c->dial.fd, true)) {
        deny_at_server(t, DENIAL_TEMPORARY, DENIED_SERVER_UNREACHABLE, strerror(errno));
        return STEP_OVER;
    }
    loop_arm(loop, &c->timer, c->dial.deadline);
    return STEP_WAIT;
}

/* The mail server has accepted or refused, or took too long. */
static void dial_due(void *owner)
{
    struct conversation *t = owner;
    struct loop *loop = &t->helper->loop;

    loop_drop(loop, &t->steps.server);
    if (dialled(t, dial_step(&t->steps.dial, loop->now)) == STEP_ON)
        login_steps_resume(t);
}

static enum step_result dial(struct conversation *t)
{
    struct login_steps *c = &t->steps;

    c->server = (struct loop_source){.ready = dial_due, .owner = t, .fd = -1};
    c->timer = (struct loop_timer){.fire = dial_due, .owner = t};
    return dialled(
        t, dial_start(&c->dial, &c->addresses, c->decision.server->port, t->helper->loop.now));
}

/* Opens the socket on which the session's relay reports to the helper service. -1 and errno. */
static int report_socket(const struct helper *h)
{
    struct sockaddr_un to;
    socklen_t size = sizeof to;
    int fd, error;

    if (getsockname(h->report.fd, (struct sockaddr *)&to, &size))
        return -1;
    fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    if (fd >= 0 && connect(fd, (struct sockaddr *)&to, size) == 0)
        return fd;
    error = errno;
    if (fd >= 0)
        close(fd);
    errno = error;
    return -1;
}

static struct wire_grant granted(const struct conversation *t)
{
    const struct decision *d = &t->steps.decision;
    bool authenticate_there = decide_authenticates(t->policy);

    return (struct wire_grant){
        .mail_user = d->name.mail,
        .mail_password = authenticate_there ? d->mail_password : SPAN_NONE,
        .host = span_str(t->steps.host),
        .ca = span_str(d->server->ca),
        .tls = d->server->tls,
        .verify = d->server->verify,
        .authenticate = authenticate_there,
        .allow_unauthenticate = d->server->allow_unauthenticate,
        .client_address = d->server->client_address,
        .client = span_str(t->entry.address),
        .client_port = t->entry.port,
        .local = span_str(t->local),
        .local_port = t->local_port,
    };
}

static enum step_result grant(struct conversation *t)
{
    struct wire w = {.type = WIRE_GRANT, .grant = granted(t)};
    int fds[2] = {t->steps.dial.fd, -1};
    size_t count = 1;
    bool sent;

    if (!t->helper->mode->may_open(t))
        return STEP_OVER;
    if (t->helper->report.fd >= 0) {
        fds[count++] = report_socket(t->helper);
        if (fds[1] < 0) {
            struct err e;
            err_set(&e, "the report socket: %s", strerror(errno));
            return deny(t, DENIAL_TEMPORARY, DENIED_TROUBLE, e.text);
        }
    }
    conversation_become(t, CONVERSATION_GRANTED);
    sent = conversation_send(t, &w, fds, count);
    if (fds[1] >= 0)
        close(fds[1]);
    if (sent)
        login_steps_stop(t);
    return sent ? STEP_ON : STEP_OVER;
}

static enum step_result slow_down_step(struct conversation *t)
{
    return t->helper->mode->slow_down(t);
}

/* Piggyback comes before AAA: nobody without a VPN session may try passwords there. */
static const struct {
    const char *name;
    enum step_result (*run)(struct conversation *t);
} steps[LOGIN_STEPS] = {
    [STEP_REPEAT] = {"repeat", deny_repeat},
    [STEP_GUESSING] = {"guessing", slow_down_step},
    [STEP_CERTIFICATE] = {"certificate", certify},
    [STEP_LOGIN_NAME] = {"login name", read_login_name},
    [STEP_PIGGYBACK] = {"piggyback", piggyback},
    [STEP_AAA] = {"aaa", authenticate},
    [STEP_AUTHORIZATION] = {"authorization", authorize},
    [STEP_GROUP_POLICY] = {"group policy", choose_group_policy},
    [STEP_ACCESS] = {"access", look_at_access},
    [STEP_ADDRESS] = {"address", resolve},
    [STEP_MAIL_SERVER] = {"mail server", dial},
    [STEP_MAIL_SESSIONS] = {"mail sessions", grant},
};

const char *login_steps_name(const struct conversation *t)
{
    return t->steps.step < LOGIN_STEPS ? steps[t->steps.step].name : "mail server";
}

static void next_step(struct conversation *t)
{
    t->helper->mode->passed(t, t->steps.step);
    t->steps.step++;
}

static void login_steps_run(struct conversation *t)
{
    while (t->steps.step < LOGIN_STEPS) {
        if (steps[t->steps.step].run(t) != STEP_ON)
            return;
        next_step(t);
    }
}

/* The step that waited is done. */
void login_steps_resume(struct conversation *t)
{
    next_step(t);
    login_steps_run(t);
}

/* What an earlier login of this connection was read as says nothing about this one. */
static void forget_names(struct entry *s)
{
    s->vpn_user[0] = s->mail_user[0] = s->server[0] = s->group_policy[0] = '\0';
}

void login_steps_start(struct conversation *t, struct span datagram)
{
    struct login_steps *c = &t->steps;
    char room[DECIDE_COMPARABLE];
    struct wire w;

    c->secret = malloc(datagram.n);
    if (!c->secret) {
        login_steps_deny(t, DENIAL_TEMPORARY, DENIED_TROUBLE, strerror(errno));
        return;
    }
    memcpy(c->secret, datagram.p, datagram.n);
    c->secret_size = datagram.n;
    wire_decode(&w, span_of(c->secret, c->secret_size)); /* once more, into our copy */
    c->request = w.verify;
    c->named[0] = c->certified[0] = c->vpn_named[0] = '\0';
    forget_names(&t->entry);
    t->entry.piggyback = 0;
    c->class_size = 0;
    c->limits = (struct aaa_limits){0};
    c->group_policy = NULL;
    c->step = STEP_REPEAT;
    repeat_digest(t->helper->repeats, span_str(t->entry.address),
                  decide_comparable(t->policy, c->request.login, room), c->request.password,
                  c->digest);
    conversation_become(t, CONVERSATION_VERIFYING);
    login_steps_run(t);
}
