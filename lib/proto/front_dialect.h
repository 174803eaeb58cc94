/* SPDX-License-Identifier: ISC */
/*
 * front_dialect - between front.c, which all three dialogues share, and front_pop3.c, front_imap.c,
 * front_smtp.c, which hold what differs. PURE. Private to front.
 */
#ifndef MW_FRONT_DIALECT_H
#define MW_FRONT_DIALECT_H

#include "front.h"

/* The replies whose texts stand in front_reply.c: those that more than one protocol, or more than
 * one place, sends. */
enum front_reply {
    /* Denials */
    REPLY_REFUSED,
    REPLY_TEMPORARY,
    REPLY_LIMIT,
    REPLY_ADMIN,
    REPLY_ENOUGH, /* IMAP, SMTP: follows the last denial */

    REPLY_GRANTED,
    REPLY_DONE,

    /* Farewells: IMAP sends them untagged */
    REPLY_GOODBYE,
    REPLY_BUSY,
    REPLY_TIMEOUT,
    REPLY_LOGGED_OFF,
    REPLY_TROUBLE,
    REPLY_EVICTED,
    REPLY_TOO_MANY,
    REPLY_LONG_LITERAL, /* IMAP */

    /* Errors */
    REPLY_CANCELLED,
    REPLY_BAD_RESPONSE,
    REPLY_BAD_MECHANISM,
    REPLY_BAD_LINE,
    REPLY_LONG_LINE,
    REPLY_LONG_RESPONSE,
    REPLY_UNKNOWN,
    REPLY_LOGIN_FIRST, /* POP3, SMTP */
    REPLY_ARGUMENT,
    REPLY_USER_FIRST, /* POP3 */
    REPLY_EHLO_FIRST, /* SMTP */
    REPLY_TLS_ACTIVE,
    REPLIES
};

struct front_command {
    const char *name; /* in capitals */
    enum { TAKES_NOTHING, MAY_TAKE, MUST_TAKE } arity;
    unsigned states;            /* enum front_stage, or'ed: where it may come */
    enum front_reply otherwise; /* the error where it may not */
    void (*run)(struct front *f, struct span argument); /* NULL: it may come nowhere */
};

struct front_dialect {
    void (*greet)(struct front *f);
    void (*command)(struct front *f, struct span line); /* a line in FRONT_AT_COMMAND */
    void (*piece)(struct front *f, struct span rest);   /* in FRONT_AT_PIECE; or NULL */
    /* A command's line that is broken: what can be known from it for the reply; or NULL. */
    void (*broken)(struct front *f, struct span line);
    /* A line, or the end of a skipped one, behind which a command would be next; or NULL. */
    void (*ended)(struct front *f, struct span line);
    void (*granted)(struct front *f, struct span capability); /* NULL: REPLY_GRANTED is all */
    const char *prompt; /* in front of SASL's challenges, with its blank */
};

extern const struct front_dialect front_pop3, front_imap, front_smtp;

/* Appends the reply's line, where the protocol has one; IMAP: with the tag in front, but for
 * farewells. */
void front_say(struct front *f, enum front_reply reply);
enum front_reply front_reply_of_denial(enum denial why);
enum front_reply front_reply_of_goodbye(enum goodbye why);

/* An error: the reply, the attempt wiped, a command next; or, where it was one too many, the
 * farewell and the end. */
void front_bad(struct front *f, enum front_reply reply);

/* The farewell and the end. */
void front_end(struct front *f, enum front_reply reply);

/* Finds name in the table, sees whether it may come now and with this argument, and runs it. */
void front_dispatch(struct front *f, const struct front_command *table, size_t count,
                    struct span name, struct span argument);

/* AUTH and AUTHENTICATE: mechanism, and behind a blank the initial response where there is one
 * ("=" is an empty one). argument lies in f->in and is decoded there. */
void front_authenticate(struct front *f, struct span argument);

/* name and password are complete: FRONT_USER, then FRONT_VERIFY. */
void front_verify_password(struct front *f);

/* Wipes what an attempt left: name, password, POP3's stage. */
void front_forget(struct front *f);

#endif
