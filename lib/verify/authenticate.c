/* SPDX-License-Identifier: ISC */
/* authenticate - the chain's step that asks the authentication server group; see chain.h. The group
 * is asked in a worker, which has the password until then. */
#include <string.h>

#include "chain_inner.h"
#include "clock.h"
#include "event.h"
#include "groups.h"

struct aaa_reply {
    enum aaa_outcome outcome;
    struct aaa_answer answer;
};

static void ask_aaa(void *owner, void *answer)
{
    struct talk *t = owner;
    struct aaa_reply *reply = answer;
    const struct aaa_question q = {.group = t->policy->authentication,
                                   .user = t->chain.decision.name.vpn,
                                   .password = t->chain.decision.vpn_password,
                                   .client = t->session.address,
                                   .dead = t->chain.dead};

    reply->outcome = aaa_ask(&q, &reply->answer);
    chain_forget_secret(&t->chain);
}

static void authenticated(struct talk *t, const struct aaa_answer *a)
{
    struct chain *c = &t->chain;

    span_copy(c->named, sizeof c->named, span_str(a->group_policy));
    c->class_size = a->class_size;
    memcpy(c->class, a->class, sizeof c->class);
}

/* A login that began under the policy before a reload neither uses what is remembered since nor adds
 * to it: its group of the same name may have been another one. */
static bool remembers(const struct talk *t)
{
    return t->policy->authentication->cache > 0 && t->rules == t->helper->rules;
}

/* What success is remembered by. */
static struct remember_login login_of(const struct talk *t)
{
    return (struct remember_login){.group = span_str(t->policy->authentication->name),
                                   .user = t->chain.decision.name.vpn,
                                   .password = t->chain.decision.vpn_password};
}

static void remember_success(struct talk *t, const struct aaa_answer *a)
{
    const struct remember_login login = login_of(t);

    if (remembers(t))
        remember_put(t->helper->remember, &login, a,
                     clock_ms() + t->policy->authentication->cache * 1000ull);
}

static bool is_remembered(struct talk *t)
{
    const struct remember_login login = login_of(t);
    struct aaa_answer a;

    if (!remembers(t) || !remember_find(t->helper->remember, &login, clock_ms(), &a))
        return false;
    authenticated(t, &a);
    event_say(LOG_DEBUG, "remembered", &t->session, NULL);
    return true;
}

static void aaa_said(void *owner, const void *answer)
{
    struct talk *t = owner;
    const struct aaa_reply *reply = answer;

    if (reply)
        groups_heard(t->helper->state, t->policy->authentication, &reply->answer);
    if (!reply)
        chain_deny(t, DENIAL_TEMPORARY, "refused", "the server group didn't answer");
    else if (reply->outcome == AAA_NO)
        chain_deny(t, DENIAL_REFUSED, "not-authenticated", reply->answer.why.text);
    else if (reply->outcome != AAA_YES)
        chain_deny(t, DENIAL_TEMPORARY, "refused", reply->answer.why.text);
    else {
        authenticated(t, &reply->answer);
        remember_success(t, &reply->answer);
        chain_resume(t);
    }
}

enum step_result authenticate(struct talk *t)
{
    static const struct worker_job job = {.work = ask_aaa,
                                          .answer_size = sizeof(struct aaa_reply),
                                          .timeout_ms = LIMIT_AAA_MS,
                                          .done = aaa_said};

    _Static_assert(sizeof(struct aaa_reply) <= WORKER_ANSWER_MAX, "an answer's room");
    if (!(t->policy->methods & METHOD_AAA))
        return STEP_ON;
    if (!t->policy->authentication) {
        chain_deny(t, DENIAL_ADMIN, "refused",
                   "method aaa without an authentication server group");
        return STEP_OVER;
    }
    if (is_remembered(t))
        return STEP_ON;
    t->chain.dead = groups_dead(t->helper->state, t->policy->authentication);
    worker_start(&t->helper->workers, &t->chain.worker, &job, t);
    return STEP_WAIT;
}
