/* SPDX-License-Identifier: ISC */
/*
 * wire - the messages between mailwicket (the filter), mailwicket-verify (the helper) and
 * mailwicket-relay. PURE.
 *
 * A message is one SOCK_SEQPACKET (or, from the relay to a helper service, SOCK_DGRAM) datagram of
 * at most LIMIT_MESSAGE octets: version, type, then the fields of that type in a fixed order,
 * numbers in network order, strings with their length in front. A version not ours, an unknown
 * type, a string over its limit, a value that no enum has, a missing field or an octet too many is
 * a fault, and a fault ends the conversation: both sides are of one build.
 *
 *   filter → helper                          helper → filter
 *   HELLO   protocol           [client fd]
 *   USER    login name
 *   VERIFY  login, password …                GRANT  [server fd] [report fd] | DENY
 *   RESULT  done | failed …                  ESTABLISHED                    | DENY
 *                                            GOODBYE (at any time before ESTABLISHED)
 *   relay → helper                           helper → mailwicketctl, in a trial
 *   INTERIM, END                             STEP   name, what came of it
 */
#ifndef MW_WIRE_H
#define MW_WIRE_H

#include <stdint.h>

#include "buf.h"
#include "client_address.h"
#include "denial.h"
#include "limits.h"
#include "mechanism.h"
#include "protocol.h"
#include "server_tls.h"

#define WIRE_VERSION 1

/* The signal by which anyone with the right to may ask a relay for an INTERIM now. A process that
 * isn't a relay yet ignores it by default, and takes no harm. */
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
};
#define WIRE_TYPES 12 /* one more than the last */

/* Why a session ended, as the relay saw it. */
enum wire_cause {
    WIRE_CLIENT_CLOSED = 1,
    WIRE_SERVER_CLOSED,
    WIRE_CLIENT_LOST, /* reset, or no close_notify */
    WIRE_SERVER_LOST,
    WIRE_IDLE_TIMEOUT,
    WIRE_SESSION_TIMEOUT,
    WIRE_LOGGED_OFF,
    WIRE_TLS_FAULT,
    WIRE_CAUSE_UNKNOWN, /* never sent: the entry was swept */
};
const char *wire_cause_name(enum wire_cause c); /* "client-closed" … */

struct wire_hello {
    enum protocol protocol;
};

struct wire_user {
    struct span login;
};

struct wire_verify {
    enum mechanism mechanism;
    struct span login, password;         /* the password is a secret */
    struct span helo;                    /* SMTP: the client's EHLO argument, or empty */
    struct span certificate;             /* the client's, DER, proven in the handshake; or empty */
    struct span issuers;                 /* what came behind it: DER, one behind the other */
    struct span tls_version, tls_cipher; /* for show and log: "TLS1.3", "AES-256-GCM" */
};

/* With two descriptors: the connected mail server, and where the relay may report (a datagram
 * socket; none where the helper was started by the filter: then its own socket serves). */
struct wire_grant {
    struct span mail_user, mail_password; /* secret */
    struct span host; /* to verify the server's certificate against, and to log */
    struct span ca;   /* file name of the CA list, as in the policy; or empty */
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
};

struct wire_result {
    uint8_t done;           /* 1: logged in at the mail server; 0: not */
    enum denial denial;     /* 0 where done is 1 */
    struct span why;        /* for the log, or empty */
    struct span server_tls; /* "TLS1.3", or empty */
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
    uint64_t bytes_in, bytes_out; /* of the session's data: from the client, to the client */
    enum wire_cause cause;        /* INTERIM: 0 */
    uint64_t at;                  /* clock_ms when the bytes were counted */
    uint64_t active;              /* and when data moved last: at most that */
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
    };
};

/* Appends the message to out. false: it breaks a limit (those of limits.h; a number above its enum;
 * a NUL in a string other than a login, a name, a password, helo, certificate or issuers), or out
 * is too small; out holds then what it held before. */
bool wire_encode(const struct wire *w, struct buf *out);

/* Reads a whole datagram; spans point into it. false: a fault, see above; w is not to be used. */
bool wire_decode(struct wire *w, struct span datagram);

#endif
