/* SPDX-License-Identifier: ISC */
/* login_real - logins that count; see login_mode.h. Believes of the client its socket alone. */
#include <errno.h>
#include <signal.h>

#include "event.h"
#include "helper.h"
#include "login_mode.h"
#include "login_steps_internal.h"
#include "server_health.h"
#include "unheeded.h"

/* The oldest connection had to go: its own helper says goodbye to it. */
static void evict(struct helper *h, const struct entry *evicted)
{
    struct conversation *t;

    event_say(LOG_NOTICE, "evicted", evicted,
              "outstanding limit: the oldest of those not logged in");
    if (evicted->helper.start != h->self.start || evicted->helper.pid != h->self.pid)
        process_signal(&evicted->helper, SIGUSR1);
    else if ((t = conversation_find(h, evicted->id)))
        conversation_evicted(t);
}

static void not_entered(struct conversation *t)
{
    t->entry.id = 0;
    if (errno != EBUSY) {
        conversation_state_failed(t);
        return;
    }
    event_say(LOG_NOTICE, "limit-reached", &t->entry, "max-sessions");
    denials_count(t->helper->state, (enum protocol)t->entry.protocol, DENIAL_LIMIT,
                  DENIED_LIMIT_REACHED);
    conversation_goodbye(t, GOODBYE_BUSY);
}

static void enter(struct conversation *t)
{
    struct helper *h = t->helper;
    struct entry evicted;

    if (state_enter(h->state, &t->entry, t->policy->outstanding, t->policy->max_sessions,
                    &evicted)) {
        not_entered(t);
        return;
    }
    conversation_become(t, CONVERSATION_CONNECTED);
    event_say(LOG_DEBUG, "connected", &t->entry, NULL);
    if (evicted.id)
        evict(h, &evicted);
}

static int present(struct conversation *t, struct span login)
{
    return state_user(t->helper->state, t->entry.id, login);
}

static void passed(struct conversation *t, enum login_step step)
{
    (void)t, (void)step; /* nobody listens */
}

static void heard(struct conversation *t, const struct aaa_answer *a)
{
    server_health_heard(t->helper->state, t->steps.inquiry.group, a);
    unheeded_log(t->helper->state, t->steps.inquiry.group, a);
}

static void authorized(struct conversation *t, const char *why)
{
    const struct certificate_names *who = &t->steps.authorization.who;
    struct log_line l;

    if (why) {
        event_say(LOG_INFO, "not-authorized", &t->entry, why);
        return;
    }
    event_start(&l, LOG_INFO, "authorized", &t->entry);
    log_str(&l, "group", t->policy->authorization->name);
    log_str(&l, "name", who->names[0]);
    log_str(&l, "second-name", who->count > 1 ? who->names[1] : NULL);
    log_send(&l);
}

/* RESULT decides: only an established session takes up a place. */
static bool may_open(struct conversation *t)
{
    (void)t;
    return true;
}

static bool let_in(struct conversation *t)
{
    (void)t;
    return true;
}

const struct login_mode login_real = {
    .begin = accounting_worker_begin,
    .end = accounting_worker_end,
    .enter = enter,
    .present = present,
    .slow_down = slow_down,
    .passed = passed,
    .heard = heard,
    .authorized = authorized,
    .may_open = may_open,
    .let_in = let_in,
    .denied = deny_real,
};
