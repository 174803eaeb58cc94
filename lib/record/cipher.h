/* SPDX-License-Identifier: ISC */
/*
 * cipher - the protection of one record: nonce, additional data, AEAD, next key. PURE; for
 * lib/record alone.
 *
 * It works on one direction (struct record_direction) and doesn't decide which records may come:
 * open.c does.
 */
#ifndef MW_RECORD_CIPHER_H
#define MW_RECORD_CIPHER_H

#include "record.h"

/* Returns NULL for an unknown suite. */
const struct record_cipher *cipher_find(unsigned suite);

/* Sets a direction up with the key and IV that the TLS library exported. */
void cipher_start(struct record_direction *d, const struct record_cipher *c,
                  const struct record_keys *keys);

/* Moves to the next traffic secret, key and IV (RFC 8446 section 7.2). The sequence restarts at
 * 0. */
void cipher_next_key(struct record_direction *d, const struct record_cipher *c);

/* How many octets a record is longer than its data, header not counted. */
size_t cipher_overhead(const struct record_internal *i);

/* Seals data as one record at out and counts it; data and out may overlap as for record_seal. type
 * is the content type (RFC 8446 section 5.1). Returns the record's size, or 0 if the sequence
 * number is used up. */
size_t cipher_seal(struct record_internal *i, uint8_t type, struct span data, uint8_t *out);

/* Opens the record whose header is at `in` and whose body has `body` octets, decrypts it to plain,
 * and counts it. plain may be the place of the ciphertext. body must be at least the overhead. The
 * plain text has body - overhead octets, plus one in TLS 1.3: type and padding are still at its
 * end. Returns false if the peer didn't seal this: plain then holds garbage. */
bool cipher_open(struct record_internal *i, const uint8_t *in, size_t body, uint8_t *plain);

#endif
