/* SPDX-License-Identifier: ISC */
/* radius_make - answers as a RADIUS server makes them, for the tests. */
#ifndef MW_RADIUS_MAKE_H
#define MW_RADIUS_MAKE_H

#include <nettle/hmac.h>
#include <nettle/md5.h>

#include "radius_packet.h"

#define SIGNATURE 18 /* octets of a Message-Authenticator */

/* Attributes for make_answer: a signature that it fills in, one that is wrong, and a Class. */
#define SIGNED "\x50\x12\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0"
#define WRONG  "\x50\x12xxxxxxxxxxxxxxxx"
#define STAFF  "\x19\x07Staff"

/* An answer to the request that is p (with its id and authenticator), by someone who knows secret. */
static inline struct radius_packet make_answer(const unsigned char *p, unsigned char code,
                                               struct span attributes, const char *secret)
{
    struct radius_packet k = {.size = RADIUS_HEADER + attributes.n};
    struct hmac_md5_ctx h;
    struct md5_ctx c;

    k.p[0] = code;
    k.p[1] = p[1];
    k.p[2] = (unsigned char)(k.size >> 8);
    k.p[3] = (unsigned char)k.size;
    memcpy(k.p + 4, p + 4, RADIUS_AUTHENTICATOR);
    memcpy(k.p + RADIUS_HEADER, attributes.p, attributes.n);
    for (size_t at = RADIUS_HEADER; at + SIGNATURE <= k.size && k.p[at + 1] >= 2; at += k.p[at + 1])
        if (k.p[at] == RADIUS_MESSAGE_AUTHENTICATOR && k.p[at + 1] == SIGNATURE &&
            k.p[at + 2] == 0) {
            hmac_md5_set_key(&h, strlen(secret), (const uint8_t *)secret);
            hmac_md5_update(&h, k.size, k.p);
            hmac_md5_digest(&h, MD5_DIGEST_SIZE, k.p + at + 2);
        }
    md5_init(&c);
    md5_update(&c, k.size, k.p);
    md5_update(&c, strlen(secret), (const uint8_t *)secret);
    md5_digest(&c, MD5_DIGEST_SIZE, k.p + 4);
    return k;
}

#endif
