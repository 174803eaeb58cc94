/* SPDX-License-Identifier: ISC */
/*
 * serve - the helper: answers filters, keeps the state file, takes the relays' reports.
 *
 * A service has a listening SOCK_SEQPACKET socket (verify), on which each connection is one
 * filter's conversation, and a bound SOCK_DGRAM socket (report), to which relays report; it may have
 * a third one (snapshot.h). Otherwise the helper serves one connection to its end: the conversation,
 * then the session's reports, on one socket.
 *
 * SIGTERM, SIGINT: the helper takes no new conversations, gives those under way LIMIT_FINISH_MS,
 * and then says goodbye to clients that have not logged in; sessions live on. SIGHUP: it loads the
 * policy anew; a broken policy changes nothing. A process that asked with reload_reply_ask hears
 * the result. SIGUSR1: another helper has evicted a connection that this one serves.
 */
#ifndef MW_SERVE_H
#define MW_SERVE_H

#include "policy.h"
#include "state.h"

struct serve_config {
    struct policy *policy; /* owned: the helper calls release */
    void (*release)(struct policy *p);
    struct policy *(*reload)(void *context); /* NULL: broken, and logged */
    void *context;
    struct state *state; /* the caller closes it; serve sets its gone callback */
    int verify, report;  /* a service's sockets, or -1 */
    int snapshot;        /* a service's third socket, or -1 */
    int connection;      /* the one filter's, or -1 */
    const char *peer;    /* with connection: the client's address if its descriptor is not an
                            Internet socket; else NULL */
    unsigned penalty_ms; /* the first delay after guesses (penalty.h); 0: none */
    bool trial;          /* with connection: see login_mode.h */
};

/* Serves until a signal ends it, or the one connection is over, and closes the descriptors. Returns
 * 0, or -1 after logging why. */
int serve(const struct serve_config *c);

#endif
