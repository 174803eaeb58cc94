/* SPDX-License-Identifier: ISC */
/*
 * record - the TLS record layer after the handshake: bytes in, bytes out. PURE.
 *
 * TLS 1.3: RFC 8446 sections 5 (records, nonces), 4.6.3 and 7.2 (KeyUpdate), 6 (alerts), 4.6.1
 * (NewSessionTicket, ignored). TLS 1.2: RFC 5246 section 6 with AEAD (RFC 5288, RFC 7905).
 * A TLS library has done the handshake and exported keys, IVs, sequence numbers and, for 1.3, the
 * application traffic secrets.
 *
 * A failed direction stays failed. All keys are secrets: call record_wipe.
 */
#ifndef MW_RECORD_H
#define MW_RECORD_H

#include <stdint.h>

#include "buf.h"

enum record_version { RECORD_TLS12 = 0x0303, RECORD_TLS13 = 0x0304 };
enum record_suite { RECORD_AES_128_GCM = 1, RECORD_AES_256_GCM, RECORD_CHACHA20_POLY1305 };

#define RECORD_PLAIN_MAX  16384 /* most data in one record */
#define RECORD_LIMIT_MIN  63    /* lowest limit on it: RFC 8449's 64 includes 1.3's content type */
#define RECORD_HEADER     5
#define RECORD_WIRE_MAX   (RECORD_HEADER + 16384 + 256)        /* longest record received */
#define RECORD_SEALED_MAX (RECORD_HEADER + 16384 + 8 + 1 + 16) /* longest record sent */
#define RECORD_SECRET_MAX 48

/* One direction as the TLS library exported it. Holds no pointers, so it can cross exec as it
 * is. */
struct record_keys {
    uint8_t key[32];   /* AES-128: the first 16 */
    uint8_t iv[12];    /* 1.3 and ChaCha20: all 12; 1.2 with GCM: the first 4 (implicit part) */
    uint64_t sequence; /* of the next record */
    uint8_t secret[RECORD_SECRET_MAX]; /* 1.3: the application traffic secret */
    uint8_t secret_size;               /* 32 or 48 (suite's hash: SHA-384 with AES-256); 0 in 1.2 */
    /* Most data in one record: RECORD_PLAIN_MAX, or less where the handshake negotiated less
     * (max_fragment_length, RFC 6066 section 4; record_size_limit, RFC 8449). */
    uint16_t limit;
};

struct record_params {
    uint16_t version; /* enum record_version */
    uint8_t suite;    /* enum record_suite */
    uint8_t server;   /* 1: we are the TLS server of this connection, 0: its client */
    struct record_keys in, out;
};

enum record_event {
    RECORD_MORE,    /* no whole record in the input yet */
    RECORD_DATA,    /* application data, perhaps empty, is in `data` */
    RECORD_NOTHING, /* the record was not for the application. There may be an answer to send:
                       call record_owes */
    RECORD_CLOSED,  /* close_notify: the peer sends no more. In TLS 1.2 it expects ours now */
    RECORD_ALERT,   /* a fatal alert from the peer; its description is in alert */
    RECORD_FAULT,   /* the peer broke the protocol; send it the alert (record_alert) */
};

#include "record_internal.h"

struct record {
    struct record_internal internal;
    uint8_t alert; /* its description, after RECORD_ALERT and RECORD_FAULT */
};

/* Copies params; the caller wipes its own. Returns false, with r wiped, if version, suite, role, a
 * secret's size or a limit is invalid. */
bool record_init(struct record *r, const struct record_params *params);

/* Opens the first record of in[0..size). RECORD_MORE: *used is 0; call again with more octets.
 * RECORD_DATA, RECORD_NOTHING: the record had *used octets. The other events end the direction:
 * *used is size, because the rest is ignored, and every further call returns the same event.
 * An invalid header gives RECORD_FAULT as soon as its five octets are there.
 *
 * The record is decrypted into out, which has room for RECORD_WIRE_MAX octets and doesn't overlap
 * the record, or else is exactly in + RECORD_HEADER: then the record is decrypted in place. *data
 * is the plain text: it lies in out, not always at the start. It is empty unless RECORD_DATA is
 * returned.
 *
 * RECORD_FAULT has one of these alerts: unexpected_message (a content type, handshake message or
 * change_cipher_spec that can't come now, padding without a type, data inside a handshake message,
 * more than RECORD_USELESS_MAX records in a row without data), protocol_version, record_overflow,
 * bad_record_mac, decode_error, illegal_parameter, internal_error (sequence numbers used up).
 * A TLS 1.2 peer that wants to renegotiate gets no_renegotiation and may go on. */
enum record_event record_open(struct record *r, const uint8_t *in, size_t size, size_t *used,
                              uint8_t *out, struct span *data);

/* How many octets a record is longer than its data, at most. */
#define RECORD_OVERHEAD (RECORD_SEALED_MAX - RECORD_PLAIN_MAX)

/* The offset of the data in a record that r seals: 5, or 13 in TLS 1.2 with GCM. */
#define RECORD_DATA_OFFSET(r) ((size_t)RECORD_HEADER + (r)->internal.explicit_size)

/* The most data in a record that r seals. */
#define RECORD_LIMIT(r) ((size_t)(r)->internal.out.limit)

/* Seals 0 to RECORD_LIMIT(r) octets of application data into one record at out, which has room
 * for RECORD_DATA_OFFSET(r) + data.n + 17 octets (RECORD_SEALED_MAX is always enough); out may
 * overlap data only if out + RECORD_DATA_OFFSET(r) == data. Returns the record's size, or 0 if data
 * is too long, the direction is closed, or its key is used up (1.2 only, after 2^32 records with
 * GCM; in 1.3 record_owes updates the key). */
size_t record_seal(struct record *r, struct span data, uint8_t *out);

/* Writes what must be sent before more data to out, which has room for RECORD_SMALL_MAX octets.
 * Returns its size, or 0 if there is nothing to send. It is our KeyUpdate (one answer to any number
 * of requests, or because our key is near its limit: RFC 8446 section 5.5), or a TLS 1.2 warning
 * no_renegotiation. Call it after each record_open and before each record_seal, and keep the order
 * when sending: first this, then what record_seal returns. */
#define RECORD_SMALL_MAX 128
size_t record_owes(struct record *r, uint8_t *out);

/* Writes an alert record to out, which has room for RECORD_SMALL_MAX octets: close_notify (level
 * warning) or a fatal alert. Either closes our direction. Returns its size, or 0 if our direction
 * is closed already. */
#define RECORD_CLOSE_NOTIFY 0
size_t record_alert(struct record *r, uint8_t description, uint8_t *out);

/* Overwrites all of r. Only record_init may use it afterwards. */
void record_wipe(struct record *r);

#endif
