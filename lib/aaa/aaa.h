/* SPDX-License-Identifier: ISC */
/*
 * aaa - asking a server group about a user. May block and use CPU: runs in a process of its own.
 */
#ifndef MW_AAA_H
#define MW_AAA_H

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
};

struct aaa_answer {
    char group_policy[LIMIT_POLICY_NAME + 1]; /* as the server names it, or empty */
    struct err why;                           /* for the log */
};

/* An unknown user takes as long as a wrong password. */
enum aaa_outcome aaa_ask(const struct aaa_question *q, struct aaa_answer *a);

/* local: the users file's lines are "name:crypt(3) hash:group policy"; '#' starts a comment. */
enum aaa_outcome aaa_local(const struct aaa_question *q, struct aaa_answer *a);

#endif
