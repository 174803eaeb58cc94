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

#define RECORD_PLAIN_MAX  16384 /* data in one record */
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
    RECORD_MORE,    /* the input holds no whole record yet */
    RECORD_DATA,    /* application data is in `data`; may be empty */
    RECORD_NOTHING, /* a record that is not for the application was taken: go on. There may be an
                       answer to send: look at record_owes */
    RECORD_CLOSED,  /* close_notify: the peer sends nothing more. In TLS 1.2 it wants ours now */
    RECORD_ALERT,   /* a fatal alert from the peer: alert is its description */
    RECORD_FAULT,   /* the peer broke the protocol: alert is what to tell it (record_alert) */
};

#include "record_internal.h"

struct record {
    struct record_internal inner;
    uint8_t alert; /* with RECORD_ALERT and RECORD_FAULT: the description */
};

/* Takes params over (wipe yours). false: version, suite or a size isn't one of ours; r is wiped. */
bool record_init(struct record *r, const struct record_params *params);

/* Opens the first record of in[0..size). RECORD_MORE: *used is 0, call again with more octets.
 * RECORD_DATA, RECORD_NOTHING: *used octets were one record. The other events end the direction:
 * *used is size, since what follows is not looked at, and each further call gives the same event.
 * A header that can't be right is RECORD_FAULT as soon as its five octets are there.
 *
 * The plain text is decrypted into out, which has RECORD_WIRE_MAX octets of room and overlaps the
 * record not at all, or else is exactly in + RECORD_HEADER: then it is decrypted where it lies.
 * *data spans it: in out, not always at its beginning. It is empty with all events but RECORD_DATA.
 *
 * The alerts of RECORD_FAULT: unexpected_message (a content type, handshake message or
 * change_cipher_spec that can't come now, a padded nothing, data inside a handshake message, over
 * RECORD_USELESS_MAX records in a row that bring no data), protocol_version, record_overflow,
 * bad_record_mac, decode_error, illegal_parameter, internal_error (sequence number spent).
 * A TLS 1.2 peer that wants to renegotiate is owed no_renegotiation and may go on. */
enum record_event record_open(struct record *r, const uint8_t *in, size_t size, size_t *used,
                              uint8_t *out, struct span *data);

/* Where data lies in a sealed record of r: 5, or 13 in TLS 1.2 with GCM. */
#define RECORD_DATA_OFFSET(r) ((size_t)RECORD_HEADER + (r)->inner.explicit_size)

/* Seals 0 to RECORD_PLAIN_MAX octets of application data into one record at out, which has room
 * for RECORD_DATA_OFFSET(r) + data.n + 17 octets (RECORD_SEALED_MAX is always enough); out may
 * overlap data only where out + RECORD_DATA_OFFSET(r) == data. Returns the record's size; 0: data
 * is too long, or the direction is closed, or its keys are spent (1.2 only, after 2^32 records with
 * GCM: 1.3 updates them by itself, see record_owes). */
size_t record_seal(struct record *r, struct span data, uint8_t *out);

/* What must be sent before more data, put at out with room for RECORD_SMALL_MAX octets; 0: nothing.
 * It is a KeyUpdate of ours (the answer to a request, one for any number of them; or our key is
 * near its limit, RFC 8446 section 5.5), or a TLS 1.2 warning no_renegotiation. Call it after each
 * record_open and before each record_seal, and send what it gives in this order with what
 * record_seal gives. */
#define RECORD_SMALL_MAX 128
size_t record_owes(struct record *r, uint8_t *out);

/* An alert record at out, with room for RECORD_SMALL_MAX octets: close_notify (level warning) or a
 * fatal one. Either closes our direction. Returns its size; 0: it is closed already. */
#define RECORD_CLOSE_NOTIFY 0
size_t record_alert(struct record *r, uint8_t description, uint8_t *out);

/* Overwrites all of r; it can only be initialised again. */
void record_wipe(struct record *r);

#endif
