/* SPDX-License-Identifier: ISC */
/* repeat - PURE; see repeat.h. */
#include "repeat.h"

#include <nettle/hmac.h>
#include <nettle/memops.h>
#include <string.h>

/* Each part follows its length, so that "ab" "c" differs from "a" "bc". */
static void repeat_hash(struct hmac_sha256_ctx *h, struct span s)
{
    const uint8_t size[4] = {(uint8_t)(s.n >> 24), (uint8_t)(s.n >> 16), (uint8_t)(s.n >> 8),
                             (uint8_t)s.n};

    hmac_sha256_update(h, sizeof size, size);
    if (s.n)
        hmac_sha256_update(h, s.n, (const uint8_t *)s.p);
}

void repeat_digest(const struct repeats *r, struct span address, struct span login,
                   struct span password, unsigned char digest[REPEAT_DIGEST])
{
    struct hmac_sha256_ctx h;

    hmac_sha256_set_key(&h, REPEAT_KEY, r->key);
    repeat_hash(&h, address);
    repeat_hash(&h, login);
    repeat_hash(&h, password);
    hmac_sha256_digest(&h, REPEAT_DIGEST, digest);
    explicit_bzero(&h, sizeof h);
}

bool repeat_is_known(const struct repeat *last, const unsigned char digest[REPEAT_DIGEST],
                     uint64_t now)
{
    if (last->denial != DENIAL_REFUSED &&
        ((last->denial != DENIAL_TEMPORARY && last->denial != DENIAL_UNCLEAR) ||
         now - last->at >= REPEAT_TEMPORARY_MS))
        return false;
    return memeql_sec(last->digest, digest, REPEAT_DIGEST);
}

bool repeat_was_counted(struct repeats *r, const unsigned char digest[REPEAT_DIGEST], uint64_t now)
{
    for (size_t i = 0; i < REPEAT_ENTRIES; i++)
        if (r->entries[i].until > now && memeql_sec(r->entries[i].digest, digest, REPEAT_DIGEST))
            return true;
    memcpy(r->entries[r->next].digest, digest, REPEAT_DIGEST);
    r->entries[r->next].until = now + REPEAT_COUNTED_MS;
    r->next = (r->next + 1) % REPEAT_ENTRIES;
    return false;
}
