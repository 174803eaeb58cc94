/* SPDX-License-Identifier: ISC */
/* utf8 - PURE; see utf8.h. */
#include "utf8.h"

/* The length of the sequence that starts with lead, or 0 if none does; low and high are set to the
 * range of its second octet (RFC 3629 section 4). */
static size_t sequence(unsigned char lead, unsigned char *low, unsigned char *high)
{
    *low = 0x80;
    *high = 0xbf;
    if (lead < 0x80)
        return 1;
    if (lead >= 0xc2 && lead <= 0xdf)
        return 2;
    if (lead >= 0xe0 && lead <= 0xef) {
        if (lead == 0xe0)
            *low = 0xa0;
        if (lead == 0xed)
            *high = 0x9f;
        return 3;
    }
    if (lead >= 0xf0 && lead <= 0xf4) {
        if (lead == 0xf0)
            *low = 0x90;
        if (lead == 0xf4)
            *high = 0x8f;
        return 4;
    }
    return 0;
}

bool utf8_valid(struct span s)
{
    size_t i = 0;

    while (i < s.n) {
        unsigned char low, high;
        size_t n = sequence((unsigned char)s.p[i], &low, &high);

        if (n == 0 || n > s.n - i)
            return false;
        for (size_t k = 1; k < n; k++) {
            unsigned char c = (unsigned char)s.p[i + k];
            if (c < low || c > high)
                return false;
            low = 0x80;
            high = 0xbf;
        }
        i += n;
    }
    return true;
}
