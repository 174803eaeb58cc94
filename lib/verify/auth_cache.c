/* SPDX-License-Identifier: ISC */
/* auth_cache - PURE; see auth_cache.h. */
#include "auth_cache.h"

#include <nettle/hmac.h>
#include <nettle/memops.h>
#include <string.h>

void auth_cache_init(struct auth_cache *r, const unsigned char key[AUTH_CACHE_KEY])
{
    memcpy(r->key, key, AUTH_CACHE_KEY);
}

void auth_cache_clear(struct auth_cache *r)
{
    memset(r->entries, 0, sizeof r->entries);
}

/* Each part follows its length, so that "ab" "c" differs from "a" "bc". */
static void auth_cache_hash(struct hmac_sha256_ctx *h, struct span s)
{
    const uint8_t size[4] = {(uint8_t)(s.n >> 24), (uint8_t)(s.n >> 16), (uint8_t)(s.n >> 8),
                             (uint8_t)s.n};

    hmac_sha256_update(h, sizeof size, size);
    hmac_sha256_update(h, s.n, (const uint8_t *)s.p);
}

static void auth_cache_hash_user(struct hmac_sha256_ctx *h, const struct auth_cache_login *l)
{
    char room[USER_FOLDED(LIMIT_NAME)];
    struct span user = l->user;

    if (l->user_case == USER_CASE_IGNORE && user.n <= LIMIT_NAME)
        user = span_of(room, user_fold(user, room, sizeof room));
    auth_cache_hash(h, user);
}

static void digest(const struct auth_cache *r, const struct auth_cache_login *l,
                   unsigned char out[32])
{
    const uint8_t authorize = l->authorize;
    struct hmac_sha256_ctx h;

    hmac_sha256_set_key(&h, AUTH_CACHE_KEY, r->key);
    auth_cache_hash(&h, l->group);
    auth_cache_hash_user(&h, l);
    auth_cache_hash(&h, l->password);
    hmac_sha256_update(&h, 1, &authorize);
    hmac_sha256_digest(&h, 32, out);
    explicit_bzero(&h, sizeof h);
}

static const struct auth_cache_entry *find(const struct auth_cache *r,
                                           const unsigned char wanted[32])
{
    for (size_t i = 0; i < AUTH_CACHE_ENTRIES; i++)
        if (r->entries[i].until && memeql_sec(r->entries[i].digest, wanted, 32))
            return &r->entries[i];
    return NULL;
}

static struct auth_cache_entry *first_to_end(struct auth_cache *r)
{
    struct auth_cache_entry *first = &r->entries[0];

    for (size_t i = 1; i < AUTH_CACHE_ENTRIES; i++)
        if (r->entries[i].until < first->until)
            first = &r->entries[i];
    return first;
}

void auth_cache_put(struct auth_cache *r, const struct auth_cache_login *l,
                    const struct aaa_answer *a, uint64_t until)
{
    unsigned char wanted[32];

    digest(r, l, wanted);
    struct auth_cache_entry *e = (struct auth_cache_entry *)(uintptr_t)find(r, wanted);
    if (!e)
        e = first_to_end(r);
    memcpy(e->digest, wanted, sizeof wanted);
    e->until = until;
    memcpy(e->group_policy, a->group_policy, sizeof e->group_policy);
    e->limits = a->limits;
    e->class_size = a->class_size;
    memcpy(e->class, a->class, sizeof e->class);
}

bool auth_cache_find(const struct auth_cache *r, const struct auth_cache_login *l, uint64_t now,
                     struct aaa_answer *a)
{
    unsigned char wanted[32];

    digest(r, l, wanted);
    const struct auth_cache_entry *e = find(r, wanted);
    if (!e || e->until <= now)
        return false;
    memset(a, 0, sizeof *a);
    memcpy(a->group_policy, e->group_policy, sizeof a->group_policy);
    a->limits = e->limits;
    a->class_size = e->class_size;
    memcpy(a->class, e->class, sizeof a->class);
    return true;
}
