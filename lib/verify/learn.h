/* SPDX-License-Identifier: ISC */
/*
 * learn - what mail servers offer before the login, so that we announce it before ours (R1.6a).
 *
 * It is remembered in the state file by server. Each login refreshes it: the filter has seen it, and
 * RESULT tells. For a default server of which nothing is remembered, a service asks by a connection
 * of its own, without a login, in a worker: when it starts, after each new policy, and until it
 * knows. No login waits for that. Where the policy says what to announce, nobody asks.
 */
#ifndef MW_LEARN_H
#define MW_LEARN_H

#include "policy.h"
#include "span.h"
#include "worker.h"

struct helper;
struct rules;

struct learner { /* of one protocol's default server */
    struct helper *helper;
    enum protocol protocol;
    struct rules *rules; /* held while the worker asks; else NULL */
    struct worker worker;
    struct loop_timer timer;
    bool told; /* a failure was logged */
};

void learn_begin(struct helper *h); /* also after a new policy */
void learn_end(struct helper *h);

/* Remembers what this server offers. words is a list (offer.h) that nobody has cleaned. */
void learn_offer(struct helper *h, enum protocol protocol, const char *host, uint16_t port,
                 struct span words);

/* Returns what is remembered of the policy's default server, or an empty list: static memory, valid
 * until the next call. */
struct span learn_remembered(struct helper *h, const struct protocol_policy *p);

#endif
