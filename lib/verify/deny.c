/* SPDX-License-Identifier: ISC */
/* deny - denials, and how long a login waits after guesses; see login_steps.h, penalty.h. */
#include <errno.h>
#include <string.h>

#include "login_steps_internal.h"
#include "clock.h"
#include "denials.h"
#include "event.h"
#include "penalty.h"
#include "helper.h"
#include "host.h"
#include "login_mode.h"

void pause_stop(struct conversation *t)
{
    if (t->steps.pause.armed)
        t->helper->paused--;
    loop_disarm(&t->helper->loop, &t->steps.pause);
}

/* false: too many logins wait already. */
static bool pause_for(struct conversation *t, unsigned ms, void (*fire)(void *owner))
{
    struct login_steps *c = &t->steps;

    if (t->helper->paused >= PENALTY_WAITING)
        return false;
    t->helper->paused++;
    c->pause.fire = fire;
    c->pause.owner = t;
    loop_arm(&t->helper->loop, &c->pause, clock_ms() + ms);
    return true;
}

static void pause_over(void *owner)
{
    struct conversation *t = owner;

    t->helper->paused--;
    login_steps_resume(t);
}

static bool is_from(const struct conversation *t, const char *address_name)
{
    char name[PENALTY_NAME_MAX];

    penalty_address_name(name, t->entry.address);
    return strcmp(name, address_name) == 0;
}

/* How many other logins from this address are under way. */
static unsigned under_way(const struct conversation *t)
{
    char name[PENALTY_NAME_MAX];
    unsigned n = 0;

    penalty_address_name(name, t->entry.address);
    for (const struct conversation *o = t->helper->conversations; o; o = o->next)
        n += o != t && o->turn == TURN_TAKEN && is_from(o, name);
    return n;
}

/* Wakes all that wait for a turn: there may be room for several. */
void login_steps_end_turn(struct conversation *t)
{
    struct loop *loop = &t->helper->loop;
    enum turn was = t->turn;
    char name[PENALTY_NAME_MAX];

    t->turn = TURN_NONE;
    if (was != TURN_TAKEN)
        return;
    penalty_address_name(name, t->entry.address);
    for (struct conversation *o = t->helper->conversations; o; o = o->next)
        if (o->turn == TURN_WAITING && is_from(o, name))
            loop_arm(loop, &o->steps.pause, loop->now);
}

static void try_turn_again(void *owner)
{
    struct conversation *t = owner;

    t->helper->paused--;
    t->turn = TURN_NONE;
    if (slow_down(t) == STEP_ON)
        login_steps_resume(t);
}

static enum step_result too_many(struct conversation *t)
{
    login_steps_deny(t, DENIAL_TEMPORARY, DENIED_TROUBLE,
                     "too many logins wait for guessing too often");
    return STEP_OVER;
}

enum step_result slow_down(struct conversation *t)
{
    struct helper *h = t->helper;
    struct log_line l;
    unsigned ms;

    if (h->penalty_ms == 0)
        return STEP_ON;
    if (under_way(t) >= penalty_at_once(h->state, t->entry.address)) {
        if (!pause_for(t, LIMIT_VERIFY_MS, try_turn_again))
            return too_many(t);
        t->turn = TURN_WAITING;
        return STEP_WAIT;
    }
    t->turn = TURN_TAKEN;
    ms = h->penalty_ms * penalty_of_address(h->state, t->entry.address);
    if (ms == 0)
        return STEP_ON;
    if (!pause_for(t, ms, pause_over))
        return too_many(t);
    event_start(&l, LOG_NOTICE, "slowed-down", &t->entry);
    log_num(&l, "delay", ms / 1000);
    log_send(&l);
    return STEP_WAIT;
}

static void say_denied(struct conversation *t)
{
    struct wire w = {.type = WIRE_DENY, .deny = {.denial = t->steps.denial}};

    conversation_become(t, t->entry.login[0] ? CONVERSATION_NAMED : CONVERSATION_CONNECTED);
    conversation_send(t, &w, NULL, 0);
}

static void waited_to_deny(void *owner)
{
    struct conversation *t = owner;

    t->helper->paused--;
    say_denied(t);
}

static void log_full(void)
{
    struct log_line l;

    log_start(&l, LOG_NOTICE, "limit-reached");
    log_str(&l, "reason",
            "as many refused logins as can be counted: those of the longest ago are forgotten");
    log_asa(&l, 0); /* the event's is about sessions */
    log_send(&l);
}

/* A refusal that can't be counted means that guessing is not slowed down: logged once. */
static void count_guess(struct conversation *t)
{
    struct helper *h = t->helper;
    int counted;

    if (repeat_was_counted(h->repeats, t->steps.digest, clock_ms()))
        return;
    counted = penalty_refused(h->state, t->entry.address, t->entry.vpn_user);

    if (counted < 0 && !h->told_uncounted)
        log_say(LOG_ERR, "state-failed",
                "refused logins can't be counted, and guessing isn't "
                "slowed down: %s",
                strerror(errno));
    if (counted > 0 && !h->told_full)
        log_full();
    h->told_uncounted = h->told_uncounted || counted < 0;
    h->told_full = h->told_full || counted > 0;
}

/* A client that repeats a login neither learns more nor guesses. A login by certificate alone has no
 * password to mistype: it is judged anew. */
enum step_result deny_repeat(struct conversation *t)
{
    struct wire w = {.type = WIRE_DENY, .deny = {.denial = t->denied.denial, .repeat = 1}};

    if (t->steps.request.mechanism != MECHANISM_PASSWORD ||
        !repeat_is_known(&t->denied, t->steps.digest, clock_ms()))
        return STEP_ON;
    event_say(LOG_DEBUG, "repeated", &t->entry, denial_name(t->denied.denial));
    login_steps_stop(t);
    conversation_become(t, t->entry.login[0] ? CONVERSATION_NAMED : CONVERSATION_CONNECTED);
    conversation_send(t, &w, NULL, 0);
    return STEP_OVER;
}

/* Every refusal is answered as late as the user's count says: a delay must not tell which kind it
 * is. What a mail server doesn't explain is none that counts as guessing, but an attempt. */
static unsigned deny_refused(struct conversation *t, enum denial_event event)
{
    const struct entry *e = &t->entry;
    unsigned times = *e->vpn_user ? penalty_of_user(t->helper->state, e->vpn_user) : 0;

    t->refusals++;
    if (denial_event(event)->is_guess)
        count_guess(t);
    return times * t->helper->penalty_ms;
}

void login_steps_left(struct conversation *t)
{
    bool asked = t->turn == TURN_TAKEN && !t->steps.pause.armed;

    if (asked && (t->state == CONVERSATION_VERIFYING || t->state == CONVERSATION_GRANTED))
        count_guess(t);
}

unsigned deny_real(struct conversation *t, enum denial d, enum denial_event event,
                   const char *reason)
{
    const struct denial_event_traits *traits = denial_event(event);
    struct log_line l;

    event_start(&l, traits->level, traits->event, &t->entry);
    log_str(&l, "denial", denial_name(d));
    log_str(&l, "reason", reason);
    log_send(&l);
    denials_count(t->helper->state, (enum protocol)t->entry.protocol, d, event);
    return d == DENIAL_REFUSED || d == DENIAL_UNCLEAR ? deny_refused(t, event) : 0;
}

void login_steps_deny(struct conversation *t, enum denial d, enum denial_event event,
                      const char *reason)
{
    char why[ERR_MAX]; /* it may name a secret's file */
    unsigned ms;

    if (t->rules && reason)
        reason = policy_written(t->rules->policy, reason, why, sizeof why);
    ms = t->helper->mode->denied(t, d, event, reason);
    login_steps_stop(t);
    t->steps.denial = d;
    t->denied = (struct repeat){.denial = d, .at = clock_ms()};
    memcpy(t->denied.digest, t->steps.digest, sizeof t->denied.digest);
    login_steps_end_turn(t);
    conversation_become(t, CONVERSATION_VERIFYING); /* nothing may come before the answer */
    if (ms == 0 || !pause_for(t, ms, waited_to_deny))
        say_denied(t);
}

void deny_at_server(struct conversation *t, enum denial d, enum denial_event event, const char *why)
{
    static const struct span subject = SPAN("the mail server ");
    char where[HOST_PORT_MAX];
    struct err e;

    if (span_starts(span_str(why), subject))
        why += subject.n;
    err_set(&e, "mail server %s: %s", host_port(where, t->steps.host, t->steps.port), why);
    login_steps_deny(t, d, event, e.text);
}
