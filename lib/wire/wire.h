/* SPDX-License-Identifier: ISC */
/*
 * wire - the messages between mailwicket (the filter), mailwicket-verify (the helper) and
 * mailwicket-relay. PURE.
 *
 * A message is one datagram of at most LIMIT_MESSAGE octets: SOCK_SEQPACKET, or SOCK_DGRAM from the
 * relay to a helper service. It holds version, type, and the fields of that type in a fixed order:
 * numbers in network order, strings after their length. Another version, an unknown type, a string
 * over its limit, a value outside its enum, a missing field or an extra octet is a fault. A fault
 * ends the conversation: both sides come from the same build.
 *
 *   filter → helper                          helper → filter
 *   HELLO   protocol, learn    [client fd]   OFFER                          (if learn)
 *   NOTE    for the log
 *   USER    login name
 *   VERIFY  login, password …                GRANT  [server fd] [report fd] | DENY
 *   RESULT  done | failed …                  ESTABLISHED                    | DENY
 *                                            GOODBYE (at any time before ESTABLISHED)
 *   relay → helper                           helper → mailwicketctl, in a trial
 *   INTERIM, END                             STEP   name, outcome
 */
#ifndef MW_WIRE_H
#define MW_WIRE_H

#include <stdint.h>

#include "buf.h"
#include "client_address.h"
#include "denial.h"
#include "limits.h"
#include "mechanism.h"
#include "noted.h"
#include "protocol.h"
#include "server_tls.h"

#define WIRE_VERSION 1

/* The signal that asks a relay for an INTERIM now. It does no harm to a process that isn't a relay
 * yet: its default is to be ignored. */
#define WIRE_ASK SIGURG

enum wire_type {
    WIRE_HELLO = 1,
    WIRE_USER,
    WIRE_VERIFY,
    WIRE_RESULT,
    WIRE_GRANT,
    WIRE_DENY,
    WIRE_ESTABLISHED,
    WIRE_GOODBYE,
    WIRE_INTERIM,
    WIRE_END,
    WIRE_STEP,
    WIRE_OFFER,
    WIRE_NOTE,
};
#define WIRE_TYPES 14 /* one more than the last */

/* Why a session ended, as the relay sees it. */
enum wire_cause {
    WIRE_CLIENT_CLOSED = 1,
    WIRE_SERVER_CLOSED,
    WIRE_CLIENT_LOST, /* reset, or no close_notify */
    WIRE_SERVER_LOST,
    WIRE_IDLE_TIMEOUT,
    WIRE_SESSION_TIMEOUT,
    WIRE_LOGGED_OFF,
    WIRE_TLS_FAULT,
    WIRE_CAUSE_UNKNOWN, /* never in a message: a sweep found the entry */
};
const char *wire_cause_name(enum wire_cause c); /* "client-closed" … */

struct wire_hello {
    enum protocol protocol;
    uint8_t learn; /* 1: the policy leaves to the mail server what is announced: answer OFFER */
};

struct wire_offer {
    struct span words; /* what the default server was seen to offer: a list (offer.h), or empty */
};

struct wire_note {
    enum noted noted;
    struct span certificate; /* its subject, as text; or empty */
    struct span why;         /* or empty */
};

struct wire_user {
    struct span login;
};

struct wire_verify {
    enum mechanism mechanism;
    struct span login, password;         /* the password is a secret */
    struct span helo;                    /* SMTP: the client's EHLO argument, or empty */
    struct span certificate;             /* the client's, DER, proven in the handshake; or empty */
    struct span issuers;                 /* the certificates that came after it, DER, in a row */
    struct span tls_version, tls_cipher; /* for show and log: "TLS1.3", "AES-256-GCM" */
};

/* Comes with two descriptors: the connected mail server, and a datagram socket for the relay's
 * reports. A helper that the filter started sends the first only: the relay reports on the socket of
 * the conversation. */
struct wire_grant {
    struct span mail_user, mail_password; /* secret */
    struct span host; /* the name that the server's certificate must have, also for the log */
    struct span ca;   /* the policy's file of CA certificates; or empty */
    enum server_tls tls;
    uint8_t verify;               /* 0 or 1: check the server's certificate */
    uint8_t authenticate;         /* 0 or 1: log in at the mail server */
    uint8_t allow_unauthenticate; /* 0 or 1 */
    enum client_address client_address;
    struct span client, local; /* addresses as text */
    uint16_t client_port, local_port;
};

struct wire_deny {
    enum denial denial;
    uint8_t repeat; /* 1: the login that was denied just before; it is no further attempt */
};

struct wire_result {
    uint8_t done;           /* 1: logged in at the mail server; 0: not */
    enum denial denial;     /* 0 where done is 1 */
    struct span why;        /* for the log, or empty */
    struct span server_tls; /* "TLS1.3", or empty */
    uint8_t offered;        /* 1: offer is all that the mail server offers before the login */
    struct span offer;      /* a list (offer.h), or empty; whoever gets it cleans it */
};

struct wire_established {
    uint64_t id;              /* of the session */
    uint32_t idle_timeout;    /* s; 0: none */
    uint32_t session_timeout; /* s; 0: none */
    uint32_t interim;         /* s between INTERIM messages; at least 1 */
};

struct wire_goodbye {
    enum goodbye goodbye;
};

struct wire_end { /* INTERIM and END */
    uint64_t id;
    uint64_t bytes_in, bytes_out; /* the session's data from the client, and to the client */
    enum wire_cause cause;        /* INTERIM: 0 */
    uint64_t at;                  /* clock_ms when the bytes were counted */
    uint64_t active;              /* clock_ms when data moved last; not later than at */
};

struct wire_step {
    struct span name, text; /* neither is empty */
};

struct wire {
    enum wire_type type;
    union {
        struct wire_hello hello;
        struct wire_user user;
        struct wire_verify verify;
        struct wire_grant grant;
        struct wire_deny deny;
        struct wire_result result;
        struct wire_established established;
        struct wire_goodbye goodbye;
        struct wire_end end;
        struct wire_step step;
        struct wire_offer offer;
        struct wire_note note;
    };
};

/* Appends the message to out. false, and out is unchanged, if out is too small or the message breaks
 * a rule: a limit of limits.h, a value outside its enum, a NUL in a string other than login, name,
 * password, helo, VERIFY's certificate or issuers. */
bool wire_encode(const struct wire *w, struct buf *out);

/* Reads a whole datagram; w's spans point into it. false: a fault, see above; don't use w. */
bool wire_decode(struct wire *w, struct span datagram);

#endif
