/* SPDX-License-Identifier: ISC */
/* base64 - RFC 4648 section 4, strict: padding is required; line breaks and stray bits are errors.
 * PURE. */
#ifndef MW_BASE64_H
#define MW_BASE64_H

#include "buf.h"

#define BASE64_ENCODED(n) (((n) + 2) / 3 * 4) /* octets of text for n octets of data */

/* Appends data to out as base64 text. false, and out->overflow is set, if it doesn't fit. */
bool base64_encode(struct span data, struct buf *out);

/* Decodes text and appends the data to out. false if text is not strict base64 or out is too small;
 * out is then unchanged. An empty out may use text's own storage, which it overwrites. Doesn't run
 * in constant time. */
bool base64_decode(struct span text, struct buf *out);

#endif
