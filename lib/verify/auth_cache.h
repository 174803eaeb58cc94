/* SPDX-License-Identifier: ISC */
/*
 * auth_cache - remembers a server group's successes for a short time (cache="60" on the group),
 * since mail programs open several connections at once. PURE: the caller brings time and key.
 *
 * An entry is found by the HMAC-SHA-256 (RFC 2104) of group, user, password, and whether
 * authentication or authorization was asked. The key lives in this process's memory only; names and
 * passwords are not kept. A refusal is never remembered. When AUTH_CACHE_ENTRIES entries are in
 * use, the one that ends first makes room.
 */
#ifndef MW_AUTH_CACHE_H
#define MW_AUTH_CACHE_H

#include <stdint.h>

#include "aaa.h"

#define AUTH_CACHE_ENTRIES 256
#define AUTH_CACHE_KEY     32 /* octets */

struct auth_cache_login {
    struct span group, user, password;
    bool authorize;           /* = aaa_question's */
    enum user_case user_case; /* how users are compared */
};

struct auth_cache_entry {
    unsigned char digest[32];
    uint64_t until; /* clock_ms; 0: free */
    char group_policy[LIMIT_POLICY_NAME + 1];
    struct aaa_limits limits;
    uint16_t class_size;
    unsigned char class[LIMIT_CLASS];
};

struct auth_cache {
    unsigned char key[AUTH_CACHE_KEY]; /* secret */
    struct auth_cache_entry entries[AUTH_CACHE_ENTRIES];
};

/* r must be all zero: most helpers remember nothing and never touch its entries. */
void auth_cache_init(struct auth_cache *r, const unsigned char key[AUTH_CACHE_KEY]);

/* Forgets everything but the key, for a new policy. The caller does not put answers that were asked
 * for under the old one. */
void auth_cache_clear(struct auth_cache *r);

/* Remembers the group's own answer until that time (clock_ms). */
void auth_cache_put(struct auth_cache *r, const struct auth_cache_login *l,
                    const struct aaa_answer *a, uint64_t until);

/* true: the login is remembered at the time now, and *a has its group policy, limits and class;
 * the rest of *a is zero. */
bool auth_cache_find(const struct auth_cache *r, const struct auth_cache_login *l, uint64_t now,
                     struct aaa_answer *a);

#endif
