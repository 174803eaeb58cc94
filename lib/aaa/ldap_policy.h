/* SPDX-License-Identifier: ISC */
/*
 * ldap_policy - which group policy the values of a user's attribute mean. PURE.
 *
 * With maps: of the maps that a value has, the first one in the policy counts; none: no group
 * policy. Without maps: the first value, or where that is a DN the value of its first RDN.
 */
#ifndef MW_LDAP_POLICY_H
#define MW_LDAP_POLICY_H

#include "limits.h"
#include "policy.h"
#include "span.h"

struct ldap_policy {
    const struct server_group *group;
    bool found;
    size_t map; /* found, with maps: which */
    char
        name[LIMIT_POLICY_NAME + 1]; /* found; empty: a value that can't be a group policy's name */
};

/* One value of an attribute that the server named. Another attribute's is nobody's; options
 * ("memberOf;range=0-999") and the letters' case don't matter. */
void ldap_policy_take(struct ldap_policy *p, struct span attribute, struct span value);

/* Whether two values are the same: ASCII letters in either case, blanks behind a comma don't count
 * (as DNs are written). */
bool ldap_same(struct span a, struct span b);

#endif
