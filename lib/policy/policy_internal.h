/* SPDX-License-Identifier: ISC */
/* policy_internal - what the parts of the loader share. */
#ifndef MW_POLICY_INTERNAL_H
#define MW_POLICY_INTERNAL_H

#include "complaints.h"
#include "policy.h"
#include "values.h"

/* A name in the file that refers to another element. */
struct reference {
    struct reference *next;
    enum value_kind kind; /* VALUE_INTERFACE and the kinds after it */
    int line;
    const char *element, *name;
    void *to; /* the pointer to set */
};

/* A policy and what loading it needs. */
struct loading {
    struct policy policy; /* first: a struct policy * is a struct loading * */
    struct arena arena;
    struct complaints complaints;
    struct values values;
    struct reference *references; /* the last in the file first */
};

/* Stands for enable interface="all" until rules_check puts the interfaces themselves there. */
extern struct policy_interface every_interface;

/* Sets the pointers of all references; an unknown name is an error. */
void references_resolve(struct loading *l);

/* Completes the policy (defaults that depend on other values, the interfaces of "all") and checks
 * the rules that a schema can't express. */
void rules_check(struct policy *p, struct complaints *c, struct arena *a);

/* The rules of one protocol. */
void rules_protocol(const struct policy *policy, const struct protocol_policy *p,
                    struct complaints *c);

/* The rules of a server group's servers; completes a RADIUS server's ports. */
void rules_group(const struct server_group *g, struct complaints *c);

#define RADIUS_PORT            1812
#define RADIUS_ACCOUNTING_PORT 1813
#define RADSEC_PORT            2083 /* RFC 6614: for authentication and accounting */

/* Warn of a port that is known to speak TLS in another way than the policy says: a mail server's, a
 * protocol's own, an LDAP or HTTP server's (in its URL), a RADIUS server's. */
void rules_mail_server_port(const struct mail_server *s, const char *element, struct complaints *c);
void rules_listening_port(const struct protocol_policy *p, struct complaints *c);
void rules_url_port(const struct aaa_server *s, struct complaints *c);
void rules_radius_port(const struct aaa_server *s, struct complaints *c);

#endif
