/* SPDX-License-Identifier: ISC */
/*
 * denials - what a denied login or connection is called: in the log, in the metrics, and for the
 * count of guesses (R6.5, R9.3).
 *
 * An event is the log's word for what happened; enum denial (denial.h) is what the client is told.
 */
#ifndef MW_DENIALS_H
#define MW_DENIALS_H

#include "denial.h"
#include "state.h"

enum denial_event {
    DENIED_REFUSED,            /* not allowed, whoever it is */
    DENIED_TROUBLE,            /* something of ours, or of a server, does not work */
    DENIED_NOT_AUTHENTICATED,  /* wrong name, password or certificate */
    DENIED_NOT_AUTHORIZED,     /* unknown to the authorization server group */
    DENIED_PIGGYBACK_FAILED,   /* no VPN session from this address */
    DENIED_LIMIT_REACHED,      /* a limit of the policy */
    DENIED_DNS_FAILED,         /* no address of the mail server */
    DENIED_SERVER_UNREACHABLE, /* the mail server does not take the connection */
    DENIED_STATE_FAILED,       /* the state file can't be read or written */
};

struct denial_event_traits {
    const char *event; /* its name in the log; DENIED_TROUBLE shares "refused" */
    int level;         /* of its log line: LOG_NOTICE where the client is at fault, else LOG_ERR */
    bool is_guess;     /* it counts as guessing, and slows down further logins (penalty.h) */
};
const struct denial_event_traits *denial_event(enum denial_event e); /* static */

/* Counts a denied login for metrics. A failing state file costs the count. */
void denials_count(struct state *s, enum protocol protocol, enum denial denial,
                   enum denial_event event);

/* A tally's name, taken apart: spans of it. false: it is not a denial's. */
struct denials_name {
    struct span protocol, denial, event;
};
bool denials_parse(struct span tally, struct denials_name *name);

#endif
