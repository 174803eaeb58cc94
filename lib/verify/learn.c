/* SPDX-License-Identifier: ISC */
/* learn - see learn.h. Believes neither a mail server nor a filter: a list is cleaned before it is
 * remembered. */
#include "learn.h"

#include <errno.h>
#include <string.h>

#include "clock.h"
#include "helper.h"
#include "host.h"
#include "log.h"
#include "offer.h"
#include "probe.h"

void learn_offer(struct helper *h, enum protocol protocol, const char *host, uint16_t port,
                 struct span words)
{
    static struct state_offer o;
    char room[LIMIT_OFFER];
    struct buf clean = BUF(room);

    offer_clean(&clean, protocol, words);
    o = (struct state_offer){.protocol = protocol, .port = port, .seen = clock_wall()};
    span_copy(o.host, sizeof o.host, span_str(host));
    span_copy(o.words, sizeof o.words, buf_span(&clean));
    if (state_offer_put(h->state, &o) == 0 || h->told_unlearned)
        return;
    h->told_unlearned = true;
    log_say(LOG_ERR, "state-failed", "what mail servers offer can't be remembered: %s",
            strerror(errno));
}

/* false: nothing is remembered of this server. */
static bool learn_find(struct helper *h, const struct protocol_policy *p, struct state_offer *o)
{
    const struct mail_server *s = &p->default_server;

    o->protocol = p->protocol;
    o->port = (uint16_t)s->port;
    span_copy(o->host, sizeof o->host, span_str(s->host));
    return *o->host && state_offer_get(h->state, o) == 0;
}

struct span learn_remembered(struct helper *h, const struct protocol_policy *p)
{
    static struct state_offer o;

    return learn_find(h, p, &o) ? span_str(o.words) : SPAN_NONE;
}

/* The worker's whole work; its answer is a struct probe_result. */
static void learn_ask(void *owner, void *answer)
{
    struct learner *l = owner;
    const struct policy *p = l->rules->policy;

    probe_server(p, l->protocol, &p->protocols[l->protocol].default_server, PROBE_OFFER,
                 LIMIT_PROBE_MS, answer);
}

/* why: it has not been learned; NULL: it has. */
static void learn_log(struct learner *l, const struct mail_server *s, const char *why)
{
    struct log_line line;
    char where[HOST_PORT_MAX];
    struct err e;

    log_start(&line, LOG_INFO, why ? "not-learned" : "learned");
    log_str(&line, "protocol", protocol_name(l->protocol));
    log_str(&line, "server", s->host);
    if (why) {
        err_set(&e, "mail server %s: %s", host_port(where, s->host, s->port), why);
        log_str(&line, "reason", e.text);
    }
    log_send(&line);
}

static void learn_asked(void *owner, const void *answer)
{
    struct learner *l = owner;
    struct helper *h = l->helper;
    const struct probe_result *r = answer;
    const struct mail_server *s = &l->rules->policy->protocols[l->protocol].default_server;
    uint64_t next = h->loop.now; /* the policy may be another one by now */

    if (r && r->good) {
        learn_offer(h, l->protocol, s->host, (uint16_t)s->port, span_str(r->offer));
        learn_log(l, s, NULL);
    } else {
        if (!l->told)
            learn_log(l, s, r ? r->why.text : "the worker took too long");
        l->told = true;
        next += LIMIT_LEARN_MS;
    }
    loop_arm(&h->loop, &l->timer, next);
    rules_drop(l->rules);
    l->rules = NULL;
}

/* Time to ask, unless a login has taught it meanwhile. */
static void learn_due(void *owner)
{
    static const struct worker_job job = {.work = learn_ask,
                                          .answer_size = sizeof(struct probe_result),
                                          .timeout_ms = LIMIT_PROBE_MS,
                                          .done = learn_asked};
    struct learner *l = owner;
    struct helper *h = l->helper;
    const struct protocol_policy *p = &h->rules->policy->protocols[l->protocol];
    struct state_offer o;

    _Static_assert(sizeof(struct probe_result) <= WORKER_ANSWER_MAX, "an answer's room");
    if (l->rules || !p->present || p->announce || !*p->default_server.host || learn_find(h, p, &o))
        return;
    l->rules = rules_hold(h->rules);
    worker_start(&h->workers, &l->worker, &job, l, h->learners);
}

void learn_begin(struct helper *h)
{
    if (h->report.fd < 0) /* a helper for one connection: its login teaches */
        return;
    for (int i = 0; i < PROTOCOLS; i++) {
        struct learner *l = &h->learners[i];
        l->helper = h;
        l->protocol = (enum protocol)i;
        l->told = false;
        l->timer.fire = learn_due;
        l->timer.owner = l;
        loop_arm(&h->loop, &l->timer, h->loop.now);
    }
}

void learn_end(struct helper *h)
{
    for (int i = 0; i < PROTOCOLS; i++) {
        struct learner *l = &h->learners[i];
        loop_disarm(&h->loop, &l->timer);
        worker_cancel(&l->worker);
        if (l->rules)
            rules_drop(l->rules);
        l->rules = NULL;
    }
}
