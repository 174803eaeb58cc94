/* SPDX-License-Identifier: ISC */
/*
 * front - the dialogue with the mail program, from the greeting to the login. PURE.
 *
 * Bytes in, events and bytes out. The caller owns the struct (some 50 KB: keep it in static
 * storage; only the parts in use are touched). It appends the client's bytes to f->in. front_step
 * consumes whole commands from f->in and appends replies to f->out; the caller sends these to the
 * client and consumes them. When the login is granted, what is left in f->in belongs to the mail
 * server.
 *
 *     front_init, front_greet
 *     loop: front_step → FRONT_MORE    send f->out if it holds anything, then read more from the
 *                                      client: f->in has room
 *                        FRONT_FLUSH   send all of f->out, then step again
 *                        FRONT_USER    f->name holds the login name that the client has just sent
 *                        FRONT_VERIFY  f->name and f->password are complete: call front_granted or
 *                                      front_denied before the next step
 *                        FRONT_CLOSE   send f->out, then close
 *
 * Names and passwords are the client's octets, decoded but not checked: both may be empty, hold NUL
 * or LF, or be too long (they are cut one octet above LIMIT_LOGIN and LIMIT_PASSWORD). SASL PLAIN
 * with an authorization identity other than the user is denied here and counts as a denied login.
 *
 * Lines end in CRLF in all three protocols (RFC 5321 section 2.3.8, RFC 9051 section 2.2, RFC 1939
 * section 3). A bare LF is an error, and everything after it up to the next CRLF is skipped, never
 * read as a command. LIMIT_BAD_COMMANDS errors or LIMIT_COMMANDS lines end the dialogue.
 *
 * RFC 1939, 2449, 3206, 5034 (POP3); RFC 9051, 2971, 4959, 5530, 7888 (IMAP); RFC 5321, 4954,
 * 3463, 4422 (SMTP).
 */
#ifndef MW_FRONT_H
#define MW_FRONT_H

#include "buf.h"
#include "denial.h"
#include "limits.h"
#include "mechanism.h"
#include "protocol.h"

enum front_event { FRONT_MORE, FRONT_FLUSH, FRONT_USER, FRONT_VERIFY, FRONT_CLOSE };

struct front_config {
    enum protocol protocol;
    const char *host;     /* our name in SMTP's greeting and EHLO reply */
    const char *announce; /* what is announced beside our own: a list (offer.h), or "" */
    unsigned attempts;    /* denied logins after which the connection ends; at least 1 */
    bool external;        /* SMTP: a certificate alone is enough (EXTERNAL and IMPLICIT) */
    bool passwordless;    /* no password is needed: any is accepted, and wiped at once */
};

/* Defines struct front_internal, the state of front's parsers. */
#include "front_internal.h"

struct front {
    const struct front_config *config; /* must outlive the front */
    struct buf in, out;
    struct buf name;     /* the login name as the client sent it; MECHANISM_EXTERNAL: the
                            authorization identity, mostly empty; MECHANISM_IMPLICIT: empty */
    struct buf password; /* a secret: wiped by front_granted, front_denied and front_wipe */
    struct buf helo; /* SMTP: the last EHLO's or HELO's argument, any but printable ASCII as "?" */
    enum mechanism mechanism;
    unsigned commands, bad_commands, denied;
    struct front_internal internal;
    char helo_room[LIMIT_HELO];
    char in_room[LIMIT_CLIENT_IN];
    char out_room[LIMIT_CLIENT_OUT];
    char name_room[LIMIT_LOGIN + 1]; /* one octet more, to recognise a name that is too long */
    char password_room[LIMIT_PASSWORD + 1];
};

/* Doesn't touch the rooms. */
void front_init(struct front *f, const struct front_config *config);

/* Appends the greeting. Call it once, when TLS is active. */
void front_greet(struct front *f);

enum front_event front_step(struct front *f);

/* What the mail server wants the user to be shown (IMAP's ALERT): at most LIMIT_ALERTS lines of together
 * LIMIT_ALERT octets, with '\n' between them and no other control characters. Call it just before
 * front_granted or front_denied. POP3 and SMTP have nothing of the kind. */
void front_alert(struct front *f, struct span text, bool granted);

/* The login is good: appends the protocol's OK and wipes name and password. capability (IMAP) is the
 * mail server's list without the word CAPABILITY. The OK carries it, unless it is empty or holds a
 * control character or a bracket; then the client has to ask. After MECHANISM_IMPLICIT no reply is
 * sent, and f->in begins with the mail command. */
void front_granted(struct front *f, struct span capability);

/* The login is denied: appends the protocol's reply and wipes name and password. repeat: the login
 * that was denied just before; it does not count as an attempt. FRONT_MORE: the dialogue goes on
 * with front_step. FRONT_CLOSE: that was the last attempt. */
enum front_event front_denied(struct front *f, enum denial why, bool repeat);

/* Appends the protocol's farewell (BYE, -ERR, 421), possibly instead of a greeting. Send it, then
 * close. May be called at any time before the login is granted; after that, and a second time, it
 * does nothing. */
void front_goodbye(struct front *f, enum goodbye why);

void front_wipe(struct front *f); /* wipes all that the client sent; then as after front_init */

/* The reply to the client in each case: its line without IMAP's tag and without CRLF; static. */
const char *front_text_of_denial(enum protocol p, enum denial why);
const char *front_text_of_goodbye(enum protocol p, enum goodbye why);
const char *front_text_of_grant(enum protocol p);

#endif
