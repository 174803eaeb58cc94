/* SPDX-License-Identifier: ISC */
/*
 * certificate_name - the names under which the owner of a client certificate is authorized (R4.3):
 * the policy's authorization-dn picks them from the certificate's subject. It doesn't verify the
 * certificate.
 *
 *   use-entire-name   the whole DN as RFC 4514 text, the most specific RDN first
 *   match="both"      the primary field and, unless it is None, the secondary: both must be there
 *   match="fallback"  the primary field, or the secondary if the certificate has no primary
 *
 * If a field occurs several times (in one RDN or in several), the first in the certificate's own
 * order counts. A value is plain UTF-8 text, not escaped. A value that is empty, longer than
 * LIMIT_NAME, not text, or has a control character is not a name, and nothing replaces it.
 */
#ifndef MW_CERTIFICATE_NAME_H
#define MW_CERTIFICATE_NAME_H

#include "err.h"
#include "limits.h"
#include "policy.h"

#define CERTIFICATE_NAMES 2

struct certificate_names {
    size_t count;                                  /* 1 or 2 */
    char names[CERTIFICATE_NAMES][LIMIT_NAME + 1]; /* in the order in which to look them up */
};

enum certificate_outcome {
    CERTIFICATE_NAMED,
    CERTIFICATE_NAMELESS, /* not a certificate in DER, or it lacks the names; e says why */
    CERTIFICATE_TROUBLE,  /* no memory */
};

/* Picks the names by p from der, a whole certificate. der may be empty if there is no
 * certificate: then the outcome is CERTIFICATE_NAMELESS. out is empty unless the outcome is
 * CERTIFICATE_NAMED. */
enum certificate_outcome certificate_names(const struct protocol_policy *p, struct span der,
                                           struct certificate_names *out, struct err *e);

#endif
