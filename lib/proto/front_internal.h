/* SPDX-License-Identifier: ISC */
/* front_internal - what the three dialogues of front keep between two steps. Private to front; only
 * front.h includes it. PURE. */
#ifndef MW_FRONT_INTERNAL_H
#define MW_FRONT_INTERNAL_H

#include "buf.h"
#include "limits.h"
#include "sasl.h"

/* What comes next. */
enum front_phase {
    FRONT_AT_COMMAND,  /* a command's line */
    FRONT_AT_RESPONSE, /* a SASL response's line */
    FRONT_AT_LITERAL,  /* IMAP: octets of a literal */
    FRONT_AT_PIECE,    /* IMAP: the rest of a command's line after a literal */
    FRONT_AT_SKIP,     /* the rest of an invalid line, never parsed */
    FRONT_AT_VERIFY,   /* no input: the next event is FRONT_VERIFY */
    FRONT_AT_ANSWER,   /* no input: the caller has to call front_granted or front_denied */
    FRONT_AT_END,      /* no input: the login was granted, or the next event is FRONT_CLOSE */
};

/* Decides which commands are allowed: bits, so that a command can name several stages. */
enum front_stage {
    FRONT_STAGE_START = 1,
    FRONT_STAGE_NAMED = 2,    /* POP3: after USER */
    FRONT_STAGE_GREETED = 4,  /* SMTP: after EHLO or HELO */
    FRONT_STAGE_CERTIFIED = 8 /* SMTP: the same, and a certificate is enough */
};

/* IMAP: what the argument being read is. */
enum front_argument {
    FRONT_ARGUMENT_NAME,     /* LOGIN's first */
    FRONT_ARGUMENT_PASSWORD, /* LOGIN's second */
    FRONT_ARGUMENT_ID,       /* ID's list */
    FRONT_ARGUMENT_BROKEN,   /* part of a command that has got its error already */
};

struct front_internal {
    enum front_phase phase;
    enum front_stage stage;
    enum sasl_step sasl;
    enum front_argument argument;
    bool tell_user;        /* the next event is FRONT_USER */
    bool asked_capability; /* IMAP: the client has sent CAPABILITY */
    size_t literal;        /* IMAP: octets of the literal that are still to come */
    struct buf tag;
    char tag_room[LIMIT_TAG];
};

#endif
