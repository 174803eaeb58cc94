/* SPDX-License-Identifier: ISC */
/*
 * serve - the helper: answers filters, keeps the state file, takes the relays' reports.
 *
 * As a service it has a listening SOCK_SEQPACKET socket (verify), each of whose connections is one
 * filter's talk, and a bound SOCK_DGRAM one (report) to which relays report. Otherwise it has one
 * connection and serves that to its end: the talk, then the session's reports, on the same socket.
 *
 * SIGTERM, SIGINT: no new talks, those under way have LIMIT_FINISH_MS, then who has not logged in
 * is told goodbye; sessions live on. SIGHUP: the policy anew; a broken one changes nothing, and who
 * asked by reload_reply_ask hears it. SIGUSR1: another helper evicted somebody that this
 * one serves.
 */
#ifndef MW_SERVE_H
#define MW_SERVE_H

#include "policy.h"
#include "state.h"

struct serve_config {
    struct policy *policy; /* the helper frees it by release */
    void (*release)(struct policy *p);
    struct policy *(*reload)(void *context); /* NULL: it is broken, and that is logged */
    void *context;
    struct state *state; /* the caller's to close; its gone callback is set in here */
    int verify, report;  /* a service's sockets, or -1 */
    int connection;      /* the one filter's, or -1 */
    const char *peer;    /* with connection: the client's address where its descriptor is no
                            Internet socket; or NULL */
    unsigned penalty_ms; /* the first delay of who guesses (penalty.h); 0: none */
    bool trial;          /* with connection: see login_mode.h */
};

/* Serves until told to go, or until the one connection is over. The descriptors are closed. 0, or
 * -1 and the log says why. */
int serve(const struct serve_config *c);

#endif
