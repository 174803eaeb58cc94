/* SPDX-License-Identifier: ISC */
/* der_chain - PURE; see der_chain.h. Believes no length. */
#include "der_chain.h"

#define SEQUENCE 0x30

/* The length of the first element with its header (X.690 section 8.1.3, 10.1); 0: invalid. */
static size_t element_size(struct span der)
{
    const unsigned char *p = (const unsigned char *)der.p;
    size_t head = 2, n;

    if (der.n < 2 || p[0] != SEQUENCE)
        return 0;
    n = p[1];
    if (n == 0x81 && der.n > 2 && p[2] > 0x7f) {
        head = 3;
        n = p[2];
    } else if (n == 0x82 && der.n > 3 && p[2] > 0) {
        head = 4;
        n = (size_t)(p[2] << 8 | p[3]);
    } else if (n > 0x7f)
        return 0;
    return n > der.n - head ? 0 : head + n;
}

size_t der_chain_split(struct span der, struct span *elements, size_t max)
{
    size_t count = 0;

    while (der.n > 0) {
        size_t n = element_size(der);
        if (n == 0 || count == max)
            return DER_CHAIN_BROKEN;
        elements[count++] = span_head(der, n);
        der = span_tail(der, n);
    }
    return count;
}
