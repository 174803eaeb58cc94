/* SPDX-License-Identifier: ISC */
/* back_internal - where the dialogue with the mail server stands; only back_*.c look in here. PURE. */
#ifndef MW_BACK_INTERNAL_H
#define MW_BACK_INTERNAL_H

#include <stdbool.h>
#include <stddef.h>

/* What is awaited from the server. */
enum back_state {
    BACK_GREETING,
    BACK_STARTTLS,  /* the reply to STARTTLS or STLS */
    BACK_HANDSHAKE, /* back_tls_started, from the caller */
    BACK_LOGIN,     /* the last reply to the login */
    POP3_XCLIENT,
    POP3_CAPA,
    POP3_CAPA_LIST,
    POP3_USER,
    POP3_AUTH, /* the continuation for SASL PLAIN */
    IMAP_ID,
    IMAP_USER, /* the continuation for the name, or for the password, as a literal */
    IMAP_PASSWORD,
    IMAP_AUTHENTICATE, /* the continuation for SASL PLAIN */
    IMAP_CAPABILITY,   /* asked for after the login */
    IMAP_REFUSED,      /* … and after a LOGIN that was denied: was LOGIN disabled? */
    SMTP_EHLO,
    SMTP_XCLIENT,
    SMTP_PLAIN, /* the 334 for SASL PLAIN */
    SMTP_LOGIN_USER,
    SMTP_LOGIN_PASSWORD,
    BACK_ENDED, /* logged in */
    BACK_ENDED_BADLY,
    BACK_STATES
};

struct back_internal {
    enum back_state state;
    size_t kept;    /* octets at the start of `in` that belong to the client already */
    size_t line;    /* octets of the line being looked at, its CRLF too; 0: it was kept */
    size_t literal; /* octets of a literal that are yet to be passed over */
    unsigned tag;   /* IMAP: number of the last command */
    unsigned code;  /* SMTP: of the reply that is being read, 0 between replies */
    unsigned char client[16], local[16]; /* addresses; IPv4 as ::ffff:a.b.c.d */
    unsigned char mechanisms;            /* of POP3's CAPA and SMTP's AUTH: BACK_PLAIN … */
    unsigned char attributes;            /* that the server takes in XCLIENT: XCLIENT_ADDR … */
    bool secured;                        /* TLS stands, where it comes by STARTTLS */
    bool xclient_offered;                /* in POP3's greeting */
    bool xclient_done;
    bool listed;    /* IMAP: `capability` holds the list of the present state */
    bool blind;     /* IMAP: LOGIN was sent without a list */
    bool continued; /* IMAP: the next line goes on with a response after a literal */
};

#endif
