/* SPDX-License-Identifier: ISC */
/* accounting_worker - see accounting_worker.h. */
#include "accounting_worker.h"

#include <errno.h>
#include <string.h>
#include <syslog.h>

#include "clock.h"
#include "deliver.h"
#include "helper.h"
#include "log.h"
#include "conversation.h"

#define SOON_MS      50
#define PAUSE_MIN_MS 5000
#define PAUSE_MAX_MS 300000
#define WORKER_MS    (LIMIT_ACCOUNTING_MS + LIMIT_AAA_MS + 10000)

void accounting_worker_start(struct conversation *t)
{
    struct helper *h = t->helper;
    const struct entry *s = &t->entry;
    const struct protocol_policy *p = t->policy;
    struct spool_record r = {.interim = p->interim, .started = clock_wall()};

    if (!p->accounting)
        return;
    if (h->accounting.spool.due < 0)
        accounting_open(&h->accounting.spool, t->rules->policy, true);
    r.class_size = t->steps.class_size;
    memcpy(r.class, t->steps.class, sizeof r.class);
    span_copy(r.group, sizeof r.group, span_str(p->accounting->name));
    span_copy(r.user, sizeof r.user, span_str(s->vpn_user[0] ? s->vpn_user : s->mail_user));
    span_copy(r.server, sizeof r.server, span_str(s->server));
    span_copy(r.client, sizeof r.client, span_str(s->address));
    if (h->accounting.spool.due < 0 ||
        spool_start(&h->accounting.spool, accounting_key(h->state, s), &r))
        log_say(LOG_ERR, "accounting-failed", "session %llu is not in the spool: %s",
                (unsigned long long)s->id, strerror(errno));
    accounting_worker_kick(h);
}

static bool service(const struct helper *h)
{
    return h->report.fd >= 0;
}

/* In the worker, whose descriptors are closed: it opens everything anew, as another process
 * would. */
static void empty_spool(void *owner, void *answer)
{
    const struct helper *h = owner;
    const struct policy *p = h->rules->policy;
    struct delivery *result = answer;
    struct spool spool;
    struct err e;

    closelog();
    accounting_open(&spool, p, false);
    /* A helper for one connection only tells: the sweep finds lost sessions. */
    struct state *state = service(h) ? state_open(p->state_directory, 0, &e) : NULL;
    if (spool.due >= 0)
        *result = deliver(p, &spool, state, LIMIT_ACCOUNTING_MS);
    state_close(state);
}

static void emptied(void *owner, const void *answer)
{
    struct helper *h = owner;
    struct accounting_worker *a = &h->accounting;
    const struct delivery *result = answer;
    bool again = a->again;
    unsigned next = LIMIT_SWEEP_MS;

    a->again = false;
    if (!result || result->left || result->busy) {
        a->pause_ms = a->pause_ms ? a->pause_ms * 2 : PAUSE_MIN_MS;
        if (a->pause_ms > PAUSE_MAX_MS)
            a->pause_ms = PAUSE_MAX_MS;
        next = a->pause_ms;
    } else {
        a->pause_ms = 0;
        if (again)
            next = SOON_MS;
        else if (!service(h))
            return;
    }
    loop_arm(&h->loop, &a->timer, h->loop.now + next);
}

static void empty_due(void *owner)
{
    static const struct worker_job job = {.work = empty_spool,
                                          .answer_size = sizeof(struct delivery),
                                          .timeout_ms = WORKER_MS,
                                          .done = emptied};
    struct helper *h = owner;

    h->accounting.again = false;
    if (h->accounting.worker.state == WORKER_NONE)
        worker_start(&h->workers, &h->accounting.worker, &job, h, &h->accounting);
}

void accounting_worker_begin(struct helper *h)
{
    struct accounting_worker *a = &h->accounting;

    a->timer = (struct loop_timer){.fire = empty_due, .owner = h};
    accounting_open(&a->spool, h->rules->policy, true);
    if (service(h))
        accounting_worker_kick(h);
}

/* While no server answers, the pause goes on. */
void accounting_worker_kick(struct helper *h)
{
    struct accounting_worker *a = &h->accounting;
    uint64_t soon = h->loop.now + SOON_MS;

    if (a->spool.due < 0)
        return;
    a->again = true;
    if (a->worker.state == WORKER_NONE && !a->pause_ms && !(a->timer.armed && a->timer.at <= soon))
        loop_arm(&h->loop, &a->timer, soon);
}

void accounting_worker_end(struct helper *h)
{
    /* A worker stopped between telling and noting makes the server hear it twice. Only a service
     * can't wait for it. */
    if (service(h))
        worker_cancel(&h->accounting.worker);
    else
        worker_wait(&h->accounting.worker);
    loop_disarm(&h->loop, &h->accounting.timer);
    if (!service(h)) /* the client has gone: there is time now */
        accounting_deliver(&h->accounting.spool, h->rules->policy, NULL);
}
