/* SPDX-License-Identifier: ISC */
/*
 * offer - a list of what a mail server offers, as we announce it before the login. PURE.
 *
 * A list has one form for all three protocols: words, each separated from the next by one blank.
 * IMAP: a word is a word of CAPABILITY. POP3, SMTP: a word is a line of CAPA's or EHLO's reply: its
 * keyword, then, if it has parameters, "=" and these, separated by ",": "SIZE=10485760",
 * "LIMITS=RCPTMAX=20,MAILMAX=5". A keyword has letters, digits and "-" (RFC 5321 section 4.1.1.1), a
 * parameter printable ASCII without ","; a word of IMAP is an atom (RFC 9051 section 9).
 *
 * A list holds at most LIMIT_OFFER octets and LIMIT_OFFER_WORDS words, each once, and only words that
 * OFFER_GOOD says. Case doesn't matter.
 */
#ifndef MW_OFFER_H
#define MW_OFFER_H

#include "buf.h"
#include "protocol.h"

enum offer_kind {
    OFFER_GOOD,
    OFFER_ALWAYS, /* we announce it in any case: it is about the login, which we do */
    OFFER_OURS, /* the mail server can't promise it for us: it is about TLS, the login, or a command
                   that we don't have before the login, or it would tell who the server is */
    OFFER_INVALID, /* not a word */
};
enum offer_kind offer_kind(enum protocol p, struct span word);

/* Appends a word, if it is good, new, and fits into the limits; otherwise list is unchanged. */
void offer_add(struct buf *list, enum protocol p, struct span word);

/* The same for a capability as the server writes it: IMAP a word, POP3 and SMTP a line. */
void offer_take(struct buf *list, enum protocol p, struct span capability);

/* Appends those words of a list that offer_add takes. For lists that somebody else has made. */
void offer_clean(struct buf *list, enum protocol p, struct span words);

/* Whether the list has the word; POP3, SMTP: has its keyword, whatever the parameters. */
bool offer_has(struct span list, enum protocol p, struct span word);

/* Appends the word as a server of the protocol writes it, a line without CRLF: "SIZE 10485760". */
void offer_put(struct buf *out, enum protocol p, struct span word);

#endif
