/* SPDX-License-Identifier: ISC */
/*
 * directory_string - converts a value in a DN from any ASN.1 string type to UTF-8. PURE.
 *
 * A TeletexString is read as ISO 8859-1: that is what CAs put into it, not T.61. In a BMPString
 * surrogates are an error. The caller decides which characters the text may have.
 */
#ifndef MW_DIRECTORY_STRING_H
#define MW_DIRECTORY_STRING_H

#include "buf.h"

/* The universal tags (X.680) of the string types in a DN. */
enum directory_tag {
    TAG_UTF8 = 12,
    TAG_NUMERIC = 18,
    TAG_PRINTABLE = 19,
    TAG_TELETEX = 20,
    TAG_IA5 = 22,
    TAG_VISIBLE = 26,
    TAG_UNIVERSAL = 28, /* UCS-4 */
    TAG_BMP = 30,       /* UCS-2 */
};

bool directory_is_string(unsigned long tag); /* one of these */

/* Appends the text of value, which is the content without tag and length. Returns false for
 * another type, or for octets that are invalid in the type. If the text doesn't fit,
 * out->overflow is set. */
bool directory_string(struct buf *out, unsigned long tag, struct span value);

#endif
