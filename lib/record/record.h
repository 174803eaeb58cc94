/* SPDX-License-Identifier: ISC */
/*
 * record - the TLS record layer of an established connection: bytes in, bytes out. PURE.
 *
 * TLS 1.3: RFC 8446 section 5 (records, nonces), 4.6.3 and 7.2 (KeyUpdate), 6 (alerts), 4.6.1
 * (NewSessionTicket, read over). TLS 1.2: RFC 5246 section 6 with AEAD (RFC 5288, RFC 7905).
 * The handshake was done by a TLS library, which has given keys, IVs, sequence numbers and, for
 * 1.3, the application traffic secrets.
 *
 * A direction that has failed stays failed. All keys are secrets: record_wipe.
 */
#ifndef MW_RECORD_H
#define MW_RECORD_H

#include <stdint.h>

#include "buf.h"

enum record_version { RECORD_TLS12 = 0x0303, RECORD_TLS13 = 0x0304 };
enum record_suite { RECORD_AES_128_GCM = 1, RECORD_AES_256_GCM, RECORD_CHACHA20_POLY1305 };

#define RECORD_PLAIN_MAX  16384                        /* data in one record */
#define RECORD_HEADER     5
#define RECORD_WIRE_MAX   (RECORD_HEADER + 16384 + 256) /* one record from the wire, at most */
#define RECORD_SEALED_MAX (RECORD_HEADER + 16384 + 8 + 1 + 16) /* one of ours, at most */
#define RECORD_SECRET_MAX 48

/* One direction as the TLS library left it: plain data, crosses exec as it stands. */
struct record_keys {
    uint8_t key[32];   /* 16 of them with AES-128 */
    uint8_t iv[12];    /* 1.3 and ChaCha20: all 12; 1.2 with GCM: the first 4 (implicit part) */
    uint64_t sequence; /* of the next record */
    uint8_t secret[RECORD_SECRET_MAX]; /* 1.3: the application traffic secret */
    uint8_t secret_size;               /* 32 or 48 (suite's hash: SHA-384 with AES-256); 0 in 1.2 */
};

struct record_params {
    uint16_t version; /* enum record_version */
    uint8_t suite;    /* enum record_suite */
    uint8_t server;   /* 1: we are the TLS server of this connection, 0: its client */
    struct record_keys in, out;
};

enum record_event {
    RECORD_MORE,     /* the input holds no whole record yet */
    RECORD_DATA,     /* application data is in `data`; may be empty */
    RECORD_NOTHING,  /* a record that is not for the application was taken: go on. There may be an
                        answer to send: look at record_owes */
    RECORD_CLOSED,   /* close_notify: the peer sends nothing more */
    RECORD_ALERT,    /* a fatal alert from the peer: alert is its description */
    RECORD_FAULT,    /* the peer broke the protocol: alert is what to tell it (record_alert) */
};

#include "record_inner.h"

struct record {
    struct record_inner inner;
    uint8_t alert;
};

/* Takes params over (wipe yours). false: version, suite or a size isn't one of ours. */
bool record_init(struct record *r, const struct record_params *params);

/* Opens the first record of in[0..size): RECORD_MORE, or *used octets were one record. The
 * plain text is decrypted into out, which has RECORD_WIRE_MAX octets of room and may be `in` itself
 * + RECORD_HEADER or further ahead only as documented in record.c; *data spans it. A record over
 * the limit is RECORD_FAULT as soon as its header is there. */
enum record_event record_open(struct record *r, const uint8_t *in, size_t size, size_t *used,
                              uint8_t *out, struct span *data);

/* Seals up to RECORD_PLAIN_MAX octets of application data into one record at out, which has room
 * for RECORD_SEALED_MAX; out may overlap data only where out + RECORD_DATA_OFFSET(r) == data.
 * Returns the record's size; 0 when the direction is closed or its keys are spent (1.2 only: 1.3
 * updates them by itself, see record_owes). */
size_t record_seal(struct record *r, struct span data, uint8_t *out);

/* What must be sent before more data (a KeyUpdate of ours: answered request, or near the key's
 * record limit, RFC 8446 section 5.5), put at out with room for RECORD_SMALL_MAX octets; 0: nothing.
 * Call it after each record_open and before each record_seal. */
#define RECORD_SMALL_MAX 128
size_t record_owes(struct record *r, uint8_t *out);

/* An alert record: close_notify (level warning, closes our direction) or a fatal one. */
#define RECORD_CLOSE_NOTIFY 0
size_t record_alert(struct record *r, uint8_t description, uint8_t *out);

void record_wipe(struct record *r);

#endif
