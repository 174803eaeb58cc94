/* SPDX-License-Identifier: ISC */
/*
 * probe - asks a mail server what it offers, without logging in: connects, does TLS as the policy
 * says, reads the capabilities, and says goodbye.
 *
 * Blocks, for at most LIMIT_PROBE_MS and the time that DNS takes: call it in a process of its own.
 */
#ifndef MW_PROBE_H
#define MW_PROBE_H

#include "err.h"
#include "limits.h"
#include "policy.h"

struct probe_result {
    bool good;
    struct err why;              /* not good: for the log */
    char offer[LIMIT_OFFER + 1]; /* good: a list (offer.h) */
};

/* s is one of the policy's servers for protocol, with a host's name, not a pattern. A server that
 * wants client-address="proxy-v2" gets our own address; XCLIENT and ID are not sent. */
void probe_server(enum protocol protocol, const struct mail_server *s, struct probe_result *result);

#endif
