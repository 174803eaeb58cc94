/* SPDX-License-Identifier: ISC */
/* remember - PURE; see remember.h. */
#include "remember.h"

#include <nettle/hmac.h>
#include <nettle/memops.h>
#include <string.h>

void remember_init(struct remember *r, const unsigned char key[REMEMBER_KEY])
{
    memcpy(r->key, key, REMEMBER_KEY);
}

void remember_clear(struct remember *r)
{
    memset(r->entries, 0, sizeof r->entries);
}

/* Each part behind its length: "ab" and "c" is not "a" and "bc". */
static void add(struct hmac_sha256_ctx *h, struct span s)
{
    const uint8_t size[4] = {(uint8_t)(s.n >> 24), (uint8_t)(s.n >> 16), (uint8_t)(s.n >> 8),
                             (uint8_t)s.n};

    hmac_sha256_update(h, sizeof size, size);
    hmac_sha256_update(h, s.n, (const uint8_t *)s.p);
}

static void digest(const struct remember *r, const struct remember_login *l, unsigned char out[32])
{
    const uint8_t authorize = l->authorize;
    struct hmac_sha256_ctx h;

    hmac_sha256_set_key(&h, REMEMBER_KEY, r->key);
    add(&h, l->group);
    add(&h, l->user);
    add(&h, l->password);
    hmac_sha256_update(&h, 1, &authorize);
    hmac_sha256_digest(&h, 32, out);
    explicit_bzero(&h, sizeof h);
}

static const struct remember_entry *find(const struct remember *r, const unsigned char wanted[32])
{
    for (size_t i = 0; i < REMEMBERED; i++)
        if (r->entries[i].until && memeql_sec(r->entries[i].digest, wanted, 32))
            return &r->entries[i];
    return NULL;
}

static struct remember_entry *first_to_end(struct remember *r)
{
    struct remember_entry *first = &r->entries[0];

    for (size_t i = 1; i < REMEMBERED; i++)
        if (r->entries[i].until < first->until)
            first = &r->entries[i];
    return first;
}

void remember_put(struct remember *r, const struct remember_login *l, const struct aaa_answer *a,
                  uint64_t until)
{
    unsigned char wanted[32];

    digest(r, l, wanted);
    struct remember_entry *e = (struct remember_entry *)(uintptr_t)find(r, wanted);
    if (!e)
        e = first_to_end(r);
    memcpy(e->digest, wanted, sizeof wanted);
    e->until = until;
    memcpy(e->group_policy, a->group_policy, sizeof e->group_policy);
    e->class_size = a->class_size;
    memcpy(e->class, a->class, sizeof e->class);
}

bool remember_find(const struct remember *r, const struct remember_login *l, uint64_t now,
                   struct aaa_answer *a)
{
    unsigned char wanted[32];

    digest(r, l, wanted);
    const struct remember_entry *e = find(r, wanted);
    if (!e || e->until <= now)
        return false;
    memset(a, 0, sizeof *a);
    memcpy(a->group_policy, e->group_policy, sizeof a->group_policy);
    a->class_size = e->class_size;
    memcpy(a->class, e->class, sizeof a->class);
    return true;
}
