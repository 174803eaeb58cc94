/* SPDX-License-Identifier: ISC */
/* front_internal - what the three dialogues of front keep between two steps. Nobody else's business;
 * only front.h includes it. */
#ifndef MW_FRONT_INTERNAL_H
#define MW_FRONT_INTERNAL_H

#include "buf.h"
#include "limits.h"
#include "sasl.h"

/* What is read next. */
enum front_phase {
    FRONT_AT_COMMAND,  /* a command's line */
    FRONT_AT_RESPONSE, /* a SASL response's line */
    FRONT_AT_LITERAL,  /* IMAP: octets of a literal */
    FRONT_AT_PIECE,    /* IMAP: the line on which a command goes on behind its literal */
    FRONT_AT_SKIP,     /* the rest of a broken line, never to be parsed */
    FRONT_AT_VERIFY,   /* nothing: FRONT_VERIFY is to be told */
    FRONT_AT_ANSWER,   /* nothing: front_granted or front_denied is awaited */
    FRONT_AT_END,      /* nothing: FRONT_CLOSE is to be told, or the login was granted */
};

/* Which commands may come: the bits of a command's states. */
enum front_stage {
    FRONT_STAGE_START = 1,
    FRONT_STAGE_NAMED = 2,     /* POP3: USER was said */
    FRONT_STAGE_HELO = 4,      /* SMTP: HELO */
    FRONT_STAGE_EHLO = 8,      /* SMTP: EHLO */
    FRONT_STAGE_CERTIFIED = 16 /* SMTP: EHLO, and a certificate is enough */
};

/* IMAP: to what the argument at hand belongs. */
enum front_argument {
    FRONT_ARGUMENT_NAME,     /* LOGIN's first */
    FRONT_ARGUMENT_PASSWORD, /* LOGIN's second */
    FRONT_ARGUMENT_ID,       /* ID's list */
    FRONT_ARGUMENT_BROKEN,   /* a command that was already answered with BAD */
};

struct front_internal {
    enum front_phase phase;
    enum front_stage stage;
    enum sasl_step sasl;
    enum front_argument argument;
    bool tell_user;        /* FRONT_USER is to be told before anything else */
    bool asked_capability; /* IMAP: the client said CAPABILITY */
    size_t literal;        /* octets that are still to come */
    struct buf tag;
    char tag_room[LIMIT_TAG];
};

#endif
