/* SPDX-License-Identifier: ISC */
/*
 * client_ca - the CAs that sign client certificates, and their CRLs, by GnuTLS. The filter verifies
 * a client's certificate by them in the handshake, and the helper verifies it again, because it
 * doesn't believe the filter.
 *
 * A certificate is good if it chains to one of the CAs, if necessary by the certificates that came
 * with it; if it and its whole chain are valid now; if it may authenticate a client; and if it is
 * not revoked. If there are CRLs, the CA that issued the certificate must have one that is in date.
 * A CA above that one may do without a CRL; if it has one, the CRL must be in date, and must not
 * revoke the CA below. All names in the chain must be allowed by the name constraints of the CAs
 * above them (name_constraints.h).
 */
#ifndef MW_CLIENT_CA_H
#define MW_CLIENT_CA_H

#include "err.h"
#include "span.h"

struct client_ca;

/* Loads PEM files: ca holds only CA certificates; crl holds CRLs signed by these CAs, or is "" for
 * none. Returns NULL on failure, and e names the file, what is wrong, and what was expected. A CRL
 * that is out of date is no error: see client_ca_stale. Free the result with client_ca_free, which
 * accepts NULL. */
struct client_ca *client_ca_load(const char *ca, const char *crl, struct err *e);
void client_ca_free(struct client_ca *c);

/* Returns whether a CRL is out of date now, so that certificates of its CA are refused; e says
 * which. */
bool client_ca_stale(const struct client_ca *c, struct err *e);

enum client_verdict {
    CLIENT_GOOD = 0,
    CLIENT_NONE,       /* no certificate */
    CLIENT_UNREADABLE, /* not X.509, too large, or too many */
    CLIENT_UNKNOWN_CA, /* self-signed, or of a CA that isn't ours */
    CLIENT_BAD,        /* a signature in the chain is wrong, or too weak */
    CLIENT_NOT_YET,    /* it or a CA above it is not valid yet */
    CLIENT_EXPIRED,    /* it or a CA above it is not valid any more */
    CLIENT_REVOKED,
    CLIENT_PURPOSE, /* not for client authentication */
    CLIENT_NO_CRL,  /* its CA has no CRL: for the administrator to fix */
    CLIENT_OLD_CRL, /* its CA's CRL, or that of a CA above, is out of date: for the administrator */
    CLIENT_NAMES,   /* a name in it or in a CA below is against a CA's name constraints */
    CLIENT_PATH,    /* a CA has more CAs below it than its path length allows */
    CLIENT_EXTENSION, /* it or a CA above it has a critical extension that nobody here knows */
    CLIENT_LIMITS, /* a CA above it is limited otherwise: for example, it may not sign certificates */
};
#define CLIENT_VERDICTS 15

/* Returns a reason for the log, like "certificate expired": static. */
const char *client_verdict_text(enum client_verdict v);

/* Returns whether none of our users has such a certificate, or has it any more: it counts like a
 * wrong password. A missing or outdated certificate doesn't: that mail program needs to be set
 * up. Neither does one that a CA of ours, or below ours, issued against the rules: that is no
 * guess. */
bool client_verdict_wrong(enum client_verdict v);

/* Verifies a client's certificate, chain[0], with the rest of its chain, in DER, at the current
 * time. Limits: count is at most LIMIT_CHAIN, chain[0] has at most LIMIT_CERTIFICATE octets, the
 * others have LIMIT_ISSUERS together. Above a limit the result is CLIENT_UNREADABLE. */
enum client_verdict client_ca_verify(const struct client_ca *c, const struct span *chain,
                                     size_t count);

/* The subject of a certificate in DER, for the log: "CN=jo,O=Example", or "" if it can't be
 * read. It is cut to size - 1 octets and ends with a NUL. Says nothing about whether the subject
 * is true. */
void client_subject(struct span certificate, char *room, size_t size);

#endif
