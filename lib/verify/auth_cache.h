/* SPDX-License-Identifier: ISC */
/*
 * remember - a group's success is remembered for a short time (cache="60" on a server group), since
 * mail programs open five connections at once. PURE: the caller brings time and key.
 *
 * An entry is found by HMAC-SHA-256 (RFC 2104) of group, user, password and what was asked (who was
 * authorized isn't authenticated) under a key that lives in this process's memory only; none of them
 * is kept. A refusal is never remembered. AUTH_CACHE_ENTRIES
 * entries at most: the one that ends first makes room.
 */
#ifndef MW_AUTH_CACHE_H
#define MW_AUTH_CACHE_H

#include <stdint.h>

#include "aaa.h"

#define AUTH_CACHE_ENTRIES 256
#define AUTH_CACHE_KEY     32 /* octets */

struct auth_cache_login {
    struct span group, user, password;
    bool authorize; /* = aaa_question's */
};

struct auth_cache_entry {
    unsigned char digest[32];
    uint64_t until; /* clock_ms; 0: free */
    char group_policy[LIMIT_POLICY_NAME + 1];
    uint16_t class_size;
    unsigned char class[LIMIT_CLASS];
};

struct auth_cache {
    unsigned char key[AUTH_CACHE_KEY]; /* secret */
    struct auth_cache_entry entries[AUTH_CACHE_ENTRIES];
};

/* r is all zero before: most helpers remember nothing and touch none of it. */
void auth_cache_init(struct auth_cache *r, const unsigned char key[AUTH_CACHE_KEY]);
/* Another policy; the key stays. An answer that is still on its way then is the caller's not to put. */
void auth_cache_clear(struct auth_cache *r);

/* Remembers the group's own answer until then (clock_ms). */
void auth_cache_put(struct auth_cache *r, const struct auth_cache_login *l,
                    const struct aaa_answer *a, uint64_t until);

/* Fills a (group policy and class; the rest is zero) where this login is remembered now. */
bool auth_cache_find(const struct auth_cache *r, const struct auth_cache_login *l, uint64_t now,
                     struct aaa_answer *a);

#endif
