/* SPDX-License-Identifier: ISC */
/*
 * back_dialogue - what the three dialogues with a mail server share. Only for back*.c. PURE.
 *
 * A dialogue gets whole lines, without their CRLF. It answers by appending a command to b->out and
 * back_said, which names what is awaited next, or ends with back_done or one of back_fail,
 * back_part, back_denied.
 */
#ifndef MW_BACK_DIALOGUE_H
#define MW_BACK_DIALOGUE_H

#include "back.h"
#include "base64.h"

struct back_dialogue {
    enum back_event (*line)(struct back *b, struct span line);
    enum back_event (*secured)(struct back *b); /* TLS stands: the first command in it */
    const char *quit;
    bool lock_step; /* no line comes that wasn't asked for */
};

extern const struct back_dialogue back_pop3, back_imap, back_smtp;

enum { BACK_PLAIN = 1, BACK_LOGIN_MECHANISM = 2 }; /* bits of internal.mechanisms */

/* The command in b->out is complete; next is awaited. BACK_FAILED where it didn't fit or, in a
 * lock-step dialogue, where the server has said something that nobody had asked for. */
enum back_event back_said(struct back *b, enum back_state next);

/* The reply to STARTTLS was good: BACK_START_TLS, or BACK_FAILED where anything stands behind it.
 */
enum back_event back_handshake(struct back *b);

enum back_event back_done(struct back *b);

/* Both end the dialogue. back_part has a QUIT left in b->out: only where the server awaits a
 * command. why: static. */
enum back_event back_fail(struct back *b, enum denial failure, const char *why);
enum back_event back_part(struct back *b, enum denial failure, const char *why);

/* What the server's close means while a reply is awaited; from the start that is set. */
void back_await(struct back *b, enum denial failure, const char *why);
#define BACK_CLOSED DENIAL_TEMPORARY, "the mail server closed the connection before the login's end"

/* A reply that isn't one of its protocol, or not here. */
enum back_event back_nonsense(struct back *b);

/* A response code and what it means for the login. */
struct back_code {
    const char *code;
    enum denial failure;
    const char *why;
};

/* The one of n rows whose code is the given one or its parent ("SYS" of "SYS/TEMP"), or NULL. */
const struct back_code *back_code_find(const struct back_code *rows, size_t n, struct span code);

/* The words between the [ ] that text starts with; empty where it doesn't. */
struct span back_bracketed(struct span text);

/* Is word in the blank-separated list, in either case? */
bool back_listed(struct span list, struct span word);

/* Appends the bytes of SASL PLAIN (RFC 4616) for user and password, or of one span, as base64. */
#define BACK_PLAIN_LENGTH(c) BASE64_ENCODED((c)->user.n + (c)->password.n + 2)
void back_put_plain(struct buf *out, const struct back_config *config);

/* The client's address. back_address reads text into 16 octets, IPv4 mapped, a zone ignored. */
bool back_address(const char *text, unsigned char address[16]);
bool back_address_v4(const unsigned char address[16]);
void back_put_address(struct buf *out, const unsigned char address[16]);
void back_put_proxy_v2(struct buf *out, const struct back *b);

/* XCLIENT's attributes, as Postfix names them: bits of internal.attributes. */
enum {
    XCLIENT_NAME = 1,
    XCLIENT_ADDR = 2,
    XCLIENT_PORT = 4,
    XCLIENT_PROTO = 8,
    XCLIENT_HELO = 16,
    XCLIENT_DESTADDR = 32,
    XCLIENT_DESTPORT = 64,
};
unsigned char back_xclient_attributes(struct span words);
void back_put_xclient(struct buf *out, const struct back *b); /* SMTP's whole line */

#endif
