/* SPDX-License-Identifier: ISC */
/* helper - what the parts of the helper share: one per process. */
#ifndef MW_HELPER_H
#define MW_HELPER_H

#include "accounting_worker.h"
#include "client_ca.h"
#include "loop.h"
#include "dns_cache.h"
#include "learn.h"
#include "policy.h"
#include "repeat.h"
#include "rules.h"
#include "auth_cache.h"
#include "serve.h"
#include "state.h"
#include "worker.h"

struct lost; /* report.c: an entry whose process is gone; its last message may still come */
struct conversation;
struct login_mode;

struct helper {
    struct loop loop;
    struct workers workers;
    struct dns_cache dns_cache;
    struct state *state;
    struct rules *rules;
    struct process self;
    uid_t filter_uid;                   /* of the user mailwicket; (uid_t)-1: there is none */
    const char *peer;                   /* serve_config */
    const struct login_mode *mode;      /* real, or a trial */
    struct conversation *conversations; /* a list */
    struct loop_source report;          /* fd -1: a helper for one connection */
    struct lost *lost;
    unsigned lost_count;
    unsigned penalty_ms;            /* serve_config */
    unsigned paused;                /* logins that wait because of guessing */
    bool told_full, told_uncounted; /* logged once: the table is full, can't be written */
    bool told_unlearned;            /* logged once: offers can't be written */
    struct learner learners[PROTOCOLS];
    struct loop_timer expire;
    struct accounting_worker accounting;
    struct repeats *repeats;       /* refused logins that were counted */
    struct auth_cache *auth_cache; /* cleared by a new policy */
};

#endif
