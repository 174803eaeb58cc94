/* SPDX-License-Identifier: ISC */
/*
 * directory_string - a value in a DN as UTF-8, whatever string type it has in ASN.1. PURE.
 *
 * TeletexString is read as ISO 8859-1, as those who write it mean it (the T.61 that it should be
 * nobody wrote); in BMPString surrogates are a fault. What the text may hold is judged elsewhere.
 */
#ifndef MW_DIRECTORY_STRING_H
#define MW_DIRECTORY_STRING_H

#include "buf.h"

/* The universal tags (X.680) of the strings that can stand in a DN. */
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

/* Appends the text of value, the octets behind tag and length. false: another type, or octets that
 * its type can't have. Where it doesn't fit buf.h's overflow tells. */
bool directory_string(struct buf *out, unsigned long tag, struct span value);

#endif
