/* SPDX-License-Identifier: ISC */
/* base64 - RFC 4648 section 4, strict: padding required, no line breaks, no stray bits. PURE. */
#ifndef MW_BASE64_H
#define MW_BASE64_H

#include "buf.h"

#define BASE64_ENCODED(n) (((n) + 2) / 3 * 4) /* octets of text for n octets of data */

/* Appends the text of data to out. false (and out->overflow) where it doesn't fit. */
bool base64_encode(struct span data, struct buf *out);

/* Appends the data of text to out. false where text is not strict base64 or out is too small;
 * out holds then what it held before. An empty out may lie on text itself, which is then spent.
 * Not in constant time. */
bool base64_decode(struct span text, struct buf *out);

#endif
