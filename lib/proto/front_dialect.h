/* SPDX-License-Identifier: ISC */
/*
 * front_dialect - the interface between front.c, which the three dialogues share, and front_pop3.c,
 * front_imap.c and front_smtp.c, which hold the differences. PURE. Private to front.
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
    REPLY_UNCLEAR,
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
    /* TAKES_OCTETS: all behind one blank, as it is; blanks around the others' arguments go. */
    enum { TAKES_NOTHING, MAY_TAKE, MUST_TAKE, TAKES_OCTETS } arity;
    unsigned states;            /* enum front_stage, or'ed: the stages that allow the command */
    enum front_reply otherwise; /* the error in all other stages */
    void (*run)(struct front *f, struct span argument); /* NULL: no stage allows it */
};

struct front_dialect {
    void (*greet)(struct front *f);
    void (*command)(struct front *f, struct span line); /* takes a line in FRONT_AT_COMMAND */
    void (*piece)(struct front *f, struct span rest);   /* … in FRONT_AT_PIECE; or NULL */
    /* Takes what the reply needs (the tag) from an invalid command line; or NULL. */
    void (*broken)(struct front *f, struct span line);
    /* A line has ended, or a skipped one has, and a command would come next; or NULL. */
    void (*ended)(struct front *f, struct span line);
    void (*granted)(struct front *f, struct span capability); /* NULL: sends REPLY_GRANTED */
    const char *prompt; /* starts a SASL challenge; ends in a blank */
};

extern const struct front_dialect front_pop3, front_imap, front_smtp;

/* Appends the reply's line, if the protocol has one. IMAP: after the tag, except for farewells. */
void front_say(struct front *f, enum front_reply reply);
enum front_reply front_reply_of_denial(enum denial why);
enum front_reply front_reply_of_goodbye(enum goodbye why);

/* Appends config->announce, without words that are always or never announced: each word as a line
 * behind `before`. */
void front_announce(struct front *f, const char *before);

/* An error: appends the reply, wipes the attempt, and waits for a command. The error with number
 * LIMIT_BAD_COMMANDS ends the dialogue with a farewell instead. */
void front_bad(struct front *f, enum front_reply reply);

/* Appends the farewell and ends the dialogue. */
void front_end(struct front *f, enum front_reply reply);

/* Cuts a word off *rest, with the one blank or tab behind it. */
struct span front_word(struct span *rest);

/* Finds the line's command in the table and runs it, if it is allowed now and with this argument;
 * otherwise appends the error. */
void front_dispatch(struct front *f, const struct front_command *table, size_t count,
                    struct span line);

/* AUTH and AUTHENTICATE. argument is the mechanism, optionally followed by blanks and the initial
 * response ("=" if that is empty). It lies in f->in and is decoded there. */
void front_authenticate(struct front *f, struct span argument);

/* f->name and f->password are complete: the next step gives FRONT_VERIFY (after FRONT_USER, if that
 * is due). */
void front_verify_password(struct front *f);

/* Wipes an attempt: name, password, POP3's stage. */
void front_forget(struct front *f);

#endif
