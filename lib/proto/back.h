/* SPDX-License-Identifier: ISC */
/*
 * back - the dialogue with the mail server, from its greeting to its login's reply. PURE.
 *
 * Bytes in, events and bytes out, as in front.h: the caller owns the struct (some 50 KB, static),
 * puts what the server sent behind b->in, and writes and consumes b->out.
 *
 *     back_init (with client-address proxy-v2, b->out already holds the PROXY header, which goes
 * out before any TLS) loop: back_step → BACK_MORE       write b->out, then read more server bytes
 *                       BACK_START_TLS  write b->out, do the TLS handshake, then back_tls_started
 *                       BACK_DONE       logged in: b->capability; b->in holds what the server has
 *                                       said beyond, for the client
 *                       BACK_FAILED     b->failure and b->why; b->out may hold a QUIT to send
 * Every line that the server says is bounded, and so is their number. Nonsense is BACK_FAILED with
 * DENIAL_TEMPORARY: a server that can't be understood has refused nobody. Where the server closes
 * instead of going on, b->failure and b->why say already what that means; when the time is over,
 * b->failure does.
 *
 * What comes before TLS by STARTTLS is forgotten when it stands, bytes in clear behind the
 * STARTTLS reply are BACK_FAILED, and so are PREAUTH (nobody has logged in to that session) and a
 * server that lacks what the configuration wants (STARTTLS, the way to say client-address), all
 * DENIAL_TEMPORARY. XCLIENT and ID are said in TLS and before the login.
 *
 * The reply to the login:
 *   DENIAL_REFUSED    IMAP NO, alone or with AUTHENTICATIONFAILED, AUTHORIZATIONFAILED, EXPIRED,
 *                     NOPERM; POP3 -ERR, alone or with AUTH; SMTP 535 and all 5xx not named below
 *   DENIAL_TEMPORARY  IMAP BAD, UNAVAILABLE, INUSE, SERVERBUG, CLIENTBUG, OVERQUOTA; POP3 SYS/TEMP,
 *                     LOGIN-DELAY; SMTP 4xx, 500, 501, 503
 *   DENIAL_LIMIT      IMAP LIMIT; POP3 IN-USE
 *   DENIAL_ADMIN      IMAP PRIVACYREQUIRED, CONTACTADMIN, CANNOT, CORRUPTION, REFERRAL; POP3
 *                     SYS/PERM; SMTP 502, 504, 530, 534, 538; a server that offers no mechanism
 *                     that we have, or UNAUTHENTICATE where that isn't allowed
 *
 * A user or password that is empty or holds NUL, CR or LF is DENIAL_REFUSED before anything is
 * said. RFCs as in front.h; STARTTLS: RFC 2595, 9051, 3207.
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
    bool authenticate;          /* false: SMTP without mailhost: no AUTH at the server */
    bool allow_unauthenticate;  /* IMAP: a server that offers UNAUTHENTICATE is taken (RFC 8437) */
    struct span user, password; /* mail name and mail password; must outlive the back */
    const char *helo;           /* our name in EHLO */
    const char *announced;      /* SMTP: what front announced beside AUTH, blank-separated, or NULL;
                                   the server lacks one of them, or SIZE: BACK_FAILED,
                                   DENIAL_TEMPORARY (it would lose mail). ENHANCEDSTATUSCODES is
                                   not missed: without it replies are shorter, nothing is lost */
    enum client_address client_address;
    const char *client; /* the client's address, text without port: "192.0.2.7", "2001:db8::1" */
    const char *local;  /* the address that it connected to, likewise; NULL: not known */
    unsigned client_port, local_port;
    struct span client_helo; /* SMTP: the client's EHLO argument, for XCLIENT HELO; may be empty */
};

#include "back_internal.h"

struct back {
    const struct back_config *config; /* must outlive the back */
    struct buf in, out;
    struct buf capability; /* IMAP: the server's list after login, without the word CAPABILITY;
                              SMTP: the keywords of its last EHLO reply, without arguments */
    enum denial failure;
    const char *why; /* static text for the log; never what the server said */
    unsigned lines;
    struct back_internal internal;
    char in_room[LIMIT_SERVER_IN];
    char out_room[LIMIT_SERVER_OUT];
    char capability_room[LIMIT_CAPABILITY];
};

void back_init(struct back *b, const struct back_config *config); /* touches few pages of b */
enum back_event back_step(struct back *b);
void back_tls_started(struct back *b); /* then step again */
void back_wipe(struct back *b);        /* b->out held the password: what it ever held is wiped */

#endif
