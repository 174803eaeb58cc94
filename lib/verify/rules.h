/* SPDX-License-Identifier: ISC */
/* rules - a loaded policy, which the connections that began under it hold through a reload. */
#ifndef MW_RULES_H
#define MW_RULES_H

#include "client_ca.h"
#include "policy.h"

/* One loaded policy. Connections that began under it keep it through a reload. */
struct rules {
    struct policy *policy;
    struct client_ca *client_ca; /* NULL: no protocol wants certificates */
    void (*release)(struct policy *p);
    unsigned users;
};

/* Takes p over, with its client CAs and CRLs loaded. NULL: p is released, and the log says why. */
struct rules *rules_new(struct policy *p, void (*release)(struct policy *p));
struct rules *rules_hold(struct rules *r); /* returns r, with one user more */
void rules_drop(struct rules *r);          /* the last user frees it */

#endif
