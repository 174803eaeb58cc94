/* SPDX-License-Identifier: ISC */
/* der_chain - splits the certificates of a message, which are DER in a row. PURE. */
#ifndef MW_DER_CHAIN_H
#define MW_DER_CHAIN_H

#include "span.h"

/* Splits der into its elements and returns their number; 0 if der is empty. Each must be a complete
 * SEQUENCE (tag 30) with its length in the shortest form, of three octets at most. Their contents are
 * not checked. DER_CHAIN_BROKEN if der is anything else or has more than max elements. */
#define DER_CHAIN_BROKEN ((size_t)-1)
size_t der_chain_split(struct span der, struct span *elements, size_t max);

#endif
