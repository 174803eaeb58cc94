/* SPDX-License-Identifier: ISC */
/*
 * ldap_policy - which group policy the values of a user's attribute mean. PURE.
 *
 * With maps the first map in the policy that matches a value counts; if none does, there is no
 * group policy. Without maps the first value counts, or where it is a DN the value of its first RDN.
 * "OU=NAME;" is NAME, as with RADIUS and HTTP.
 */
#ifndef MW_LDAP_POLICY_H
#define MW_LDAP_POLICY_H

#include "limits.h"
#include "policy.h"
#include "span.h"

struct ldap_policy {
    const struct server_group *group;
    bool found;
    size_t map;                       /* found, with maps: which */
    char name[LIMIT_POLICY_NAME + 1]; /* found; empty: the value can't be such a name */
};

/* Takes one value of an attribute. Other attributes than the group's are ignored; options
 * ("memberOf;range=0-999") and the case of ASCII letters don't matter. */
void ldap_policy_take(struct ldap_policy *p, struct span attribute, struct span value);

/* Whether two values are the same. The case of ASCII letters doesn't matter, nor do blanks behind a
 * comma, which some write in DNs. */
bool ldap_same(struct span a, struct span b);

#endif
