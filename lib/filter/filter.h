/* SPDX-License-Identifier: ISC */
/*
 * session - one connection from its first octet to the hand-over: the only loop of mailwicket.
 *
 * Waits (poll), feeds (login.h), acts (helper, mail server, TLS), and keeps the deadlines:
 * tls-timeout, login-timeout, the helper's and the mail server's. Runs jailed: everything that it
 * needs was opened before, but for the two descriptors that the helper grants.
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
    int client_in, client_out;     /* the same for a socket */
    bool plain;                    /* by hand: the client speaks without TLS */
    int helper;                    /* the conversation with the helper; -1: it could not be had */
    bool helper_stays; /* the relay reports over it: the helper was started for this connection */
};

/* What stands when a session is established; secrets: goes to filter_exec. */
struct filter_end {
    struct stream client, server;
    int report;
    struct login *login;
};

/* Runs the connection. true: it is established, and end says with what; false: it has ended, and
 * everything is closed. One at a time in a process. */
bool filter_run(const struct filter_config *config, struct filter_end *end);

/* Becomes the relay: same process, same client socket. relay: its program, opened; jail: what it is
 * to install. Returns only when that failed (logged). */
void filter_exec(struct filter_end *end, int relay, struct span jail);

#endif
