/* SPDX-License-Identifier: ISC */
/*
 * filter - serves one connection from its first octet to the handover: the only loop of mailwicket.
 *
 * It waits (poll), feeds the login (login.h), acts for it (helper, mail server, TLS), and keeps the
 * deadlines: tls-timeout, login-timeout, the helper's and the mail server's. It runs jailed:
 * everything that it needs is open already, except the descriptors that the helper grants.
 */
#ifndef MW_FILTER_H
#define MW_FILTER_H

#include "login.h"
#include "policy.h"
#include "stream.h"
#include "tls.h"

struct filter_config {
    const struct protocol_policy *policy;
    const struct tls_context *tls; /* for the client (unless plain) and the mail servers */
    const char *host;              /* our name */
    int client_in, client_out;     /* the same descriptor for a socket */
    bool plain;                    /* started by hand: the client speaks without TLS */
    int helper;                    /* the conversation with the helper; -1: can't be reached */
    bool helper_stays; /* the helper was started for this connection: the relay reports over it */
};

/* What an established session consists of. Holds secrets: pass it to filter_exec. */
struct filter_end {
    struct stream client, server;
    int report;
    struct login *login;
};

/* Serves the connection. Returns true if a session is established and described by end; false if
 * the connection has ended and everything is closed. A process can serve one connection at a
 * time. */
bool filter_run(const struct filter_config *config, struct filter_end *end);

/* Becomes the relay, in the same process and with the same client socket. relay is its program,
 * open for exec; jail is the seccomp program that it installs. Returns only on failure (logged). */
void filter_exec(struct filter_end *end, int relay, struct span jail);

#endif
