/* SPDX-License-Identifier: ISC */
/* denials - see denials.h. A tally's name: "denied PROTOCOL DENIAL EVENT". */
#include "denials.h"

#include <stdio.h>

void denials_count(struct state *s, enum protocol protocol, enum denial denial, const char *event)
{
    char name[TALLY_NAME_MAX + 1];
    int n = snprintf(name, sizeof name, "denied %s %s %s", protocol_name(protocol),
                     denial_name(denial), event);

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
