/* SPDX-License-Identifier: ISC */
/* probe - asks a mail server what it offers, without logging in: connects, does TLS as a login
 * does, reads the capabilities, and says goodbye. */
#ifndef MW_PROBE_H
#define MW_PROBE_H

#include <stdint.h>

#include "denial.h"
#include "err.h"
#include "limits.h"
#include "policy.h"

struct probe_result {
    bool good;
    enum denial denial;          /* not good: what a login would be denied as */
    struct err why;              /* not good: for the log */
    bool unsure;                 /* not good: perhaps it is, since it need not answer a probe */
    bool offered;                /* offer is all that the server offers before the login */
    char offer[LIMIT_OFFER + 1]; /* a list (offer.h) */
    char tls[16];                /* "TLS1.3"; "": none */
    int64_t expires;             /* the end of the server's certificate, s since 1970; 0: none */
};

enum probe_depth {
    PROBE_OFFER,    /* only what it offers; XCLIENT and ID are not sent */
    PROBE_REHEARSE, /* all that a login does in front of the login: tells our own address as
                       client-address says, and looks for a way to log in, if the policy logs in
                       there */
};

/* s is one of the policy's servers for protocol, with a host's name, not a pattern. Blocks for at
 * most ms. A server that wants client-address="proxy-v2" gets our own address. */
void probe_server(const struct policy *p, enum protocol protocol, const struct mail_server *s,
                  enum probe_depth depth, unsigned ms, struct probe_result *result);

#endif
