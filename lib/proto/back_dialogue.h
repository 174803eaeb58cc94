/* SPDX-License-Identifier: ISC */
/*
 * back_dialogue - what the three dialogues with a mail server share. Only for back*.c. PURE.
 *
 * A dialogue gets whole lines, without their CRLF. It goes on by appending a command to b->out and
 * calling back_said with the state that waits for the reply; it ends with back_done, back_fail or
 * back_part.
 */
#ifndef MW_BACK_DIALOGUE_H
#define MW_BACK_DIALOGUE_H

#include "back.h"
#include "base64.h"

struct back_dialogue {
    enum back_event (*line)(struct back *b, struct span line);
    enum back_event (*secured)(struct back *b); /* TLS is active: sends the next command */
    const char *quit;
    bool lock_step; /* the server sends nothing without a command */
};

extern const struct back_dialogue back_pop3, back_imap, back_smtp;

/* Bits of internal.mechanisms. */
enum { BACK_PLAIN = 1, BACK_LOGIN_MECHANISM = 2, BACK_USER = 4 };

/* The command in b->out is complete; state next waits for the reply. BACK_FAILED if the command
 * didn't fit or, in a lock-step dialogue, if the server has sent more than it was asked for. */
enum back_event back_said(struct back *b, enum back_state next);

/* The server agreed to STARTTLS: BACK_START_TLS, or BACK_FAILED if it has sent more than that. */
enum back_event back_handshake(struct back *b);

enum back_event back_done(struct back *b);

/* End the dialogue: BACK_FAILED. back_part also puts a QUIT into b->out: call it only where the
 * server waits for a command. why: static text for the log. */
enum back_event back_fail(struct back *b, enum denial failure, const char *why);
enum back_event back_part(struct back *b, enum denial failure, const char *why);

/* BACK_FAILED if the server lacks a word of config->announced: it has neither b->offer nor more.
 * Otherwise BACK_MORE. */
enum back_event back_keep_promises(struct back *b, struct span more);

/* Ends the dialogue: the reply is invalid, or not one for the last command. */
enum back_event back_nonsense(struct back *b);

/* A response code and what it means for the login. */
struct back_code {
    const char *code;
    enum denial failure;
    const char *why;
};

/* The first of n rows that has the code or its parent ("SYS" for "SYS/TEMP"), or NULL. */
const struct back_code *back_code_find(const struct back_code *rows, size_t n, struct span code);

/* The words inside the brackets at text's start; empty if there are none. */
struct span back_bracketed(struct span text);

/* Ends the dialogue: the server refuses the login, with this text and no code that we know. What its
 * words say, behind the code, decides; DENIAL_UNCLEAR if they say nothing. */
enum back_event back_deny_by_words(struct back *b, struct span text);

/* Appends what of text can be shown to a user, as far as there is room: UTF-8, or else ASCII, with blanks
 * for control characters. */
void back_put_shown(struct buf *out, struct span text);

/* Whether word is in the list, whose words are separated by blanks; ignores case. */
bool back_listed(struct span list, struct span word);

/* Appends SASL PLAIN's message (RFC 4616) for user and password as base64. */
#define BACK_PLAIN_LENGTH(c) BASE64_ENCODED((c)->user.n + (c)->password.n + 2)
void back_put_plain(struct buf *out, const struct back_config *config);

/* The client's address. back_address reads text into 16 octets, IPv4 as ::ffff:a.b.c.d, and ignores
 * a zone. false: text is not an address. back_address_v4: whether it is an IPv4 address. */
bool back_address(const char *text, unsigned char address[16]);
bool back_address_v4(const unsigned char address[16]);
void back_put_address(struct buf *out, const unsigned char address[16]);
void back_put_proxy_v2(struct buf *out, const struct back *b);

/* XCLIENT's attributes, with Postfix's names: bits of internal.attributes. */
enum {
    XCLIENT_NAME = 1,
    XCLIENT_ADDR = 2,
    XCLIENT_PORT = 4,
    XCLIENT_PROTO = 8,
    XCLIENT_HELO = 16,
    XCLIENT_DESTADDR = 32,
    XCLIENT_DESTPORT = 64,
};
unsigned char back_xclient_attributes(struct span words);     /* those that the words name */
void back_put_xclient(struct buf *out, const struct back *b); /* SMTP's whole command line */

#endif
