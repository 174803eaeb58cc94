/* SPDX-License-Identifier: ISC */
/* denials - see denials.h. A tally's name: "denied PROTOCOL DENIAL EVENT". */
#include "denials.h"

#include <stdio.h>
#include <syslog.h>

/* piggyback-failed is a guess: names are tried there without any password. */
static const struct denial_event_traits traits[] = {
    [DENIED_REFUSED] = {"refused", LOG_NOTICE, false},
    [DENIED_TROUBLE] = {"refused", LOG_ERR, false},
    [DENIED_NOT_AUTHENTICATED] = {"not-authenticated", LOG_NOTICE, true},
    [DENIED_NOT_AUTHORIZED] = {"not-authorized", LOG_NOTICE, false},
    [DENIED_PIGGYBACK_FAILED] = {"piggyback-failed", LOG_NOTICE, true},
    [DENIED_LIMIT_REACHED] = {"limit-reached", LOG_NOTICE, false},
    [DENIED_DNS_FAILED] = {"dns-failed", LOG_ERR, false},
    [DENIED_SERVER_UNREACHABLE] = {"server-unreachable", LOG_ERR, false},
    [DENIED_STATE_FAILED] = {"state-failed", LOG_ERR, false},
};

const struct denial_event_traits *denial_event(enum denial_event e)
{
    return &traits[e];
}

void denials_count(struct state *s, enum protocol protocol, enum denial denial,
                   enum denial_event event)
{
    char name[TALLY_NAME_MAX + 1];
    int n = snprintf(name, sizeof name, "denied %s %s %s", protocol_name(protocol),
                     denial_name(denial), denial_event(event)->event);

    if (n > 0 && (size_t)n < sizeof name)
        state_tally(s, name);
}

bool denials_parse(struct span tally, struct denials_name *name)
{
    if (!span_eq(span_cut(&tally, ' '), SPAN("denied")))
        return false;
    name->protocol = span_cut(&tally, ' ');
    name->denial = span_cut(&tally, ' ');
    name->event = tally;
    return name->event.n > 0;
}
