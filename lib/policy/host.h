/* SPDX-License-Identifier: ISC */
/*
 * host - names of mail servers, and which name a policy's entry means. PURE.
 *
 * ASCII letters count in either case; one final dot is no part of a name.
 */
#ifndef MW_HOST_H
#define MW_HOST_H

#include "span.h"

/* Letters, digits, "-" and "_" in labels of 1 to 63 octets, LIMIT_HOST in all (RFC 1123 section
 * 2.1; "_" is met in practice). An address is none. */
bool host_is_name(struct span s);

/* Whether resolvers would take s for an address: it has a ":", or its last label is a number. Not
 * whether that address is well-formed. */
bool host_is_address(struct span s);

/* Whether pattern means host: the same name or the same text of an address, or "*.suffix" where
 * host is a name with one or more labels in front of suffix. */
bool host_matches(struct span pattern, struct span host);
bool host_is_pattern(struct span s); /* begins with "*." */

struct span host_without_dot(struct span s); /* without its final dot, if there is one */

#endif
