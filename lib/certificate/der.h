/* SPDX-License-Identifier: ISC */
/*
 * der - cuts DER (X.690) into its elements. PURE. Believes no length.
 *
 * Elements with a tag number above 30 are invalid here: certificates have none.
 */
#ifndef MW_DER_H
#define MW_DER_H

#include "span.h"

enum der_tag {
    DER_OBJECT = 0x06,
    DER_SEQUENCE_OF = 0x30,
    DER_SET_OF = 0x31,
};

/* The first octet of a context-specific tag [n], and of one that holds further elements. */
#define DER_CONTEXT(n)     (0x80 | (n))
#define DER_CONSTRUCTED(n) (0xa0 | (n))

/* One element. The spans point into the input. */
struct der {
    unsigned char tag;   /* class, form and number in one octet */
    struct span content; /* without tag and length */
    struct span whole;   /* with them */
};

/* Cuts the first element off *rest. Returns false if *rest is empty, or if the element is invalid or
 * cut off: then *rest stays as it is. */
bool der_next(struct span *rest, struct der *element);

/* The content of input, which is one element with this tag and nothing behind it. Returns false if
 * it is something else. */
bool der_only(struct span input, unsigned char tag, struct span *content);

#endif
