/* SPDX-License-Identifier: ISC */
/*
 * prepare - everything that mailwicket loads before a connection comes: policy, certificates, jails,
 * the relay's program. A connection's process gets it all by fork, and opens nothing itself.
 */
#ifndef MW_PREPARE_H
#define MW_PREPARE_H

#include "policy.h"
#include "limits.h"
#include "priv.h"
#include "tls.h"

struct prepared {
    const char *file; /* the policy's; the caller's string */
    struct policy *policy;
    struct tls_context *tls;
    int relay;                 /* the relay's program, opened for exec */
    char host[LIMIT_HOST + 1]; /* our name, as SMTP wants to see it */
    struct buf filter_jail, relay_jail;
    char filter_room[JAIL_MAX], relay_room[JAIL_MAX];
};

/* Loads all of it; every complaint is logged, and with to_terminal also written to standard error.
 * 0, or -1: nothing is kept. */
int prepare(struct prepared *p, const char *file, bool to_terminal);
void prepare_free(struct prepared *p);

#endif
