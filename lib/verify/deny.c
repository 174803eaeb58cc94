/* SPDX-License-Identifier: ISC */
/* deny - denials, and how long guessing makes a login wait; see chain.h, penalty.h. */
#include <errno.h>
#include <string.h>

#include "chain_inner.h"
#include "clock.h"
#include "denials.h"
#include "event.h"
#include "penalty.h"
#include "trial.h"

void pause_stop(struct talk *t)
{
    if (t->chain.pause.armed)
        t->helper->paused--;
    loop_disarm(&t->helper->loop, &t->chain.pause);
}

/* false: too many wait already. */
static bool pause_for(struct talk *t, unsigned ms, void (*fire)(void *owner))
{
    struct chain *c = &t->chain;

    if (t->helper->paused >= PENALTY_WAITING)
        return false;
    t->helper->paused++;
    c->pause.fire = fire;
    c->pause.owner = t;
    loop_arm(&t->helper->loop, &c->pause, clock_ms() + ms);
    return true;
}

static void waited(void *owner)
{
    struct talk *t = owner;

    t->helper->paused--;
    chain_resume(t);
}

enum step_result slow_down(struct talk *t)
{
    unsigned ms = t->helper->penalty_ms * penalty_of_address(t->helper->state, t->session.address);
    struct log_line l;

    if (ms == 0 || t->helper->trial)
        return STEP_ON;
    if (!pause_for(t, ms, waited)) {
        chain_deny(t, DENIAL_TEMPORARY, "refused", "too many logins wait for guessing too often");
        return STEP_OVER;
    }
    event_start(&l, LOG_NOTICE, "slowed-down", &t->session);
    log_num(&l, "delay", ms / 1000);
    log_send(&l);
    return STEP_WAIT;
}

static void say_denied(struct talk *t)
{
    struct wire w = {.type = WIRE_DENY, .deny = {.denial = (uint8_t)t->chain.denial}};

    t->state = t->session.login[0] ? TALK_NAMED : TALK_CONNECTED;
    talk_send(t, &w, NULL, 0);
}

static void waited_to_deny(void *owner)
{
    struct talk *t = owner;

    t->helper->paused--;
    say_denied(t);
}

/* Counts a refusal, and returns what its answer waits. */
static unsigned refusal(struct talk *t)
{
    const struct session *s = &t->session;
    unsigned times = *s->vpn_user ? penalty_of_user(t->helper->state, s->vpn_user) : 0;

    t->refusals++;
    if (penalty_refused(t->helper->state, s->address, s->vpn_user))
        event_say(LOG_ERR, "state-failed", s, strerror(errno));
    return times * t->helper->penalty_ms;
}

static void log_denial(const struct talk *t, enum denial d, const char *event, const char *reason)
{
    struct log_line l;

    event_start(&l, d == DENIAL_REFUSED || d == DENIAL_LIMIT ? LOG_NOTICE : LOG_ERR, event,
                &t->session);
    log_str(&l, "denial", denial_name(d));
    log_str(&l, "reason", reason);
    log_send(&l);
    denials_count(t->helper->state, (enum protocol)t->session.protocol, d, event);
}

void chain_deny(struct talk *t, enum denial d, const char *event, const char *reason)
{
    unsigned ms;

    if (t->helper->trial)
        trial_denied(t, d, reason);
    else
        log_denial(t, d, event, reason);
    chain_stop(t);
    t->chain.denial = d;
    ms = d == DENIAL_REFUSED && !t->helper->trial ? refusal(t) : 0;
    t->state = TALK_VERIFYING; /* nothing may come until it is said */
    if (ms == 0 || !pause_for(t, ms, waited_to_deny))
        say_denied(t);
}
