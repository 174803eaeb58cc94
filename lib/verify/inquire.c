/* SPDX-License-Identifier: ISC */
/* inquire - asks a server group about a login: the cache knows the answer, or a worker asks; see
 * login_steps_internal.h. The worker holds the password while it asks. */
#include "login_steps_internal.h"
#include "clock.h"
#include "event.h"
#include "server_health.h"
#include "helper.h"
#include "login_mode.h"

struct reply {
    enum aaa_outcome outcome;
    struct aaa_answer answer;
};

/* In the worker. A question without a password wipes it first. */
static void inquire_work(void *owner, void *answer)
{
    struct conversation *t = owner;
    struct reply *reply = answer;
    const struct inquiry *i = &t->steps.inquiry;
    const struct aaa_question q = {.group = i->group,
                                   .user = i->user,
                                   .password = i->password,
                                   .authorize = i->authorize,
                                   .user_case = t->policy->user_case,
                                   .client = t->entry.address,
                                   .dead = i->dead};

    if (i->authorize)
        login_steps_forget_secret(&t->steps);
    reply->outcome = aaa_ask(&q, &reply->answer);
    login_steps_forget_secret(&t->steps);
}

/* A login that began before a reload neither reads nor fills the cache: the group of its name
 * may have been another one. */
static bool caches(const struct conversation *t)
{
    return t->steps.inquiry.group->cache > 0 && t->rules == t->helper->rules;
}

/* The cache's key for this inquiry. */
static struct auth_cache_login login_of(const struct conversation *t)
{
    const struct inquiry *i = &t->steps.inquiry;

    return (struct auth_cache_login){.group = span_str(i->group->name),
                                     .user = i->user,
                                     .password = i->password,
                                     .authorize = i->authorize,
                                     .user_case = t->policy->user_case};
}

static void cache_success(struct conversation *t, const struct aaa_answer *a)
{
    const struct auth_cache_login login = login_of(t);
    uint64_t ms = t->steps.inquiry.group->cache * 1000ull;

    if (caches(t))
        auth_cache_put(t->helper->auth_cache, &login, a, clock_ms() + ms);
}

static void inquire_done(void *owner, const void *answer)
{
    static const struct reply silence = {.outcome = AAA_TEMPORARY,
                                         .answer = {.why = {"the server group didn't answer"}}};
    struct conversation *t = owner;
    const struct reply *reply = answer ? answer : &silence;
    const struct inquiry *i = &t->steps.inquiry;

    t->helper->mode->heard(t, &reply->answer);
    if (reply->outcome == AAA_YES)
        cache_success(t, &reply->answer);
    i->answered(t, reply->outcome, &reply->answer);
}

bool inquire(struct conversation *t, struct aaa_answer *a)
{
    static const struct worker_job job = {.work = inquire_work,
                                          .answer_size = sizeof(struct reply),
                                          .timeout_ms = LIMIT_AAA_MS,
                                          .done = inquire_done};
    struct inquiry *i = &t->steps.inquiry;
    const struct auth_cache_login login = login_of(t);

    _Static_assert(sizeof(struct reply) <= WORKER_ANSWER_MAX, "an answer's room");
    if (caches(t) && auth_cache_find(t->helper->auth_cache, &login, clock_ms(), a)) {
        event_say(LOG_DEBUG, "remembered", &t->entry, NULL);
        return true;
    }
    i->dead = server_health_dead(t->helper->state, i->group);
    worker_start(&t->helper->workers, &t->steps.worker, &job, t, i->group);
    return false;
}
