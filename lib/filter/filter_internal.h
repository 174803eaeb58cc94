/* SPDX-License-Identifier: ISC */
/* filter_internal - what filter.c (the loop) and helper.c (the conversation with the helper) share. */
#ifndef MW_FILTER_INTERNAL_H
#define MW_FILTER_INTERNAL_H

#include <netinet/in.h>
#include <signal.h>
#include <stdint.h>

#include "filter.h"

struct filter {
    const struct filter_config *config;
    struct login *login;
    char address[INET6_ADDRSTRLEN]; /* the client's, for the log; empty by hand */
    struct stream client, server;
    int helper, report;                                         /* -1: none */
    sigset_t signals;                                           /* blocked while it waits */
    short client_events, server_events;                         /* what a handshake waits for */
    uint64_t client_deadline, verify_deadline, server_deadline; /* clock_ms */
    bool start_tls;     /* with the mail server, once back.out is written */
    bool server_in_tls; /* its handshake is under way */
    bool finishing;     /* last words, then the hand-over or the end */
    bool over;          /* the end, without a word */
};

/* One line of the log about this connection: event, the client's address, reason. */
void filter_note(const struct filter *s, int level, const char *event, const char *reason);

/* The line about a client whose certificate isn't good. */
void filter_refuse_certificate(const struct filter *s);

void filter_hello(struct filter *s);
void filter_tell_user(struct filter *s);
void filter_ask(struct filter *s);
void filter_tell_result(struct filter *s);
void filter_hear(struct filter *s); /* one message of the helper */

/* why is copied and kept until the result is told. */
void filter_server_failed(struct filter *s, const char *why);

#endif
