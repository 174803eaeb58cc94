/* SPDX-License-Identifier: ISC */
/* denials - logins and connections that were denied, counted in the state file for metrics. */
#ifndef MW_DENIALS_H
#define MW_DENIALS_H

#include "denial.h"
#include "state.h"

/* One more, with the event that the log has of it. A state file that fails costs the count alone. */
void denials_count(struct state *s, enum protocol protocol, enum denial denial, const char *event);

/* A tally's name in its parts; they point into it. false: it counts something else. */
struct denials_name {
    struct span protocol, denial, event;
};
bool denials_parse(struct span tally, struct denials_name *name);

#endif
