/* SPDX-License-Identifier: ISC */
/*
 * ldap_client - an edge: a connection to a directory server, through libldap.
 *
 *     if (ldap_client_open(&c, s, deadline, &e)) ...
 *     ldap_client_bind(&c, dn, password, &answer, &e)
 *     ldap_client_search(&c, &search, &found, &answer, &e)
 *     ldap_client_close(&c);
 *
 * libldap encodes and decodes, and pairs answers with requests. The octets go through timed_stream.h:
 * its deadline bounds every call, and its TLS verifies the server. Behind a call that returned -1
 * only ldap_client_close may follow. libldap's configuration doesn't count, neither a file's nor the
 * environment's. Referrals are not followed. Runs in a worker: libldap's copies of a password end
 * with the process.
 */
#ifndef MW_LDAP_CLIENT_H
#define MW_LDAP_CLIENT_H

#include "err.h"
#include "ldap_policy.h"
#include "limits.h"
#include "policy.h"
#include "timed_stream.h"

struct ldap_client {
    struct timed_stream stream;
    void *handle; /* libldap's LDAP */
};

/* What the server answered. */
struct ldap_answer {
    int code;                       /* RFC 4511 appendix A; 0: success */
    char text[LIMIT_LDAP_TEXT + 1]; /* its diagnostic message, cut where it is longer */
};

struct ldap_search {
    const char *base, *filter; /* RFC 4514, RFC 4515 */
    const char *scope;         /* the policy's word: base, one, subtree */
};

struct ldap_found {
    unsigned entries;             /* 2: two or more */
    char dn[LIMIT_LDAP_LINE + 1]; /* the first one's */
    struct ldap_policy policy;    /* of the first one; the caller sets its group */
};

/* Initialises libldap, which looks up this machine's own name: once, before processes that ask are
 * forked. Where that wasn't done ldap_client_open does it. */
void ldap_client_prepare(void);

/* Connects to s, and begins TLS where its URL or starttls says so. From here on no call lasts beyond
 * deadline (clock_ms). 0, or -1 and e: c needs no close. */
int ldap_client_open(struct ldap_client *c, const struct aaa_server *s, uint64_t deadline,
                     struct err *e);

/* A simple bind. 0: the server answered. -1 and e: it didn't, or the password is empty: then no
 * server is asked, since it would say yes (RFC 4513 section 5.1.2). */
int ldap_client_bind(struct ldap_client *c, const char *dn, struct span password,
                     struct ldap_answer *a, struct err *e);

/* Searches, and reads from the first entry its DN and the attribute that the group of found->policy
 * names. 0: the server answered. -1 and e: it didn't, or the entry can't be used: it has no DN, its DN
 * or a value exceeds LIMIT_LDAP_LINE, or all of it exceeds LIMIT_LDAP_ANSWER. */
int ldap_client_search(struct ldap_client *c, const struct ldap_search *q, struct ldap_found *found,
                       struct ldap_answer *a, struct err *e);

/* The name of an answer's code, static. */
const char *ldap_client_code_name(int code);

void ldap_client_close(struct ldap_client *c);

#endif
