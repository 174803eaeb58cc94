/* SPDX-License-Identifier: ISC */
/* filter_internal - shared by filter.c (the loop) and helper.c (the conversation with the
 * helper). */
#ifndef MW_FILTER_INTERNAL_H
#define MW_FILTER_INTERNAL_H

#include <netinet/in.h>
#include <signal.h>
#include <stdint.h>

#include "filter.h"

struct filter {
    const struct filter_config *config;
    struct login *login;
    char address[INET6_ADDRSTRLEN]; /* the client's, for the log; empty when started by hand */
    struct stream client, server;
    int helper, report;                                         /* -1: none */
    sigset_t signals;                                           /* the mask during ppoll */
    short client_events, server_events;                         /* what a handshake waits for */
    uint64_t client_deadline, verify_deadline, server_deadline; /* clock_ms */
    bool start_tls;     /* with the mail server, once back.out is written */
    bool server_in_tls; /* the mail server's TLS handshake is under way */
    bool finishing;     /* last words, then the handover or the end */
    bool over;          /* end at once, without last words */
    bool noted;         /* the helper was sent a note */
};

/* Logs a line about this connection, and why: by the helper, which knows whose it is, and whose lines
 * can't be forged by a filter gone bad; without a helper, here. */
void filter_note(struct filter *f, enum noted noted, const char *why);

/* Before the process ends: waits until the helper has read the notes. It turns away a conversation whose
 * process is gone before it has looked at it. If it doesn't come to that, logs the last note here. */
void filter_part(struct filter *f);

/* The same about a client whose certificate was refused. */
void filter_refuse_certificate(struct filter *f);

/* Messages to the helper: HELLO, USER, VERIFY, RESULT. */
void filter_hello(struct filter *f);
void filter_tell_user(struct filter *f);
void filter_ask(struct filter *f);
void filter_tell_result(struct filter *f);

/* Receives one message from the helper. */
void filter_hear(struct filter *f);

/* Tells the login that the mail server failed. why is copied; the copy stays valid until the result
 * is told. */
void filter_server_failed(struct filter *f, const char *why);

#endif
