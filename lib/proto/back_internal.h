/* SPDX-License-Identifier: ISC */
/* back_internal - the state of the dialogue with the mail server. Private to back*.c; only back.h
 * includes it. PURE. */
#ifndef MW_BACK_INTERNAL_H
#define MW_BACK_INTERNAL_H

#include <stdbool.h>
#include <stddef.h>

#include "span.h"

/* What the dialogue waits for. */
enum back_state {
    BACK_GREETING,
    BACK_STARTTLS,  /* the reply to STARTTLS or STLS */
    BACK_HANDSHAKE, /* the caller's back_tls_started */
    BACK_LOGIN,     /* the last reply to the login */
    POP3_XCLIENT,
    POP3_CAPA,
    POP3_CAPA_LIST,
    POP3_USER,
    POP3_AUTH,         /* the "+" for SASL PLAIN */
    POP3_AUTH_INITIAL, /* the reply to AUTH PLAIN with its response; or a "+" for it */
    IMAP_ID,
    IMAP_USER,         /* the "+" for the name as a literal */
    IMAP_PASSWORD,     /* the "+" for the password as a literal */
    IMAP_AUTHENTICATE, /* the "+" for SASL PLAIN */
    IMAP_INITIAL,      /* the reply to AUTHENTICATE with its response; or a "+" for it */
    IMAP_OFFER,        /* the capabilities before the login */
    IMAP_CAPABILITY,   /* the capabilities after the login */
    SMTP_EHLO,
    SMTP_XCLIENT,
    SMTP_PLAIN,         /* the 334 for SASL PLAIN */
    SMTP_PLAIN_INITIAL, /* the reply to AUTH PLAIN with its response; or a 334 for it */
    SMTP_LOGIN_USER,
    SMTP_LOGIN_PASSWORD,
    BACK_ENDED, /* logged in */
    BACK_ENDED_BADLY,
    BACK_STATES
};

struct back_internal {
    enum back_state state;
    size_t kept;      /* octets at the start of `in` that already belong to the client */
    size_t line;      /* octets of the current line with its CRLF; 0: it was kept */
    size_t literal;   /* octets of a literal that are still to come */
    unsigned tag;     /* IMAP: number of the last command */
    unsigned code;    /* SMTP: code of the reply being read; 0 between replies */
    struct span text; /* SMTP: the reply's last line behind the code, while it is handled */
    unsigned char client[16], local[16]; /* addresses; IPv4 as ::ffff:a.b.c.d */
    unsigned char mechanisms;            /* offered by POP3's CAPA or SMTP's AUTH: BACK_PLAIN … */
    unsigned char attributes;            /* offered by SMTP's XCLIENT: XCLIENT_ADDR … */
    unsigned char alerts;                /* IMAP: how many lines alert has */
    bool secured;                        /* STARTTLS is done */
    bool xclient_offered;                /* by POP3's greeting */
    bool xclient_done;
    bool listed;    /* IMAP: `capability` is up to date */
    bool continued; /* IMAP: after the literal the same response goes on */
};

#endif
