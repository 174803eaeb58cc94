/* SPDX-License-Identifier: ISC */
/*
 * aaa - asking a server group about a user. May block and use CPU: runs in a process of its own.
 */
#ifndef MW_AAA_H
#define MW_AAA_H

#include <stdint.h>

#include "err.h"
#include "limits.h"
#include "policy.h"

enum aaa_outcome {
    AAA_YES,       /* authenticated (or, without a password, known) */
    AAA_NO,        /* refused */
    AAA_TEMPORARY, /* could not be told: every server is down or talks nonsense */
};

struct aaa_question {
    const struct server_group *group;
    struct span user;
    struct span password; /* secret; authorization (R3.4): empty and authorize true */
    bool authorize;
    const char *client; /* the client's address */
    uint32_t dead;      /* the servers known to be dead: bit i is the group's i-th */
};

struct aaa_answer {
    char group_policy[LIMIT_POLICY_NAME + 1]; /* as the server names it, or empty */
    struct err why; /* for the log; AAA_YES: of those who failed before, or empty */
    uint32_t dead;  /* the servers that failed now */
    uint32_t alive; /* the one that answered */
    /* radius: the answer's Class attributes for accounting to echo, each behind an octet with its
     * length; what doesn't fit is left out. */
    uint16_t class_size;
    unsigned char class[LIMIT_CLASS];
};

/* The group's servers are asked in their order, up to the first that knows; those of q->dead are
 * left out, unless that leaves none. Each has its timeout or its share of LIMIT_AAA_MS, so that the
 * last one still has its turn. An unknown user takes as long as a wrong password; a name or
 * password with a NUL, and an empty password, are AAA_NO without a server being asked. */
enum aaa_outcome aaa_ask(const struct aaa_question *q, struct aaa_answer *a);

/* Loads once what asking the policy's groups takes, so that processes forked later needn't. */
void aaa_prepare(const struct policy *p);

/* local: the users file's lines are "name:crypt(3) hash:group policy"; '#' starts a comment. */
enum aaa_outcome aaa_local(const struct aaa_question *q, struct aaa_answer *a);

/* One server of the group (q->dead doesn't matter here), until clock_ms is deadline. AAA_TEMPORARY
 * is a server that can be marked dead; what is one user's trouble alone is AAA_NO. */
typedef enum aaa_outcome aaa_ask_server(const struct aaa_question *q, const struct aaa_server *s,
                                        uint64_t deadline, struct aaa_answer *a);

/* ldap: search for the user's one entry, then bind as it. */
aaa_ask_server aaa_ldap;

/* radius: Access-Request by PAP. */
aaa_ask_server aaa_radius;

/* http: 2xx is yes, 401 and 403 are no. */
aaa_ask_server aaa_http;

#endif
