/* SPDX-License-Identifier: ISC */
/* record_internal - the contents of struct record; for lib/record alone, and for tests that must
 * reach a key's limit. PURE. Holds keys: record_wipe. */
#ifndef MW_RECORD_INTERNAL_H
#define MW_RECORD_INTERNAL_H

#include <stdbool.h>
#include <stdint.h>

#include <nettle/chacha-poly1305.h>
#include <nettle/gcm.h>
#include <nettle/nettle-meta.h>

#define RECORD_TAG         16
#define RECORD_EXPLICIT    8      /* TLS 1.2 with GCM: octets of nonce in the record */
#define RECORD_USELESS_MAX 32     /* records in a row without data */
#define RECORD_TICKET_MAX  131337 /* octets in the longest possible NewSessionTicket */
#define RECORD_HELLO_MAX   16384  /* octets in a ClientHello that asks to renegotiate */

/* AlertDescription (RFC 8446 section 6). */
enum record_description {
    RECORD_UNEXPECTED_MESSAGE = 10,
    RECORD_BAD_RECORD_MAC = 20,
    RECORD_OVERFLOW = 22,
    RECORD_ILLEGAL_PARAMETER = 47,
    RECORD_DECODE_ERROR = 50,
    RECORD_PROTOCOL_VERSION = 70,
    RECORD_INTERNAL_ERROR = 80,
    RECORD_USER_CANCELED = 90,
    RECORD_NO_RENEGOTIATION = 100,
};

/* ContentType (RFC 8446 section 5.1). */
enum record_content {
    RECORD_CONTENT_ALERT = 21,
    RECORD_CONTENT_HANDSHAKE = 22,
    RECORD_CONTENT_DATA = 23,
};

/* The parts of a suite: a const table in cipher.c. */
struct record_cipher {
    const struct nettle_aead *aead;
    const struct nettle_mac *mac; /* HMAC with the suite's hash: TLS 1.3's HKDF */
    uint8_t secret_size;          /* octets of the hash, and of a traffic secret */
    uint8_t explicit_size;        /* octets of nonce in a TLS 1.2 record */
    uint64_t key_limit13;         /* records under one key before 1.3 updates it */
    uint64_t key_limit12;         /* records under one key before 1.2 has to stop */
};

enum record_direction_state {
    RECORD_DIRECTION_UNSET, /* no keys: before record_init, after record_wipe */
    RECORD_DIRECTION_OPEN,
    RECORD_DIRECTION_CLOSED, /* close_notify was received or sent */
    RECORD_DIRECTION_ALERT,  /* a fatal alert was received or sent */
    RECORD_DIRECTION_FAULT,  /* the peer broke the protocol */
};

/* One direction. */
struct record_direction {
    enum record_direction_state state;
    union {
        struct gcm_aes128_ctx aes128;
        struct gcm_aes256_ctx aes256;
        struct chacha_poly1305_ctx chacha;
    } ctx;
    uint8_t iv[12];
    uint8_t secret[48];
    uint64_t sequence; /* of the next record; counted from 0 under each key */
    uint16_t limit;    /* most data in a record */
};

/* What we owe the peer: one thing at a time, however often it asked. */
enum record_debt {
    RECORD_OWES_NOTHING,
    RECORD_OWES_KEY_UPDATE,       /* 1.3 */
    RECORD_OWES_NO_RENEGOTIATION, /* 1.2 */
};

/* A handshake message that the peer has begun; it may be cut anywhere. */
struct record_message {
    const struct record_message_kind *kind; /* NULL until the header is complete */
    uint8_t header[4];
    uint8_t header_have; /* octets of it; 0: between messages */
    uint8_t value;       /* the last octet of body so far */
    uint32_t left;       /* octets of body still to come */
};

struct record_internal {
    const struct record_cipher *cipher;
    bool tls13, server;
    uint8_t explicit_size; /* this connection's: the cipher's in 1.2, 0 in 1.3 */
    uint8_t useless;       /* records in a row without data */
    enum record_debt debt;
    uint64_t key_limit; /* tests lower it */
    struct record_message message;
    struct record_direction in, out;
};

#endif
