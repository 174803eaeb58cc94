/* SPDX-License-Identifier: ISC */
/*
 * validity - reads until when the policy's files are good: certificates with their chains, OCSP
 * responses, and the CRLs of the client CA. Uses no key.
 */
#ifndef MW_VALIDITY_H
#define MW_VALIDITY_H

#include "expiry.h"
#include "policy.h"

enum validity_kind { VALIDITY_CERTIFICATE, VALIDITY_OCSP, VALIDITY_CRL };
#define VALIDITY_KINDS 3

#define VALIDITY_TEXT_MAX 256 /* octets with the NUL; longer texts are cut */

struct validity {
    enum validity_kind kind;
    bool unread;                  /* the file can't be read, and text says why */
    const char *file;             /* the policy's string */
    char text[VALIDITY_TEXT_MAX]; /* subject of the certificate that ends first in the chain, or of
                                     the response's certificate; issuer of the CRL; may be "" */
    int64_t from, until;          /* until may be EXPIRY_NEVER */
};

/* Reads all files now. Returns an array for free(3) with an element for each certificate, response
 * and CRL, in this order for each certificate, CRLs last, and sets their number. Of several CRLs of
 * one CA the one that ends last counts. CRLs are read only if a protocol asks for certificates.
 * Returns NULL with the number 0 if there is nothing, or no memory. */
struct validity *validity_read(const struct policy *p, size_t *count);

/* Returns how it stands at the time now, by the rule for its kind. */
enum expiry validity_judge(const struct validity *v, int64_t now);

/* "certificate", "ocsp", "crl": static. */
const char *validity_kind_name(enum validity_kind k);

#endif
