/* SPDX-License-Identifier: ISC */
/*
 * cipher - one record's protection: nonce, additional data, AEAD, next key. PURE; inside
 * lib/record.
 *
 * A "way" is one direction (struct record_way). Nothing here decides what may come: see open.c.
 */
#ifndef MW_RECORD_CIPHER_H
#define MW_RECORD_CIPHER_H

#include "record.h"

/* NULL: not one of ours. */
const struct record_cipher *cipher_find(unsigned suite);

/* Sets a way up with the key and IV that the TLS library left. */
void cipher_start(struct record_way *w, const struct record_cipher *c,
                  const struct record_keys *keys);

/* The next traffic secret, key and IV (RFC 8446 section 7.2); the sequence begins at 0 again. */
void cipher_next_key(struct record_way *w, const struct record_cipher *c);

/* Octets that a record has more than its data. */
size_t cipher_overhead(const struct record_internal *i);

/* Seals one record of data at out (see record_seal for overlap) and counts it. type: of the content
 * (RFC 8446 section 5.1). Returns its size; 0: the sequence is at its end. */
size_t cipher_seal(struct record_internal *i, uint8_t type, struct span data, uint8_t *out);

/* Opens the record of `body` octets behind the header at `in` into plain, and counts it. plain may
 * be where the ciphertext is. The plain text has body - overhead octets, in 1.3 one more: type and
 * padding are still at its end. body >= overhead. false: not what the peer sealed; plain is junk.
 */
bool cipher_open(struct record_internal *i, const uint8_t *in, size_t body, uint8_t *plain);

#endif
