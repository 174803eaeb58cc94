/* SPDX-License-Identifier: ISC */
/*
 * client_ca - the CAs that sign client certificates and what they have revoked (by GnuTLS): the
 * filter judges by them in the handshake, and the helper again, for it doesn't believe the filter.
 *
 * A certificate is good that chains to one of the CAs, by the certificates that came behind it where
 * it must, is in date with its whole chain, may authenticate a client, and is not revoked. Where
 * there are CRLs, they must cover it: one that is in date, of the very CA that issued it; of the CAs
 * above that one, where they have a CRL, none may be revoked, and their CRL must be in date too.
 */
#ifndef MW_CLIENT_CA_H
#define MW_CLIENT_CA_H

#include "err.h"
#include "span.h"

struct client_ca;

/* Loads PEM files: ca holds CA certificates and nothing else; crl holds CRLs that these have signed,
 * or is "" for none. NULL, and e names the file, what is wrong with it, and what would be right. A
 * CRL that is out of date is no error: see client_ca_stale. Free with client_ca_free (NULL is fine). */
struct client_ca *client_ca_load(const char *ca, const char *crl, struct err *e);
void client_ca_free(struct client_ca *c);

/* Whether a CRL is out of date now, so that certificates of its CA are refused; e says which. */
bool client_ca_stale(const struct client_ca *c, struct err *e);

enum client_verdict {
    CLIENT_GOOD = 0,
    CLIENT_NONE,       /* there is no certificate */
    CLIENT_UNREADABLE, /* not X.509, or too large, or too many */
    CLIENT_UNKNOWN_CA, /* self-signed, or of a CA that isn't ours */
    CLIENT_BAD,        /* a signature or a constraint in the chain doesn't hold, or is too weak */
    CLIENT_NOT_YET,    /* it, or a CA above it, isn't valid yet */
    CLIENT_EXPIRED,    /* or is no longer */
    CLIENT_REVOKED,
    CLIENT_PURPOSE, /* not for client authentication */
    CLIENT_NO_CRL,  /* no CRL of its CA is there to look into: for the administrator */
    CLIENT_OLD_CRL, /* that CRL, or one of a CA above, is out of date: for the administrator */
};
#define CLIENT_VERDICTS 11

/* "certificate expired", as a reason for the log: static. */
const char *client_verdict_text(enum client_verdict v);

/* Whether it is a certificate that no user of ours has, or has no more: as a wrong password. Without
 * one, or with one out of date, it is a mail program that wants setting up. */
bool client_verdict_wrong(enum client_verdict v);

/* chain[0] is the client's certificate, the others those that came behind it (DER), count of them:
 * at most LIMIT_CHAIN, the first at most LIMIT_CERTIFICATE octets, the others LIMIT_ISSUERS in all;
 * beyond: CLIENT_UNREADABLE. Judged by the clock now. */
enum client_verdict client_ca_verify(const struct client_ca *c, const struct span *chain,
                                     size_t count);

/* The subject of a certificate in DER, for the log: "CN=jo,O=Example", or "" if it can't be read. It
 * is cut to size - 1 octets and ends with a NUL. Says nothing about whether the subject is true. */
void client_subject(struct span certificate, char *room, size_t size);

#endif
