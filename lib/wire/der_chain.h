/* SPDX-License-Identifier: ISC */
/* der_chain - certificates as they stand in a message: DER, one behind the other. PURE. */
#ifndef MW_DER_CHAIN_H
#define MW_DER_CHAIN_H

#include "span.h"

/* Cuts der into its elements: each a SEQUENCE (30), its length in as few octets as will do, at most
 * two beside the first, and all of it there; what is in them is not looked at. At most max; the
 * count, or DER_CHAIN_BROKEN where der is anything else. An empty one has none. */
#define DER_CHAIN_BROKEN ((size_t)-1)
size_t der_chain_split(struct span der, struct span *elements, size_t max);

#endif
