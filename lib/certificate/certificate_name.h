/* SPDX-License-Identifier: ISC */
/*
 * certificate_name - under which names the owner of a client certificate is authorized (R4.3): what
 * the policy's authorization-dn picks from the certificate's subject. Says nothing about whether
 * the certificate is good.
 *
 *   use-entire-name   the whole DN as RFC 4514 text, the most specific RDN first
 *   match="both"      the primary field and, unless it is None, the secondary: it must have both
 *   match="fallback"  the primary field, or where the certificate has none the secondary
 *
 * Of a field that stands there several times (in one RDN or in several) the first in the
 * certificate's own order counts. A value is the bare text in UTF-8, not escaped. One that is
 * empty, longer than LIMIT_NAME, no text, or has a control character in it is no name: then nothing
 * is taken instead of it.
 */
#ifndef MW_CERTIFICATE_NAME_H
#define MW_CERTIFICATE_NAME_H

#include "err.h"
#include "limits.h"
#include "policy.h"

#define CERTIFICATE_NAMES 2

struct certificate_names {
    size_t count;                                  /* 1 or 2 */
    char names[CERTIFICATE_NAMES][LIMIT_NAME + 1]; /* in the order in which to ask for them */
};

enum certificate_outcome {
    CERTIFICATE_NAMED,
    CERTIFICATE_NAMELESS, /* no certificate in DER, or none that has the names; e says why */
    CERTIFICATE_TROUBLE,  /* no memory */
};

/* der: a whole certificate, or empty: there is none, and so no name. */
enum certificate_outcome certificate_names(const struct protocol_policy *p, struct span der,
                                           struct certificate_names *out, struct err *e);

#endif
