/* SPDX-License-Identifier: ISC */
/*
 * validity - reads until when the policy's files are good: certificates with their chains, OCSP
 * responses, the client CAs and their CRLs, and certificates for RADIUS. Uses no key.
 */
#ifndef MW_VALIDITY_H
#define MW_VALIDITY_H

#include "expiry.h"
#include "policy.h"

enum validity_kind {
    VALIDITY_CERTIFICATE, /* a server certificate of ours */
    VALIDITY_CLIENT_CA,   /* a CA of client certificates */
    VALIDITY_RADIUS,      /* ours for RADIUS over TLS */
    VALIDITY_OCSP,
    VALIDITY_CRL,
};
#define VALIDITY_KINDS 5

/* Who uses the files, to be or'ed: the helper those for RADIUS, the filter all others. */
enum validity_user { VALIDITY_OF_FILTER = 1, VALIDITY_OF_HELPER = 2 };

#define VALIDITY_TEXT_MAX 256 /* octets with the NUL; longer texts are cut */

struct validity {
    enum validity_kind kind;
    bool unread;                  /* the file can't be read, and text says why */
    const char *file;             /* the policy's string */
    char text[VALIDITY_TEXT_MAX]; /* subject of the certificate that ends first in the chain, or of
                                     the response's certificate; issuer of the CRL; may be "" */
    int64_t from, until;          /* until may be EXPIRY_NEVER */
};

/* Reads the files of these users now. Returns an array for free(3) with an element for each
 * certificate, response, CA and CRL, in this order, and sets their number. Of several CRLs of one CA
 * the one that ends last counts, and so with its certificates. CAs and CRLs are read only if a
 * protocol asks for certificates. Returns NULL with the number 0 if there is nothing, or no
 * memory. */
struct validity *validity_read(const struct policy *p, unsigned users, size_t *count);

/* Returns how it stands at the time now, by the rule for its kind. */
enum expiry validity_judge(const struct validity *v, int64_t now);

/* "certificate", "client-ca", "radius", "ocsp", "crl": static. */
const char *validity_kind_name(enum validity_kind k);

#endif
