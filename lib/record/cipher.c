/* SPDX-License-Identifier: ISC */
/* cipher - protects one record: RFC 8446 sections 5.2, 5.3 and 7.3; RFC 5288 and RFC 7905 for TLS
 * 1.2. Holds the connection's keys; believes nothing about a record until its tag is verified. */
#include "cipher.h"

#include <string.h>

#include <nettle/hkdf.h>
#include <nettle/hmac.h>
#include <nettle/memops.h>

#define BLOCK          64 /* nettle: every call but the last takes a multiple of the block size */
#define HKDF_LABEL_MAX (2 + 1 + 6 + 16 + 1)

/* The limits of GCM: RFC 8446 section 5.5 allows 2^24.5 records in 1.3, NIST SP 800-38D section 8.3
 * 2^32 in 1.2. */
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

void cipher_start(struct record_direction *d, const struct record_cipher *c,
                  const struct record_keys *keys)
{
    c->aead->set_encrypt_key(&d->ctx, keys->key);
    memcpy(d->iv, keys->iv, sizeof d->iv);
    memcpy(d->secret, keys->secret, sizeof d->secret);
    d->sequence = keys->sequence;
    d->limit = keys->limit;
}

/* HKDF-Expand-Label with an empty context (RFC 8446 section 7.1), from the direction's secret. */
static void cipher_expand_label(const struct record_direction *d, const struct record_cipher *c,
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
    c->mac->set_key(&hmac, d->secret);
    hkdf_expand(&hmac, c->mac->update, c->mac->digest, c->secret_size, at, info, size, out);
    explicit_bzero(&hmac, sizeof hmac);
}

void cipher_next_key(struct record_direction *d, const struct record_cipher *c)
{
    uint8_t next[sizeof d->secret], key[32];

    cipher_expand_label(d, c, "traffic upd", c->secret_size, next);
    memcpy(d->secret, next, c->secret_size);
    cipher_expand_label(d, c, "key", c->aead->key_size, key);
    cipher_expand_label(d, c, "iv", sizeof d->iv, d->iv);
    c->aead->set_encrypt_key(&d->ctx, key);
    d->sequence = 0;
    explicit_bzero(next, sizeof next);
    explicit_bzero(key, sizeof key);
}

size_t cipher_overhead(const struct record_internal *i)
{
    return (size_t)i->explicit_size + (i->tls13 ? 1 : 0) + RECORD_TAG;
}

static void put_big_endian(uint8_t *p, size_t octets, uint64_t value)
{
    while (octets-- > 0) {
        p[octets] = (uint8_t)value;
        value >>= 8;
    }
}

/* Sets nonce and additional data for the direction's next record. Its header and its explicit
 * nonce, if it has one, are at `record`; its plain text has `plain` octets. */
static void begin_record(const struct record_internal *i, struct record_direction *d,
                         const uint8_t *record, size_t plain)
{
    const struct nettle_aead *aead = i->cipher->aead;
    uint8_t nonce[sizeof d->iv], ad[8 + RECORD_HEADER] = {0};

    memcpy(nonce, d->iv, sizeof nonce);
    put_big_endian(ad, 8, d->sequence);
    if (i->explicit_size > 0)
        memcpy(nonce + 4, record + RECORD_HEADER, RECORD_EXPLICIT);
    else
        for (size_t k = 0; k < 8; k++)
            nonce[4 + k] ^= ad[k];
    aead->set_nonce(&d->ctx, nonce);
    memcpy(ad + 8, record, RECORD_HEADER);
    if (i->tls13) {
        aead->update(&d->ctx, RECORD_HEADER, ad + 8);
    } else {
        put_big_endian(ad + 8 + 3, 2, plain);
        aead->update(&d->ctx, sizeof ad, ad);
    }
    d->sequence++;
}

size_t cipher_seal(struct record_internal *i, uint8_t type, struct span data, uint8_t *out)
{
    const struct nettle_aead *aead = i->cipher->aead;
    struct record_direction *d = &i->out;
    uint8_t *body = out + RECORD_HEADER + i->explicit_size, tail[BLOCK];
    size_t whole = data.n - data.n % BLOCK, rest = data.n - whole;
    size_t length = data.n + cipher_overhead(i);

    if (d->sequence == UINT64_MAX)
        return 0;
    if (rest > 0)
        memcpy(tail, data.p + whole, rest);
    out[0] = i->tls13 ? RECORD_CONTENT_DATA : type;
    put_big_endian(out + 1, 2, RECORD_TLS12);
    put_big_endian(out + 3, 2, length);
    if (i->explicit_size > 0)
        put_big_endian(out + RECORD_HEADER, RECORD_EXPLICIT, d->sequence);
    begin_record(i, d, out, data.n);
    if (i->tls13)
        tail[rest++] = type;
    if (whole > 0)
        aead->encrypt(&d->ctx, whole, body, (const uint8_t *)data.p);
    aead->encrypt(&d->ctx, rest, body + whole, tail);
    aead->digest(&d->ctx, RECORD_TAG, body + whole + rest);
    explicit_bzero(tail, sizeof tail);
    return RECORD_HEADER + length;
}

bool cipher_open(struct record_internal *i, const uint8_t *in, size_t body, uint8_t *plain)
{
    const struct nettle_aead *aead = i->cipher->aead;
    struct record_direction *d = &i->in;
    const uint8_t *sealed = in + RECORD_HEADER + i->explicit_size;
    size_t n = body - i->explicit_size - RECORD_TAG;
    uint8_t tag[RECORD_TAG];

    begin_record(i, d, in, n);
    aead->decrypt(&d->ctx, n, plain, sealed);
    aead->digest(&d->ctx, RECORD_TAG, tag);
    return memeql_sec(tag, sealed + n, RECORD_TAG);
}
