/* SPDX-License-Identifier: ISC */
/*
 * prepare - everything that mailwicket loads before it serves a connection: policy, certificates,
 * jails, the relay's program. A connection's process inherits all of it and opens no file itself.
 */
#ifndef MW_PREPARE_H
#define MW_PREPARE_H

#include "policy.h"
#include "limits.h"
#include "priv.h"
#include "tls.h"
#include "validity.h"

struct prepared {
    const char *file; /* the policy file; the caller's string */
    struct policy *policy;
    struct tls_context *tls;
    struct validity *validity; /* of the files in tls; refers to policy */
    size_t validity_count;
    int relay;                 /* the relay's program, opened for exec */
    char host[LIMIT_HOST + 1]; /* our name, for SMTP */
    struct buf filter_jail, relay_jail;
    char filter_room[JAIL_MAX], relay_room[JAIL_MAX];
};

/* Loads everything. Logs every complaint and, with to_terminal, also writes it to standard error.
 * Returns 0, or -1 with p empty. */
int prepare(struct prepared *p, const char *file, bool to_terminal);
void prepare_free(struct prepared *p);

#endif
