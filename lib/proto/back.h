/* SPDX-License-Identifier: ISC */
/*
 * back - the dialogue with the mail server, from its greeting to the reply to the login. PURE.
 *
 * Bytes in, events and bytes out, as in front.h: the caller owns the struct (some 60 KB, static),
 * appends the server's bytes to b->in, and sends and consumes b->out.
 *
 *     back_init    with client-address proxy-v2, b->out now holds the PROXY header, which is sent
 *                  before any TLS
 *     loop: back_step → BACK_MORE       send b->out, then read more from the server
 *                       BACK_START_TLS  send b->out, do the TLS handshake, then back_tls_started
 *                       BACK_DONE       logged in: see b->capability. b->in holds what the server
 *                                       has sent after that; it belongs to the client.
 *                                       Without config->authenticate nobody is logged in, and
 *                                       back_quit may follow
 *                       BACK_FAILED     see b->failure and b->why; b->out may hold a QUIT to send
 *
 * In each dialogue the server is asked for its capabilities before the login, after STARTTLS and
 * XCLIENT, unless it has told them: see b->offer.
 *
 * The length and the number of the server's lines are limited. An unexpected or invalid reply is
 * BACK_FAILED with DENIAL_TEMPORARY: it is not a refusal. While back waits for a reply,
 * b->failure and b->why say what it means if the server closes the connection instead; b->failure
 * also holds if the server takes too long.
 *
 * Everything that the server sent before STARTTLS is forgotten once TLS is active. These are
 * BACK_FAILED with DENIAL_TEMPORARY: plain text after the STARTTLS reply; PREAUTH, since nobody has
 * logged in to that session; a server without STARTTLS or without the configured client-address.
 * XCLIENT and ID are sent after STARTTLS and before the login.
 *
 * The reply to the login:
 *   DENIAL_REFUSED    IMAP AUTHENTICATIONFAILED, AUTHORIZATIONFAILED, EXPIRED, NOPERM; POP3 AUTH;
 *                     SMTP 525, 535, and 5.7.8 with any 5xx
 *   DENIAL_TEMPORARY  IMAP BAD, UNAVAILABLE, SERVERBUG, CLIENTBUG, OVERQUOTA; POP3 SYS/TEMP,
 *                     LOGIN-DELAY; SMTP 4xx, 500, 501, 503
 *   DENIAL_LIMIT      IMAP LIMIT, INUSE; POP3 IN-USE
 *   DENIAL_ADMIN      IMAP PRIVACYREQUIRED, CONTACTADMIN, CANNOT, CORRUPTION, REFERRAL; POP3
 *                     SYS/PERM; SMTP 502, 504, 530, 534, 538; a server that offers none of our
 *                     mechanisms, lacks what the policy announces, or offers UNAUTHENTICATE where
 *                     the policy doesn't allow it
 *
 * IMAP NO, POP3 -ERR and other 5xx of SMTP, without a code that tells why: what the words say, or
 * DENIAL_UNCLEAR.
 *
 * A user or password that is empty or holds NUL, CR or LF is DENIAL_REFUSED before anything is
 * sent. RFCs as in front.h; STARTTLS: RFC 2595, 9051, 3207.
 */
#ifndef MW_BACK_H
#define MW_BACK_H

#include "buf.h"
#include "client_address.h"
#include "denial.h"
#include "limits.h"
#include "protocol.h"
#include "server_tls.h"

enum back_event { BACK_MORE, BACK_START_TLS, BACK_DONE, BACK_FAILED };

struct back_config {
    enum protocol protocol;
    enum server_tls tls;        /* IMPLICIT: the caller does the handshake before the first step */
    bool authenticate;          /* false: no login: ends when the capabilities are known */
    bool rehearse;              /* with authenticate: ends in front of the login, DONE if the server
                                   offers one of our ways; user and password are not sent */
    bool allow_unauthenticate;  /* IMAP: accept a server that offers UNAUTHENTICATE (RFC 8437) */
    struct span user, password; /* mail name and mail password; must outlive the back */
    const char *helo;           /* our name in EHLO */
    const char *announced;      /* the list (offer.h) that the policy announces, or NULL. A server
                                   that lacks a word of it could lose mail: BACK_FAILED,
                                   DENIAL_ADMIN. Not checked: OFFER_ALWAYS, and POP3 without CAPA */
    enum client_address client_address;
    const char *client; /* the client's address as text, without a port: "192.0.2.7" */
    const char *local;  /* the address that the client connected to, likewise; NULL: unknown */
    unsigned client_port, local_port;
    struct span client_helo; /* SMTP: the client's EHLO argument for XCLIENT; may be empty */
};

#include "back_internal.h"

struct back {
    const struct back_config *config; /* must outlive the back */
    struct buf in, out;
    struct buf capability; /* IMAP: the server's list after login, without the word CAPABILITY;
                              SMTP: the keywords of its last EHLO reply, without arguments */
    struct buf alert;      /* IMAP: what the server wants the user to be shown, or empty: lines,
                              with '\n' between them */
    struct buf offer;      /* what the server offers before the login: a list (offer.h) */
    bool offered;          /* offer is complete: the server was asked, or told it unasked */
    enum denial failure;
    const char *why; /* for the log, valid until back_init; never anything that the server sent */
    unsigned lines;
    struct back_internal internal;
    char in_room[LIMIT_SERVER_IN];
    char out_room[LIMIT_SERVER_OUT];
    char capability_room[LIMIT_CAPABILITY];
    char offer_room[LIMIT_OFFER];
    char alert_room[LIMIT_ALERT];
    char lacking[160]; /* b->why, with a word of config->announced */
};

void back_init(struct back *b, const struct back_config *config); /* touches few pages of b */
enum back_event back_step(struct back *b);
void back_tls_started(struct back *b); /* the handshake is done: step again */
void back_quit(struct back *b);        /* appends the protocol's farewell to b->out */
void back_wipe(struct back *b);        /* wipes b->out, which has held the password */

#endif
