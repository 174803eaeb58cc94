/* SPDX-License-Identifier: ISC */
/*
 * dn_compare - compares distinguished names in DER, as RFC 5280 section 7.1 asks. PURE.
 *
 * Values of string types are compared as text: without regard to the string type, to case (user.h),
 * and to white space at either end; white space inside counts as one blank. Other values are
 * compared octet by octet. The order of the values in one RDN doesn't matter.
 */
#ifndef MW_DN_COMPARE_H
#define MW_DN_COMPARE_H

#include "span.h"

enum dn_comparison {
    DN_DIFFERS,
    DN_MATCHES,
    DN_UNREADABLE, /* not a Name, an empty RDN, a string with invalid octets or too long */
};

/* Returns whether name is base, or below it: base's RDNs are the first of name's. Both are whole
 * Names in DER. An empty base matches every name. Limits: LIMIT_NAME octets of UTF-8 in a value,
 * DN_VALUES_MAX values in an RDN; above it the result is DN_UNREADABLE. */
enum dn_comparison dn_is_below(struct span name, struct span base);

#define DN_VALUES_MAX 16

#endif
