/* SPDX-License-Identifier: ISC */
/*
 * aaa - asks a server group about a user. May block and use CPU, so it runs in its own process.
 */
#ifndef MW_AAA_H
#define MW_AAA_H

#include <stdint.h>

#include "err.h"
#include "limits.h"
#include "policy.h"

enum aaa_outcome {
    AAA_YES,   /* authenticated; without a password: known */
    AAA_NO,    /* refused */
    AAA_UNFIT, /* as AAA_YES, but with a group policy or limit that can't be one: to be refused */
    AAA_TEMPORARY, /* no decision: every server is down or answers nonsense */
};

struct aaa_question {
    const struct server_group *group;
    struct span user;
    struct span password;     /* secret; empty for authorization */
    bool authorize;           /* only ask whether the user is known (R3.4) */
    enum user_case user_case; /* local: how the user is compared with the file's */
    const char *client;       /* the client's address */
    uint32_t dead;            /* servers known to be dead: bit i is the group's server i */
};

/* Limits that a server sets for this user (R3.2a). Each holds where it is tighter than the group
 * policy's. All zero: none. */
struct aaa_limits {
    bool blocked;                           /* Simultaneous-Logins is 0 */
    uint32_t session_timeout;               /* s; 0: none */
    uint32_t idle_timeout;                  /* s; 0: none */
    char time_range[LIMIT_POLICY_NAME + 1]; /* Access-Hours: a time range of the policy, or empty */
};

/* The tighter of both, each limit by itself. Of two time ranges the first counts. */
void aaa_limits_tighten(struct aaa_limits *l, const struct aaa_limits *other);

/* A reply attribute of RADIUS: its type, and its vendor or 0. */
struct aaa_attribute {
    uint32_t vendor;
    uint32_t type;
};
#define AAA_UNHEEDED 16

/* For the log: "Filter-Id (11)", "attribute 86 of vendor 3076". */
#define AAA_ATTRIBUTE_NAME 64
void aaa_attribute_name(char room[AAA_ATTRIBUTE_NAME], const struct aaa_attribute *x);

struct aaa_answer {
    char group_policy[LIMIT_POLICY_NAME + 1]; /* as the server names it, or empty */
    struct aaa_limits limits;                 /* radius */
    struct err why; /* for the log; AAA_YES: the reasons of servers that failed, or empty */
    uint32_t dead;  /* servers that failed now, as above */
    uint32_t alive; /* the server that answered, as above */
    /* radius: what came with a yes and is not honoured, each once; the first ones, if there are
     * more. Not among them is what asks nothing of us: other vendors', Service-Type … */
    struct aaa_attribute unheeded[AAA_UNHEEDED];
    uint16_t unheeded_count;
    /* radius: the answer's Class attributes, which accounting sends back. Before each is an octet
     * with its length. Those that do not fit are left out. */
    uint16_t class_size;
    unsigned char class[LIMIT_CLASS];
};

/* Asks the group's servers in order until one decides. Skips the servers in q->dead, unless all are
 * dead. Each server has its timeout or, if less, its share of LIMIT_AAA_MS, so that the last one
 * gets its turn. An unknown user takes as long as a wrong password. If the name or the password is
 * empty or contains a NUL, or ldap or http is asked about a password that is not UTF-8, the outcome is
 * AAA_NO and no server is asked. */
enum aaa_outcome aaa_ask(const struct aaa_question *q, struct aaa_answer *a);

/* Loads the libraries that the policy's groups need, so that processes forked later need not. */
void aaa_prepare(const struct policy *p);

/* local: looks the user up in the users file (users.h) and checks the password by crypt(3). A
 * line with exactly this name goes before lines whose names are the same by user_case. */
enum aaa_outcome aaa_local(const struct aaa_question *q, struct aaa_answer *a);

/* Asks one server of the group, until clock_ms is deadline. Ignores q->dead. AAA_TEMPORARY: the
 * server can be marked dead. A failure that concerns only this user is AAA_NO. */
typedef enum aaa_outcome aaa_ask_server(const struct aaa_question *q, const struct aaa_server *s,
                                        uint64_t deadline, struct aaa_answer *a);

/* ldap: searches for the user's only entry, then binds as it. */
aaa_ask_server aaa_ldap;

/* radius: Access-Request by PAP. */
aaa_ask_server aaa_radius;

/* http: 2xx is yes, 401 and 403 are no. */
aaa_ask_server aaa_http;

#endif
