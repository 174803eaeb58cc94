/* SPDX-License-Identifier: ISC */
/*
 * front - the dialogue with the mail program, from our greeting up to its login. PURE.
 *
 * Bytes in, events and bytes out. The caller owns the struct (some 50 KB: keep it in static
 * storage; only what is used of it is touched) and puts what the client sent behind f->in;
 * front_step eats whole commands from it and appends replies to f->out, which the caller writes to
 * the client and consumes. Nothing is written twice, and what stands in f->in behind the login when
 * it is granted belongs to the mail server.
 *
 *     front_init, front_greet
 *     loop: front_step → FRONT_MORE    write f->out where it holds anything, then read more client
 *                                      bytes: f->in has room for some
 *                        FRONT_FLUSH   write f->out whole, then step again
 *                        FRONT_USER    f->name holds the login name that was just presented
 *                        FRONT_VERIFY  f->name and f->password are complete: now front_granted or
 *                                      front_denied, and no step in between
 *                        FRONT_CLOSE   write f->out, then close
 *
 * Names and passwords are the client's octets, decoded, unchecked: both may be empty, hold NUL or
 * LF, or be longer than LIMIT_LOGIN and LIMIT_PASSWORD (they are cut one octet above these). A SASL
 * PLAIN that wants to act as somebody else is denied here and counts like any denied login.
 *
 * Lines end in CRLF in all three protocols (RFC 5321 section 2.3.8, RFC 9051 section 2.2, RFC 1939
 * section 3). A bare LF is answered with an error, and nothing up to the next CRLF is taken for a
 * command. LIMIT_BAD_COMMANDS errors or LIMIT_COMMANDS lines end the dialogue.
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
    const char *announce; /* SMTP: further EHLO keywords, blank-separated, or "" */
    unsigned attempts;    /* logins that may be denied before the connection ends, at least 1 */
    bool external;        /* SMTP: a certificate alone is enough (EXTERNAL and IMPLICIT) */
    bool passwordless;    /* no password is needed: any is taken, and forgotten at once */
};

/* The state of one protocol's parser: defined by front_pop3.c, front_imap.c, front_smtp.c in
 * front_internal.h. */
#include "front_internal.h"

struct front {
    const struct front_config *config; /* must outlive the front */
    struct buf in, out;
    struct buf name;     /* the login name as the client sent it; MECHANISM_EXTERNAL: the
                            authorization identity, mostly empty; MECHANISM_IMPLICIT: empty */
    struct buf password; /* a secret: wiped by front_granted, front_denied and front_wipe */
    struct buf helo;     /* SMTP: the last EHLO's or HELO's argument, printable ASCII, no blanks */
    enum mechanism mechanism;
    unsigned commands, bad_commands, denied;
    struct front_internal internal;
    char helo_room[LIMIT_HELO];
    char in_room[LIMIT_CLIENT_IN];
    char out_room[LIMIT_CLIENT_OUT];
    char name_room[LIMIT_LOGIN + 1]; /* one more than may be: an overlong one is told from a fit */
    char password_room[LIMIT_PASSWORD + 1];
};

/* Touches no room. */
void front_init(struct front *f, const struct front_config *config);

/* Appends the greeting: once, when TLS stands. */
void front_greet(struct front *f);

enum front_event front_step(struct front *f);

/* The login is good: appends the protocol's OK (IMAP: with capability, the mail server's list
 * without the word CAPABILITY; empty: the client is left to ask) and wipes name and password.
 * A list that holds a control or a bracket is left out. After MECHANISM_IMPLICIT nothing is said,
 * and f->in begins with the mail command. */
void front_granted(struct front *f, struct span capability);

/* The login is denied: appends the protocol's reply, wipes the attempt. FRONT_MORE: the dialogue
 * goes on (with front_step); FRONT_CLOSE: that was the last attempt. */
enum front_event front_denied(struct front *f, enum denial why);

/* Appends the protocol's farewell (BYE, -ERR, 421); also in place of the greeting. Then flush and
 * close. Can be called at any time before the login is granted. */
void front_goodbye(struct front *f, enum goodbye why);

void front_wipe(struct front *f); /* all that the client said; then as after front_init */

/* What a client is told in each case: the reply's line without IMAP's tag and without CRLF; static. */
const char *front_text_of_denial(enum protocol p, enum denial why);
const char *front_text_of_goodbye(enum protocol p, enum goodbye why);
const char *front_text_of_grant(enum protocol p);

#endif
