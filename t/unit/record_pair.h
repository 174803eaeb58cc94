/* SPDX-License-Identifier: ISC */
/* record_pair - for tests: both ends of one connection; the peer can send any record. */
#ifndef MW_RECORD_PAIR_H
#define MW_RECORD_PAIR_H

#include "cipher.h"

enum { V12 = 1, V13 = 2, BOTH = V12 | V13 };
enum { CLIENT = 1, SERVER = 2, EITHER = CLIENT | SERVER }; /* our role */
enum { ALERT = RECORD_CONTENT_ALERT, SHAKE = RECORD_CONTENT_HANDSHAKE, DATA = RECORD_CONTENT_DATA };

/* Handshake messages. */
#define UPDATE       "\x18\0\0\1\0"
#define UPDATE_ASKED "\x18\0\0\1\1"
#define TICKET       "\4\0\0\5abcde"

static inline struct record_params params(int version, int role, unsigned suite)
{
    struct record_params p = {.version = version == V12 ? RECORD_TLS12 : RECORD_TLS13,
                              .suite = (uint8_t)suite,
                              .server = role == SERVER,
                              .in = {.sequence = 5, .limit = RECORD_PLAIN_MAX},
                              .out = {.sequence = 0x9a8b7c, .limit = RECORD_PLAIN_MAX}};

    for (size_t k = 0; k < 32; k++) {
        p.in.key[k] = (uint8_t)(k + 1);
        p.out.key[k] = (uint8_t)(k + 101);
    }
    memcpy(p.in.iv, "in..in..in..", 12);
    memcpy(p.out.iv, "out.out.out.", 12);
    memcpy(p.in.secret, "one secret", 10);
    memcpy(p.out.secret, "another secret", 14);
    if (version == V13)
        p.in.secret_size = p.out.secret_size = suite == RECORD_AES_256_GCM ? 48 : 32;
    return p;
}

/* Starts both ends of the connection that our params p describe. */
static inline void meet_as(struct record_params p, struct record *us, struct record *peer)
{
    struct record_keys in = p.in;

    assert_true(record_init(us, &p));
    p.in = p.out;
    p.out = in;
    p.server = !p.server;
    assert_true(record_init(peer, &p));
}

static inline void meet(int version, int role, unsigned suite, struct record *us,
                        struct record *peer)
{
    meet_as(params(version, role, suite), us, peer);
}

#endif
