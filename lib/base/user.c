/* SPDX-License-Identifier: ISC */
/* user - PURE; see user.h. */
#include "user.h"

#include <stdint.h>
#include <string.h>

#include "user_fold.h"
#include "utf8.h"

#define NOT_UTF8 0x110000u /* and the octet: greater than any code point */

/* The simple case folding of a code point. */
static uint32_t fold(uint32_t c)
{
    size_t low = 0, high = sizeof user_folds / sizeof *user_folds;

    if (c < 0x80)
        return c >= 'A' && c <= 'Z' ? c + ('a' - 'A') : c;
    while (low < high) {
        size_t at = (low + high) / 2;
        const struct user_fold *f = &user_folds[at];
        if (c < f->first)
            high = at;
        else if (c > f->last)
            low = at + 1;
        else
            return (c - f->first) % f->step ? c : (uint32_t)((int32_t)c + f->by);
    }
    return c;
}

/* Cuts the first code point off *s, which is not empty, and folds it. */
static uint32_t next_folded(struct span *s)
{
    static const unsigned char lead[] = {0, 0x7f, 0x1f, 0x0f, 0x07};
    unsigned char first = (unsigned char)s->p[0];
    size_t n = first < 0x80 ? 1 : first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4;
    uint32_t c = first & lead[n];

    if (n > s->n || !utf8_valid(span_head(*s, n))) {
        *s = span_tail(*s, 1);
        return NOT_UTF8 + first;
    }
    for (size_t i = 1; i < n; i++)
        c = c << 6 | ((unsigned char)s->p[i] & 0x3f);
    *s = span_tail(*s, n);
    return fold(c);
}

bool user_same(enum user_case rule, struct span a, struct span b)
{
    if (rule == USER_CASE_EXACT)
        return span_eq(a, b);
    while (a.n > 0 && b.n > 0)
        if (next_folded(&a) != next_folded(&b))
            return false;
    return a.n == b.n;
}

/* Encodes c; returns its octets. */
static size_t encode(uint32_t c, char out[4])
{
    size_t n = c < 0x80 ? 1 : c < 0x800 ? 2 : c < 0x10000 ? 3 : 4;
    static const unsigned char lead[] = {0, 0x00, 0xc0, 0xe0, 0xf0};

    if (c >= NOT_UTF8) {
        out[0] = (char)(c - NOT_UTF8);
        return 1;
    }
    for (size_t i = n; i-- > 1; c >>= 6)
        out[i] = (char)(0x80 | (c & 0x3f));
    out[0] = (char)(lead[n] | c);
    return n;
}

size_t user_fold(struct span name, char *room, size_t size)
{
    size_t used = 0, n;
    char one[4];

    while (name.n > 0) {
        n = encode(next_folded(&name), one);
        if (n > size - used)
            break;
        memcpy(room + used, one, n);
        used += n;
    }
    return used;
}
