/* SPDX-License-Identifier: ISC */
/* A record's protection: RFC 8446 sections 5.2, 5.3 and 7.3; RFC 5288 and RFC 7905 for TLS 1.2.
 * Runs with the connection's keys; believes nothing of what it opens until its tag is right. */
#include "cipher.h"

#include <string.h>

#include <nettle/hkdf.h>
#include <nettle/hmac.h>
#include <nettle/memops.h>

#define BLOCK          64 /* a multiple of each cipher's: what nettle wants of all calls but the last */
#define HKDF_LABEL_MAX (2 + 1 + 6 + 16 + 1)

/* GCM in 1.3: RFC 8446 section 5.5 allows 2^24.5 records. In 1.2: NIST SP 800-38D section 8.3. */
static const struct record_cipher ciphers[] = {
    [RECORD_AES_128_GCM] = {.aead = &nettle_gcm_aes128,
                            .mac = &nettle_hmac_sha256,
                            .secret_size = 32,
                            .explicit_size = RECORD_EXPLICIT,
                            .key_limit13 = UINT64_C(1) << 24,
                            .key_limit12 = UINT64_C(1) << 32},
    [RECORD_AES_256_GCM] = {.aead = &nettle_gcm_aes256,
                            .mac = &nettle_hmac_sha384,
                            .secret_size = 48,
                            .explicit_size = RECORD_EXPLICIT,
                            .key_limit13 = UINT64_C(1) << 24,
                            .key_limit12 = UINT64_C(1) << 32},
    [RECORD_CHACHA20_POLY1305] = {.aead = &nettle_chacha_poly1305,
                                  .mac = &nettle_hmac_sha256,
                                  .secret_size = 32,
                                  .key_limit13 = UINT64_C(1) << 62,
                                  .key_limit12 = UINT64_C(1) << 62},
};

const struct record_cipher *cipher_find(unsigned suite)
{
    if (suite >= sizeof ciphers / sizeof *ciphers || !ciphers[suite].aead)
        return NULL;
    return &ciphers[suite];
}

void cipher_start(struct record_way *w, const struct record_cipher *c,
                  const struct record_keys *keys)
{
    c->aead->set_encrypt_key(&w->ctx, keys->key);
    memcpy(w->iv, keys->iv, sizeof w->iv);
    memcpy(w->secret, keys->secret, sizeof w->secret);
    w->sequence = keys->sequence;
}

/* HKDF-Expand-Label with an empty context (RFC 8446 section 7.1), from the way's secret. */
static void expand_label(const struct record_way *w, const struct record_cipher *c,
                         const char *label, size_t size, uint8_t *out)
{
    union {
        struct hmac_sha256_ctx sha256;
        struct hmac_sha384_ctx sha384;
    } hmac;
    uint8_t info[HKDF_LABEL_MAX];
    size_t n = strlen(label), at = 0;

    info[at++] = 0;
    info[at++] = (uint8_t)size;
    info[at++] = (uint8_t)(6 + n);
    memcpy(info + at, "tls13 ", 6);
    memcpy(info + at + 6, label, n);
    at += 6 + n;
    info[at++] = 0;
    c->mac->set_key(&hmac, w->secret);
    hkdf_expand(&hmac, c->mac->update, c->mac->digest, c->secret_size, at, info, size, out);
    explicit_bzero(&hmac, sizeof hmac);
}

void cipher_next_key(struct record_way *w, const struct record_cipher *c)
{
    uint8_t next[sizeof w->secret], key[32];

    expand_label(w, c, "traffic upd", c->secret_size, next);
    memcpy(w->secret, next, c->secret_size);
    expand_label(w, c, "key", c->aead->key_size, key);
    expand_label(w, c, "iv", sizeof w->iv, w->iv);
    c->aead->set_encrypt_key(&w->ctx, key);
    w->sequence = 0;
    explicit_bzero(next, sizeof next);
    explicit_bzero(key, sizeof key);
}

size_t cipher_overhead(const struct record_internal *i)
{
    return (size_t)i->explicit_size + (i->tls13 ? 1 : 0) + RECORD_TAG;
}

static void put_be(uint8_t *p, size_t octets, uint64_t value)
{
    while (octets-- > 0) {
        p[octets] = (uint8_t)value;
        value >>= 8;
    }
}

/* Nonce and additional data of the way's next record, whose header and explicit nonce (if any) are
 * at `record`; plain: octets of its plain text. */
static void begin(const struct record_internal *i, struct record_way *w, const uint8_t *record,
                  size_t plain)
{
    const struct nettle_aead *aead = i->cipher->aead;
    uint8_t nonce[sizeof w->iv], ad[8 + RECORD_HEADER] = {0};

    memcpy(nonce, w->iv, sizeof nonce);
    put_be(ad, 8, w->sequence);
    if (i->explicit_size > 0)
        memcpy(nonce + 4, record + RECORD_HEADER, RECORD_EXPLICIT);
    else
        for (size_t k = 0; k < 8; k++)
            nonce[4 + k] ^= ad[k];
    aead->set_nonce(&w->ctx, nonce);
    memcpy(ad + 8, record, RECORD_HEADER);
    if (i->tls13) {
        aead->update(&w->ctx, RECORD_HEADER, ad + 8);
    } else {
        put_be(ad + 8 + 3, 2, plain);
        aead->update(&w->ctx, sizeof ad, ad);
    }
    w->sequence++;
}

size_t cipher_seal(struct record_internal *i, uint8_t type, struct span data, uint8_t *out)
{
    const struct nettle_aead *aead = i->cipher->aead;
    struct record_way *w = &i->out;
    uint8_t *body = out + RECORD_HEADER + i->explicit_size, tail[BLOCK];
    size_t whole = data.n - data.n % BLOCK, rest = data.n - whole;
    size_t length = data.n + cipher_overhead(i);

    if (w->sequence == UINT64_MAX)
        return 0;
    if (rest > 0)
        memcpy(tail, data.p + whole, rest);
    out[0] = i->tls13 ? RECORD_CONTENT_DATA : type;
    put_be(out + 1, 2, RECORD_TLS12);
    put_be(out + 3, 2, length);
    if (i->explicit_size > 0)
        put_be(out + RECORD_HEADER, RECORD_EXPLICIT, w->sequence);
    begin(i, w, out, data.n);
    if (i->tls13)
        tail[rest++] = type;
    if (whole > 0)
        aead->encrypt(&w->ctx, whole, body, (const uint8_t *)data.p);
    aead->encrypt(&w->ctx, rest, body + whole, tail);
    aead->digest(&w->ctx, RECORD_TAG, body + whole + rest);
    explicit_bzero(tail, sizeof tail);
    return RECORD_HEADER + length;
}

bool cipher_open(struct record_internal *i, const uint8_t *in, size_t body, uint8_t *plain)
{
    const struct nettle_aead *aead = i->cipher->aead;
    struct record_way *w = &i->in;
    const uint8_t *sealed = in + RECORD_HEADER + i->explicit_size;
    size_t n = body - i->explicit_size - RECORD_TAG;
    uint8_t tag[RECORD_TAG];

    begin(i, w, in, n);
    aead->decrypt(&w->ctx, n, plain, sealed);
    aead->digest(&w->ctx, RECORD_TAG, tag);
    return memeql_sec(tag, sealed + n, RECORD_TAG);
}
