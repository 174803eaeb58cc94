/* SPDX-License-Identifier: ISC */
/*
 * remember - a group's success is remembered for a short time (cache="60" on a server group), since
 * mail programs open five connections at once. PURE: the caller brings time and key.
 *
 * An entry is found by HMAC-SHA-256 (RFC 2104) of group, user, password and what was asked (who was
 * authorized isn't authenticated) under a key that lives in this process's memory only; none of them
 * is kept. A refusal is never remembered. REMEMBERED
 * entries at most: the one that ends first makes room.
 */
#ifndef MW_REMEMBER_H
#define MW_REMEMBER_H

#include <stdint.h>

#include "aaa.h"

#define REMEMBERED   256
#define REMEMBER_KEY 32 /* octets */

struct remember_login {
    struct span group, user, password;
    bool authorize; /* = aaa_question's */
};

struct remember_entry {
    unsigned char digest[32];
    uint64_t until; /* clock_ms; 0: free */
    char group_policy[LIMIT_POLICY_NAME + 1];
    uint16_t class_size;
    unsigned char class[LIMIT_CLASS];
};

struct remember {
    unsigned char key[REMEMBER_KEY]; /* secret */
    struct remember_entry entries[REMEMBERED];
};

/* r is all zero before: most helpers remember nothing and touch none of it. */
void remember_init(struct remember *r, const unsigned char key[REMEMBER_KEY]);
/* Another policy; the key stays. An answer that is still on its way then is the caller's not to put. */
void remember_clear(struct remember *r);

/* Remembers the group's own answer until then (clock_ms). */
void remember_put(struct remember *r, const struct remember_login *l, const struct aaa_answer *a,
                  uint64_t until);

/* Fills a (group policy and class; the rest is zero) where this login is remembered now. */
bool remember_find(const struct remember *r, const struct remember_login *l, uint64_t now,
                   struct aaa_answer *a);

#endif
