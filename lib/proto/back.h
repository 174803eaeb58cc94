/* SPDX-License-Identifier: ISC */
/*
 * back - the dialogue with the mail server, from its greeting to its login's reply. PURE.
 *
 * Bytes in, events and bytes out, as in front.h: the caller owns the struct (some 50 KB, static),
 * puts what the server sent behind b->in, and writes and consumes b->out.
 *
 *     back_init (with client-address proxy-v2, b->out already holds the PROXY header, which goes out
 *               before any TLS)
 *     loop: back_step → BACK_MORE       write b->out, then read more server bytes
 *                       BACK_START_TLS  write b->out, do the TLS handshake, then back_tls_started
 *                       BACK_DONE       logged in: b->capability; b->in holds what the server has
 *                                       said beyond, for the client
 *                       BACK_FAILED     b->failure and b->why; b->out may hold a QUIT to send
 * Every line that the server says is bounded, and so is their number. Nonsense is BACK_FAILED with
 * DENIAL_TEMPORARY: a server that can't be understood has refused nobody.
 * RFCs as in front.h; STARTTLS: RFC 2595, 9051, 3207.
 */
#ifndef MW_BACK_H
#define MW_BACK_H

#include "buf.h"
#include "denial.h"
#include "limits.h"
#include "protocol.h"

enum back_event { BACK_MORE, BACK_START_TLS, BACK_DONE, BACK_FAILED };

/* The values stand in messages. */
enum server_tls { SERVER_TLS_NONE, SERVER_TLS_STARTTLS, SERVER_TLS_IMPLICIT };
enum client_address {
    CLIENT_ADDRESS_NONE,
    CLIENT_ADDRESS_ID,      /* IMAP ID with x-originating-ip, x-originating-port (only imap4s) */
    CLIENT_ADDRESS_XCLIENT, /* POP3 and SMTP XCLIENT (only pop3s, smtps) */
    CLIENT_ADDRESS_PROXY_V2,
};

struct back_config {
    enum protocol protocol;
    enum server_tls tls; /* IMPLICIT: the caller does the handshake before the first step */
    bool authenticate;   /* false: SMTP without mailhost: no AUTH at the server */
    bool allow_unauthenticate; /* IMAP: a server that offers UNAUTHENTICATE is taken (RFC 8437) */
    struct span user, password; /* mail name and mail password; must outlive the back */
    const char *helo;           /* our name in EHLO */
    const char *announced;      /* SMTP: what front announced beside AUTH; the server lacks one of
                                   them: BACK_FAILED, DENIAL_TEMPORARY (it would lose mail) */
    enum client_address client_address;
    const char *client;  /* the client's address, text without port: "192.0.2.7", "2001:db8::1" */
    const char *local;   /* the address that it connected to, likewise (PROXY v2) */
    unsigned client_port, local_port;
    struct span client_helo; /* SMTP: the client's EHLO argument, for XCLIENT HELO; may be empty */
};

#include "back_inner.h"

struct back {
    const struct back_config *config; /* must outlive the back */
    struct buf in, out;
    struct buf capability; /* IMAP: the server's list after login, without the word CAPABILITY */
    enum denial failure;
    const char *why; /* static text for the log; never what the server said */
    unsigned lines;
    struct back_inner inner;
    char in_room[LIMIT_SERVER_IN];
    char out_room[LIMIT_SERVER_OUT];
    char capability_room[LIMIT_CAPABILITY];
};

void back_init(struct back *b, const struct back_config *config);
enum back_event back_step(struct back *b);
void back_tls_started(struct back *b);
void back_wipe(struct back *b); /* b->out held the password */

#endif
